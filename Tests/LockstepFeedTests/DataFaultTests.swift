import Foundation
import LockstepModel
import Testing

@testable import LockstepFeed

/// Rows of the fault table about market data: times, rows, numbers and sizes that are wrong.
@Suite struct DataFaultTests {
    /// What reading a text ends with: its bars, or an error.
    private enum Outcome: Equatable {
        case bars([Bar])
        case refused(FeedError)
    }

    private static func layout(
        _ stamp: CSVBarLayout.Stamp = .open, _ format: CSVBarLayout.TimeFormat = .seconds
    ) throws -> CSVBarLayout {
        var layout = try CSVBarSourceTests.layout("1m", stamp, format)
        layout.volumeColumn = "v"
        return layout
    }

    @Test func `times: gaps are gaps, and years before 1970 are years`() throws {
        let text = "t,o,h,l,c,v\n-120,1,1,1,1,1\n-60,2,2,2,2,1\n0,3,3,3,3,1\n6000,4,4,4,4,1\n"
        let bars = try Sample.all(CSVBarSourceTests.source(text, Self.layout()))
        #expect(bars.map(\.start) == [-2, -1, 0, 100].map(Sample.at))
        #expect(bars.map(\.open.ticks) == [100, 200, 300, 400])
        // Nothing is made up for the minutes between.
        var aligner = try FrameAligner([CSVBarSourceTests.source(text, Self.layout())])
        var frame = aligner.emptyFrame
        var times: [Timestamp] = []
        while try aligner.next(into: &frame) { times.append(frame.time) }
        #expect(times == [-1, 0, 1, 101].map(Sample.at))
    }

    @Test(arguments: [
        // 2^63 - 1 nanoseconds are 2262-04-11, where time ends; a minute more is beyond.
        (
            CSVBarLayout.Stamp.close, CSVBarLayout.TimeFormat.nanoseconds, "9223372036854775807",
            true
        ),
        (.open, .nanoseconds, "9223372036854775807", false),
        (.open, .nanoseconds, "-9223372036854775807", true),
        (.close, .nanoseconds, "-9223372036854775807", false),
        (.open, .nanoseconds, "9223372036854775808", false),
        (.open, .nanoseconds, "-9223372036854775809", false),
        (.open, .microseconds, "9223372036854775807", false),
        (.open, .milliseconds, "-9223372036854775808", false),
        (.open, .seconds, "9223372036854775807", false),
        (.open, .seconds, "-9223372036854775808", false),
        (.open, .seconds, "99999999999999999999999", false),
    ])
    func `times: the ends of 64 bits are times or refused with their row, and trap nothing`(
        _ stamp: CSVBarLayout.Stamp, _ format: CSVBarLayout.TimeFormat, _ text: String,
        _ isTime: Bool
    ) throws {
        let source = try CSVBarSourceTests.source(
            "t,o,h,l,c,v\n\(text),1,1,1,1,1\n", Self.layout(stamp, format))
        if isTime {
            #expect(try source.next() != nil)
        } else {
            let error = try #require(throws: FeedError.self) { try source.next() }
            #expect(error.description.hasPrefix("t.csv:2: column \"t\""), "\(error)")
        }
    }

    @Test(arguments: [
        "nan", "NaN", "-nan", "nan(0x1)", "inf", "+inf", "-inf", "Infinity", "-0", "-0.0", "0",
        "0.000", "-1", "5e-324", "1e308", "-1e308", "1e999999999", "1e-999999999",
        "1e99999999999999999999", "0x10", "1_000", "１", "1,5", "1 0", " ", "", ".", "-", "+", "e",
        "1e", "1e+", "--1", "1-", "1..0", "90071992547409.93", "9223372036854775807",
        "9223372036854775808", "1234567890123456789012345678901234567890",
        "0.0000000000000000001", "1.0000000000000000001", "$1", "=1+1", "1%", "\t1", "1\u{1B}[31m",
    ])
    func `numbers: what is no price is refused with row and column, and never reaches an engine`(
        _ text: String
    ) throws {
        for column in ["o", "h", "l", "c"] {
            let cells = ["o", "h", "l", "c"].map { $0 == column ? "\"\(text)\"" : "1" }
            let source = try CSVBarSourceTests.source(
                "t,o,h,l,c,v\n0,1,1,1,1,1\n60,\(cells.joined(separator: ",")),1\n",
                Self.layout())
            _ = try source.next()
            let error = try #require(throws: FeedError.self) { try source.next() }
            #expect(error.description.hasPrefix("t.csv:3: column \"\(column)\""), "\(error)")
        }
    }

    @Test(arguments: ["nan", "-1", "-0.5", "1e308", "inf", "9223372036854775808", "1e17", ""])
    func `numbers: what is no volume is refused too`(_ text: String) throws {
        let source = try CSVBarSourceTests.source(
            "t,o,h,l,c,v\n0,1,1,1,1,\(text)\n", Self.layout())
        let error = try #require(throws: FeedError.self) { try source.next() }
        #expect(error.description.hasPrefix("t.csv:2: column \"v\""), "\(error)")
    }

    @Test func `rows: bytes changed at random are bars or an error with its place, never a trap`()
        throws
    {
        let instrument = try Sample.instrument()
        let layout = try Self.layout()
        func outcome(_ path: String, chunk: Int) -> Outcome {
            do throws(FeedError) {
                let source = try CSVBarSource(
                    path: path, id: SeriesID(1), instrument: instrument, layout: layout,
                    chunk: chunk)
                var bars: [Bar] = []
                while let bar = try source.next() { bars.append(bar) }
                return .bars(bars)
            } catch { return .refused(error) }
        }
        let good = Array(
            ("\u{FEFF}t,o,h,l,c,v\r\n"
                + (0..<12).map { "\($0 * 60),1\($0).5,\"1\($0).75\",1\($0),1\($0).25,7\r\n" }
                .joined()).utf8)
        let bad: [UInt8] = [0, 0x0A, 0x0D, 0x22, 0x2C, 0x2D, 0x2E, 0x30, 0x39, 0x65, 0x80, 0xFF]
        var dice: UInt64 = 1
        func roll(_ sides: Int) -> Int {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(dice >> 33) % sides
        }
        var (sound, refused) = (0, 0)
        try withScratch { scratch in
            for round in 0..<1500 {
                var bytes = good
                for _ in 0...roll(3) {
                    let at = roll(bytes.count)
                    switch roll(5) {
                    case 0: bytes[at] = bad[roll(bad.count)]
                    case 1: bytes.insert(bad[roll(bad.count)], at: at)
                    case 2: bytes.remove(at: at)
                    case 3: bytes.removeSubrange(at..<min(bytes.count, at + roll(40)))
                    default: bytes[at] ^= UInt8(1 << roll(8))
                    }
                    if bytes.isEmpty { bytes = good }
                }
                let path = try file("fuzz-\(round).csv", in: scratch, bytes)
                let first = outcome(path, chunk: 1 << 16)
                // What comes of it does not depend on where the reads end.
                #expect(outcome(path, chunk: 1 + roll(50)) == first, "round \(round)")
                switch first {
                case .bars(let bars):
                    sound += 1
                    #expect(bars.allSatisfy { $0.fault == nil })
                case .refused(let error):
                    refused += 1
                    #expect(error.description.hasPrefix(path), "\(error)")
                }
            }
        }
        #expect(sound > 20)
        #expect(refused > 500)
    }

    @Test func `sizes: a sparse file of 100 GB is refused at its second line, at once`() throws {
        try withScratch { scratch in
            let path = try file("huge.csv", in: scratch, Array("t,o,h,l,c,v\n".utf8))
            let handle = try #require(FileHandle(forWritingAtPath: path))
            do {
                try handle.truncate(atOffset: 100_000_000_000)
            } catch {
                print("skipped: the file system refuses a sparse file of 100 GB")
                return
            }
            try handle.close()
            let source = try CSVBarSource(
                path: path, id: SeriesID(1), instrument: Sample.instrument(),
                layout: Self.layout())
            let error = try #require(throws: FeedError.self) { try source.next() }
            #expect(error.description.hasPrefix("\(path):2:"), "\(error)")
        }
    }
}
