import LockstepModel
import Testing

@testable import LockstepBookMarket

@Suite struct OrderFatesTests {
    @Test(arguments: UInt64(0)..<20)
    func `every order keeps its last fate and its instrument`(seed: UInt64) throws {
        var random = RandomStream(seed: seed, component: "fates", entity: 0)
        var fates = OrderFates()
        var expected: [OrderID: (OrderFate, Int)] = [:]
        for _ in 0..<5_000 {
            let id = OrderID(
                strategy: StrategyID(1 + UInt32(random.next(below: 3))),
                ordinal: 1 + UInt32(random.next(below: 3_000)))
            let fate = try #require(OrderFate(rawValue: 1 + UInt8(random.next(below: 3))))
            // An order stays on its instrument; neighbours may be on another one.
            let place = Int(id.ordinal) / 700 % 2 + Int(seed % 2) * (Int(id.ordinal) % 3)
            if random.next(below: 2) == 0 {
                fates.note(fate, of: id, on: place)
                expected[id] = (fate, place)
            } else {
                let isNew = fates.begin(id, on: place)
                #expect(isNew == (expected[id] == nil))
                if isNew { expected[id] = (.filled, place) }
            }
        }
        let copy = OrderFates(fates.record)
        for strategy in UInt32(1)...4 {
            for ordinal in UInt32(1)...5_000 {
                let id = OrderID(strategy: StrategyID(strategy), ordinal: ordinal)
                let found = fates.fate(of: id)
                let (fate, place) = expected[id] ?? (.unknown, 0)
                #expect(found.fate == fate && found.place == place, "order \(id.rawValue)")
                let copied = copy.fate(of: id)
                #expect(copied.fate == fate && copied.place == place, "order \(id.rawValue)")
            }
        }
    }

    @Test func `orders in a row are new once each, cancelled ones between them too`() {
        var fates = OrderFates()
        for ordinal in UInt32(1)...3_000 {
            let id = OrderID(strategy: StrategyID(1), ordinal: ordinal)
            let first = fates.begin(id, on: 2)
            let again = fates.begin(id, on: 2)
            if ordinal % 7 == 0 { fates.note(.ended, of: id, on: 2) }
            let afterwards = fates.begin(id, on: 2)
            #expect(first && !again && !afterwards)
        }
        for ordinal in UInt32(1)...3_000 {
            let found = fates.fate(of: OrderID(strategy: StrategyID(1), ordinal: ordinal))
            #expect(found.fate == (ordinal % 7 == 0 ? .ended : .filled) && found.place == 2)
        }
    }
}
