import LockstepBacktest
import LockstepFeed
import LockstepFiles
import LockstepModel

/// Tells, without reading all of the data, when a run will end: good enough for a progress bar.
enum DataEnd {
    private static let tailLength = 4096

    /// The simulated time at which a run ends, as far as the ends of its files tell.
    static func estimate(_ run: PreparedRun) -> Timestamp? {
        let bound = run.backtest.configuration.end
        var latest: Timestamp?
        for file in run.files {
            guard let end = end(of: file) else { return bound }
            latest = max(latest ?? end, end)
        }
        guard let latest else { return bound }
        return min(latest, bound ?? latest)
    }

    private static func end(of data: DataFile) -> Timestamp? {
        let layout = data.layout
        guard let file = try? File(reading: data.path), let size = try? file.size()
        else { return nil }
        var head: [UInt8] = []
        var tail: [UInt8] = []
        let start = max(0, size - Int64(tailLength))
        guard let headCount = try? file.read(into: &head, at: 0, count: tailLength),
            let tailCount = try? file.read(into: &tail, at: start, count: tailLength)
        else { return nil }
        let header = head[..<headCount].prefix { $0 != 0x0A && $0 != 0x0D }
        guard let column = fields(header).firstIndex(of: layout.timeColumn),
            let last = tail[..<tailCount].split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).last
        else { return nil }
        let row = fields(last)
        guard row.indices.contains(column),
            let format = TimeFormat(rawValue: layout.timeFormat.rawValue),
            let time = try? format.nanoseconds(Array(row[column].utf8).span)
        else { return nil }
        return Timestamp(nanoseconds: time)
    }

    private static func fields(_ line: ArraySlice<UInt8>) -> [String] {
        line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
            let text = String(decoding: field, as: UTF8.self)
            return text.hasPrefix("\"") && text.hasSuffix("\"") && text.count > 1
                ? String(text.dropFirst().dropLast()) : text
        }
    }
}
