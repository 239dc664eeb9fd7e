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
            fates.note(fate, of: id, on: place)
            expected[id] = (fate, place)
        }
        for strategy in UInt32(1)...4 {
            for ordinal in UInt32(1)...5_000 {
                let id = OrderID(strategy: StrategyID(strategy), ordinal: ordinal)
                let found = fates.fate(of: id)
                let (fate, place) = expected[id] ?? (.unknown, 0)
                #expect(found.fate == fate && found.place == place, "order \(id.rawValue)")
            }
        }
    }
}
