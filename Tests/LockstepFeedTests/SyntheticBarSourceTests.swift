import LockstepModel
import Testing

@testable import LockstepFeed

@Suite struct SyntheticBarSourceTests {
    static func walk(
        _ id: UInt32 = 1, seed: UInt64 = 7, count: Int64 = 1000, first: Int64 = 10_000
    ) throws -> [Bar] {
        try Sample.all(
            SyntheticBarSource(
                series: Sample.series(id), seed: seed, start: Sample.at(5), count: count,
                firstPrice: first))
    }

    @Test func `a walk depends on its seed and its series alone`() throws {
        #expect(try Self.walk() == Self.walk())
        #expect(try Self.walk(count: 10)[...] == Self.walk().prefix(10))
        #expect(try Self.walk(seed: 8).map(\.close) != Self.walk().map(\.close))
        #expect(try Self.walk(2).map(\.close) != Self.walk().map(\.close))
    }

    @Test(arguments: [1, 10_000, 1 << 52])
    func `bars are sound, join and move, also at the ends of the range`(first: Int64) throws {
        let bars = try Self.walk(first: first)
        #expect(bars.count == 1000)
        #expect(bars.first?.open.ticks == first)
        _ = try MemoryBarSource(series: Sample.series(1), bars: ContiguousArray(bars))
        for (before, after) in zip(bars, bars.dropFirst()) {
            #expect(before.end == after.start)
            #expect(before.close == after.open)
            #expect(abs(after.close - after.open) <= 20)
        }
        #expect(Set(bars.map(\.close)).count > 20)
    }

    @Test(
        arguments: [
            (Int64.max / Sample.minute, 10_000, 20), (1, 0, 20), (1, 1 << 53, 20), (1, 1, -1),
        ] as [(Int64, Int64, Int64)])
    func `what leaves the range is refused`(
        count: Int64, price: Int64, move: Int64
    ) throws {
        #expect(throws: FeedError.ungenerable(source: "S1")) {
            try SyntheticBarSource(
                series: Sample.series(1), seed: 1, start: Sample.at(5), count: count,
                firstPrice: price, largestMove: move)
        }
    }

    @Test func `none below one bar`() throws {
        #expect(try Self.walk(count: 0).isEmpty)
        #expect(try Self.walk(count: -5).isEmpty)
    }
}
