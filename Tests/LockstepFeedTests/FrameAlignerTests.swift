import Foundation
import LockstepModel
import Testing

@testable import LockstepFeed

/// Bars that nobody checked, as a source of one's own may give them.
private struct UncheckedBars: BarSource {
    let series: Series
    var bars: [Bar]
    var counts: FeedCounts { FeedCounts() }

    mutating func next() throws(FeedError) -> Bar? { bars.isEmpty ? nil : bars.removeFirst() }
}

@Suite struct FrameAlignerTests {
    static func source(
        _ id: UInt32, _ ends: [Int64], minutes: Int64 = 1
    ) throws -> MemoryBarSource {
        try MemoryBarSource(
            series: Sample.series(id, interval: "\(minutes)m"),
            bars: ContiguousArray(ends.map { Sample.bar(id, minutes: minutes, endsAt: $0) }))
    }

    /// A slot as a letter and the minute its bar ends at.
    static func shown(_ slot: FrameSlot) -> String {
        let minute = slot.bar.end.nanoseconds / Sample.minute
        return switch slot.coverage {
        case .traded: "t\(minute)"
        case .filled: "f\(minute)"
        case .absent: "-"
        }
    }

    static func table(_ frames: [Frame]) -> [String] {
        frames.map { frame in
            "\(frame.time.nanoseconds / Sample.minute): "
                + frame.slots.map(Self.shown).joined(separator: " ")
        }
    }

    @Test func `three series with gaps make the frames of a table made by hand`() throws {
        let aligner = try FrameAligner([
            Self.source(1, [1, 2, 4, 5]), Self.source(2, [1, 3, 5]),
            Self.source(3, [4, 6], minutes: 2),
        ])
        #expect(aligner.startTime == Sample.at(0))
        #expect(
            Self.table(try Sample.all(aligner)) == [
                "1: t1 t1 -",
                "2: t2 f1 -",
                "3: f2 t3 -",
                "4: t4 f3 t4",
                "5: t5 t5 f4",
                "6: f5 f5 t6",
            ])
    }

    @Test func `the start is that of the earliest first bar`() throws {
        // The hour-long bar of the second series ends at 60, but begins at 0.
        let aligner = try FrameAligner([
            Self.source(1, [5, 6]), Self.source(2, [60], minutes: 60),
        ])
        #expect(aligner.startTime == Sample.at(0))
    }

    @Test func `a source without bars stays absent`() throws {
        let aligner = try FrameAligner([Self.source(1, []), Self.source(2, [1, 2])])
        #expect(Self.table(try Sample.all(aligner)) == ["1: - t1", "2: - t2"])
    }

    @Test func `sources without a single bar are refused`() throws {
        #expect(throws: FeedError.noBars(sources: ["S1", "S2"])) {
            try FrameAligner([Self.source(1, []), Self.source(2, [])])
        }
    }

    @Test func `series stand where their identities say`() throws {
        #expect(throws: FeedError.misplacedSeries(source: "S2", id: SeriesID(2), position: 1)) {
            try FrameAligner([Self.source(2, [1]), Self.source(1, [1])])
        }
    }

    @Test func `any frame will do, and the end comes again and again`() throws {
        var aligner = try FrameAligner([Self.source(1, [1]), Self.source(2, [2])])
        var frame = Frame(
            time: .epoch, slots: [],
            data: [MarketDatum(kind: 1, instrument: InstrumentID(1), bytes: [1])])
        #expect(try aligner.next(into: &frame))
        #expect(frame.slots.count == 2)
        #expect(frame.data.isEmpty)
        #expect(try aligner.next(into: &frame))
        let last = frame
        for _ in 0..<3 { #expect(try !aligner.next(into: &frame)) }
        #expect(frame == last)
        #expect(aligner.counts.bars == 2)
    }

    @Test func `a bad row hides no step before it`() throws {
        let text = "t,o,h,l,c\n0,1,1,1,1\n60,1,1,1,1\n120,1,1,1,nan\n"
        var aligner = try FrameAligner([
            CSVBarSourceTests.source(text, CSVBarSourceTests.layout())
        ])
        var frame = aligner.emptyFrame
        #expect(try aligner.next(into: &frame))
        #expect(try aligner.next(into: &frame))
        #expect(frame.time == Sample.at(2))
        let error = try #require(throws: FeedError.self) { try aligner.next(into: &frame) }
        #expect(error.description.hasPrefix("t.csv:4: column \"c\""))
    }

    @Test func `a source of one's own that goes back in time is refused`() throws {
        let bars = [Sample.bar(1, endsAt: 2), Sample.bar(1, endsAt: 2)]
        var aligner = try FrameAligner([UncheckedBars(series: Sample.series(1), bars: bars)])
        var frame = aligner.emptyFrame
        #expect(try aligner.next(into: &frame))
        #expect(
            throws: FeedError.disorder(source: "S1", end: Sample.at(2), previous: Sample.at(2))
        ) { try aligner.next(into: &frame) }
    }

    @Test func `copies of bars in memory are read independently`() throws {
        let original = try Self.source(1, [1, 2, 3])
        var copies = Array(repeating: original, count: 100)
        for index in copies.indices {
            for _ in 0..<index % 4 { _ = try copies[index].next() }
        }
        for index in copies.indices {
            #expect(try Sample.all(copies[index]).count == 3 - index % 4)
        }
    }

    @Test func `the daily prices of the examples are read and aligned`() throws {
        // The ends of the files as they are printed: 2000-03-01,118.56,… first in AAPL.csv, and
        // 2013-03-01 last; 3270 rows, but 2148 of GOOG, which begins on 2004-08-19.
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Examples/Data").standardized
        let layout = CSVBarLayout(interval: try BarInterval("1d"), stamp: .open)
        var sources: [CSVBarSource] = []
        for (index, symbol) in ["AAPL", "GOOG", "IBM", "MSFT"].enumerated() {
            let id = UInt32(index + 1)
            sources.append(
                try CSVBarSource(
                    path: directory.appending(path: symbol + ".csv").path(), id: SeriesID(id),
                    instrument: Sample.instrument(id, tick: "0.000001"), layout: layout))
        }
        let frames = try Sample.all(FrameAligner(sources))
        #expect(sources.map(\.counts.bars) == [3270, 2148, 3270, 3270])
        #expect(frames.count == 3270)
        let first = try #require(frames.first)
        #expect(first.time.description == "2000-03-02T00:00:00Z")
        #expect(first.slots.map(\.coverage) == [.traded, .absent, .traded, .traded])
        #expect(first.slots[0].bar.open.ticks == 118_560_000)
        #expect(frames.last?.time.description == "2013-03-02T00:00:00Z")
    }

    @Test func `sources of several kinds meet in one feed`() throws {
        let walk = try SyntheticBarSource(
            series: Sample.series(2), seed: 1, start: .epoch, count: 2)
        let aligner = try FrameAligner([
            AnyBarSource(Self.source(1, [2])), AnyBarSource(walk),
        ])
        #expect(Self.table(try Sample.all(aligner)) == ["1: - t1", "2: t2 t2"])
    }
}
