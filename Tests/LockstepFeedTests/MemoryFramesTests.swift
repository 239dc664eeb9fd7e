import LockstepModel
import Testing

@testable import LockstepFeed

@Suite struct MemoryFramesTests {
    /// Up to four series of up to eight bars of some minutes, with gaps and some without a bar.
    static func sources(seed: UInt64) throws -> [MemoryBarSource] {
        var random = RandomStream(seed: seed, component: "frames", entity: 0)
        return try (1...UInt32(1 + random.next() % 4)).map { id in
            let minutes = Int64(1 + random.next() % 3)
            var ends: [Int64] = []
            var end = Int64(random.next() % 5)
            for _ in 0..<random.next() % 9 {
                end += minutes + Int64(random.next() % 3) * Int64(random.next() % 4)
                ends.append(end)
            }
            var source = try FrameAlignerTests.source(id, ends, minutes: minutes)
            // Some begin behind their first bar.
            if !ends.isEmpty, random.next() % 4 == 0 { _ = try source.next() }
            return source
        }
    }

    /// Up to four series of bars of the same ends, some of which end early or miss one.
    static func alikeSources(seed: UInt64) throws -> [MemoryBarSource] {
        var random = RandomStream(seed: seed, component: "alike", entity: 0)
        let common = Array(1...Int64(1 + random.next() % 8))
        return try (1...UInt32(1 + random.next() % 4)).map { id in
            var ends = common
            if random.next() % 3 == 0 { ends.removeLast(Int(random.next() % UInt64(ends.count))) }
            if random.next() % 3 == 0 { ends.remove(at: Int(random.next() % UInt64(ends.count))) }
            return try FrameAlignerTests.source(id, ends)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `frames and counts are those that sources of any kind give`(seed: UInt64) throws {
        try Self.check(Self.sources(seed: seed))
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `series that part from each other give the same frames`(seed: UInt64) throws {
        try Self.check(Self.alikeSources(seed: seed))
    }

    static func check(_ sources: [MemoryBarSource]) throws {
        var aligner: FrameAligner<MemoryBarSource>
        do {
            aligner = try FrameAligner(sources)
        } catch {
            #expect(throws: error) { try MemoryFrames(sources) }
            return
        }
        var frames = try MemoryFrames(sources)
        #expect(frames.series == aligner.series && frames.startTime == aligner.startTime)
        #expect(frames.counts == aligner.counts)
        var expected = aligner.emptyFrame
        var found = frames.emptyFrame
        var more = true
        while more {
            more = try aligner.next(into: &expected)
            let traded = try frames.fill(&found)
            #expect(more == (traded > 0) && found == expected)
            #expect(frames.counts == aligner.counts)
            if more { #expect(traded == found.slots.count { $0.coverage == .traded }) }
        }
        #expect(try frames.fill(&found) == 0 && found == expected)
    }

    @Test func `any frame will do`() throws {
        var frames = try MemoryFrames([FrameAlignerTests.source(1, [1, 2])])
        var frame = Frame(
            time: .epoch, slots: [],
            data: [MarketDatum(kind: 1, instrument: InstrumentID(1), bytes: [1])])
        #expect(try frames.next(into: &frame))
        #expect(FrameAlignerTests.table([frame]) == ["1: t1"] && frame.data.isEmpty)
    }

    @Test func `series stand where their identities say`() throws {
        #expect(throws: FeedError.misplacedSeries(source: "S2", id: SeriesID(2), position: 1)) {
            try MemoryFrames([
                FrameAlignerTests.source(2, [1]), FrameAlignerTests.source(1, [1]),
            ])
        }
    }

    @Test func `a bar that ends with time itself hides no step before it`() throws {
        var last = Sample.bar(1, endsAt: 2)
        last.end = .distantFuture
        let source = try MemoryBarSource(
            series: Sample.series(1), bars: [Sample.bar(1, endsAt: 1), last])
        let error = FeedError.disorder(
            source: "S1", end: .distantFuture, previous: Sample.at(1))
        var aligner = try FrameAligner([source])
        var frames = try MemoryFrames([source])
        var frame = frames.emptyFrame
        #expect(try frames.next(into: &frame))
        #expect(FrameAlignerTests.table([frame]) == ["1: t1"])
        #expect(throws: error) { try frames.next(into: &frame) }
        #expect(try aligner.next(into: &frame))
        #expect(throws: error) { try aligner.next(into: &frame) }
    }
}
