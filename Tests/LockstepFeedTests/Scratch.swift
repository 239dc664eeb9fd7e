import Foundation
import LockstepFeed
import LockstepModel

/// A directory for one test, removed with everything in it afterwards.
func withScratch(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "lockstep-feed-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}

/// Makes a file of bytes and tells its path.
func file(_ name: String, in directory: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = directory + "/" + name
    try Data(bytes).write(to: URL(filePath: path))
    return path
}

/// What most tests of the feed need.
enum Sample {
    static let minute: Int64 = 60_000_000_000

    static func instrument(
        _ id: UInt32 = 1, tick: String = "0.01", lot: String = "1"
    ) throws -> Instrument {
        try Instrument(
            id: InstrumentID(id), symbol: "S\(id)", venue: VenueID(1),
            currency: Currency("USD"), tickSize: ExactDecimal(tick), lot: ExactDecimal(lot))
    }

    static func series(_ id: UInt32, interval: String = "1m") throws -> Series {
        Series(
            id: SeriesID(id), instrument: InstrumentID(id), interval: try BarInterval(interval),
            source: "S\(id)")
    }

    /// A sound bar of so many minutes with a price of its own.
    static func bar(_ id: UInt32, minutes: Int64 = 1, endsAt end: Int64) -> Bar {
        let price = Price(ticks: 1000 * Int64(id) + end)
        return Bar(
            instrument: InstrumentID(id), series: SeriesID(id),
            start: at(end - minutes), end: at(end), label: at(end - minutes), open: price,
            high: price, low: price, close: price, volume: nil)
    }

    /// An instant so many minutes after 1970 began.
    static func at(_ minutes: Int64) -> Timestamp { Timestamp(nanoseconds: minutes * minute) }

    static func all(_ source: some BarSource) throws -> [Bar] {
        var source = source
        var bars: [Bar] = []
        while let bar = try source.next() { bars.append(bar) }
        return bars
    }

    static func all(_ source: some FrameSource) throws -> [Frame] {
        var source = source
        var frame = source.emptyFrame
        var frames: [Frame] = []
        while try source.next(into: &frame) { frames.append(frame) }
        return frames
    }
}
