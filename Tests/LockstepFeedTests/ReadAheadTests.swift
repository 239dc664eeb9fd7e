import LockstepModel
import Testing

@testable import LockstepFeed

/// A walk without an end that can be told, whose life can be watched.
private struct WatchedWalk: FrameSource {
    final class Token: Sendable {}

    let token: Token
    var walk: FrameAligner<SyntheticBarSource>
    var series: [Series] { walk.series }
    var startTime: Timestamp? { walk.startTime }
    var counts: FeedCounts { walk.counts }

    mutating func next(into frame: inout Frame) throws(FeedError) -> Bool {
        try walk.next(into: &frame)
    }
}

@Suite struct ReadAheadTests {
    static func walks(_ counts: [Int64]) throws -> FrameAligner<SyntheticBarSource> {
        var walks: [SyntheticBarSource] = []
        for (index, count) in counts.enumerated() {
            let series = try Sample.series(UInt32(index + 1), interval: "\(index + 1)m")
            walks.append(
                try SyntheticBarSource(series: series, seed: 3, start: .epoch, count: count))
        }
        return try FrameAligner(walks)
    }

    @Test(arguments: [1, 2, 7, 1000, 1001, nil])
    func `the frames are those of the source`(blockSize: Int?) throws {
        let direct = try Self.walks([1000, 400, 300])
        let ahead = try ReadAhead(direct, blockSize: blockSize)
        #expect(ahead.series == direct.series)
        #expect(ahead.startTime == direct.startTime)
        let frames = try Sample.all(direct)
        #expect(frames.count == 1000)
        #expect(try Sample.all(ahead) == frames)
    }

    @Test func `the end comes again and again, and counts are exact then`() throws {
        var ahead = try ReadAhead(Self.walks([10, 3]), blockSize: 4)
        var frame = ahead.emptyFrame
        var count = 0
        while try ahead.next(into: &frame) { count += 1 }
        #expect(count == 10)
        #expect(try !ahead.next(into: &frame))
        #expect(ahead.counts.bars == 13)
    }

    @Test(arguments: [1, 3, 4, 9, 10, 11, 100])
    func `an error comes after the steps before it, again and again`(blockSize: Int) throws {
        let good = (0..<9).map { "\($0 * 60),1,1,1,1\n" }.joined()
        let text = "t,o,h,l,c\n\(good)540,1,1,1,nan\n"
        let aligner = try FrameAligner([
            CSVBarSourceTests.source(text, CSVBarSourceTests.layout())
        ])
        var ahead = try ReadAhead(aligner, blockSize: blockSize)
        var frame = ahead.emptyFrame
        for minute in 1...9 {
            #expect(try ahead.next(into: &frame))
            #expect(frame.time == Sample.at(Int64(minute)))
        }
        for _ in 0..<2 {
            let error = try #require(throws: FeedError.self) { try ahead.next(into: &frame) }
            #expect(error.description.hasPrefix("t.csv:11: column \"c\""))
        }
    }

    @Test(arguments: [0, 1, 5, 100])
    func `the thread has let go of its source when the reader is dropped`(read: Int) throws {
        var token: WatchedWalk.Token? = WatchedWalk.Token()
        weak let watched = token
        do {
            let kept = try #require(token)
            let walk = try WatchedWalk(token: kept, walk: Self.walks([100_000_000, 1]))
            var ahead = try ReadAhead(walk, blockSize: 8)
            var frame = ahead.emptyFrame
            for _ in 0..<read { #expect(try ahead.next(into: &frame)) }
        }
        token = nil
        #expect(watched == nil)
    }

    @Test func `a source that may not cross threads by itself can be given away`() throws {
        try withScratch { scratch in
            let rows = (0..<5000).map { "\($0 * 60),1,1,1,1\n" }.joined()
            let path = try file("a.csv", in: scratch, Array("t,o,h,l,c\n\(rows)".utf8))
            let aligner = try FrameAligner([
                CSVBarSource(
                    path: path, id: SeriesID(1), instrument: Sample.instrument(),
                    layout: CSVBarSourceTests.layout(), chunk: 1000)
            ])
            let ahead = try ReadAhead(aligner)
            #expect(try Sample.all(ahead).count == 5000)
        }
    }
}
