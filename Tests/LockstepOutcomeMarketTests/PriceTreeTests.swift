import LockstepModel
import Testing

@testable import LockstepOutcomeMarket

@Suite struct PriceTreeTests {
    /// The tree beside a sorted list, over random changes.
    @Test(arguments: [99, 64, 63, 4096, 999_999], UInt64(0)..<4)
    func `it finds what a sorted list finds`(highest: Int, seed: UInt64) {
        var random = RandomStream(seed: seed, component: "price-tree")
        var tree = PriceTree(sides: 3, highestPrice: highest)
        var levels: [[Int: Int32]] = [[:], [:], [:]]
        var optedIn: [Set<Int>] = [[], [], []]
        for round in 0..<1500 {
            let side = Int(random.next(below: 3))
            let price =
                1 + Int(random.next(below: UInt64(min(highest, 500)))) * (highest / 500 + 1)
                % highest
            if levels[side][price] == nil {
                tree.insert(Int32(round), side, at: price)
                levels[side][price] = Int32(round)
                if random.next(below: 2) == 0 {
                    tree.setOptedIn(side, at: price, true)
                    optedIn[side].insert(price)
                }
            } else {
                if optedIn[side].remove(price) != nil { tree.setOptedIn(side, at: price, false) }
                tree.remove(side, at: price)
                levels[side][price] = nil
            }
            let any = 1 + Int(random.next(below: UInt64(highest)))
            let prices = levels[side].keys
            func level(_ price: Int?) -> Int32 { price.flatMap { levels[side][$0] } ?? -1 }
            #expect(tree.level(side, at: any) == level(any))
            #expect(tree.highest(side) == level(prices.max()))
            #expect(tree.lowest(side) == level(prices.min()))
            #expect(
                tree.next(side, beyond: any, up: true)
                    == level(prices.filter { $0 > any }.min()))
            #expect(
                tree.next(side, beyond: any, up: false)
                    == level(prices.filter { $0 < any }.max()))
            #expect(tree.highest(side, .optedIn) == level(optedIn[side].max()))
            #expect(
                tree.next(side, beyond: any, up: false, .optedIn)
                    == level(optedIn[side].filter { $0 < any }.max()))
        }
    }
}

@Suite struct OrderIndexTests {
    @Test(arguments: UInt64(0)..<4)
    func `it finds what a dictionary finds`(seed: UInt64) {
        var random = RandomStream(seed: seed, component: "order-index")
        var index = OrderIndex()
        var entries: [UInt64: Int32] = [:]
        for round in 0..<20_000 {
            // Few numbers, so that they meet; large ones as well.
            let number = random.next(below: 600) &* (seed % 2 == 0 ? 1 : 0x1_0000_0001)
            if entries[number] == nil {
                index.insert(number, Int32(round))
                entries[number] = Int32(round)
            } else if random.next(below: 2) == 0 {
                index.remove(number)
                entries[number] = nil
            }
            let other = random.next(below: 600) &* (seed % 2 == 0 ? 1 : 0x1_0000_0001)
            #expect(index.entry(other) == entries[other] ?? -1)
        }
    }

    @Test func `every number is new once`() {
        var random = RandomStream(seed: 1, component: "seen-orders")
        var seen = SeenOrders()
        var numbers: Set<UInt64> = []
        for _ in 0..<20_000 {
            let number = random.next() >> random.next(below: 64)
            #expect(seen.insert(number) == numbers.insert(number).inserted)
        }
        #expect(numbers.allSatisfy(seen.contains))
        #expect(seen.insert(.max) == numbers.insert(.max).inserted)
    }
}
