import Foundation
import LockstepModel

/// What must be known of a file of bars before it is read: its grid, interval and times.
struct PriceTable {
    let symbol: String
    let url: URL
    /// The time of each bar, as written.
    let labels: [String]
    /// The same in seconds since 1970.
    private let starts: [Int64]
    /// The most decimals a price has.
    let decimals: Int
    /// The close of each bar.
    let closes: [Double]
    /// The smallest distance between two bars.
    let interval: BarInterval
    let hasVolume: Bool
    /// The share of bars that begin on a Saturday or a Sunday.
    let weekendShare: Double

    init(symbol: String, url: URL) throws {
        self.symbol = symbol
        self.url = url
        let lines = try String(contentsOf: url, encoding: .utf8)
            .split(whereSeparator: \.isNewline)
        let names = lines.first?.split(separator: ",") ?? []
        let prices = ["open", "high", "low", "close"].compactMap { names.firstIndex(of: $0[...]) }
        guard let time = names.firstIndex(of: "timestamp"), prices.count == 4 else {
            throw LeftOut("\(url.lastPathComponent) is no table of bars")
        }
        hasVolume = names.contains("volume")
        var labels: [String] = []
        var starts: [Int64] = []
        var closes: [Double] = []
        var decimals = 0
        var smallest = TimeInterval.infinity
        var previous: Date?
        var weekends = 0
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == names.count else { throw LeftOut("a row is torn: \(line)") }
            labels.append(String(fields[time]))
            let date = try Date(String(fields[time]), strategy: .iso8601)
            if let previous { smallest = min(smallest, date.timeIntervalSince(previous)) }
            previous = date
            // 1970-01-01 was a Thursday.
            let day = (Int(date.timeIntervalSince1970) / 86_400 + 3) % 7
            if day >= 5 { weekends += 1 }
            starts.append(Int64(date.timeIntervalSince1970))
            closes.append(Double(fields[prices[3]]) ?? .nan)
            for column in prices {
                decimals = max(decimals, try ExactDecimal(fields[column]).decimals)
            }
        }
        guard smallest.isFinite else { throw LeftOut("\(url.lastPathComponent) has no two bars") }
        self.labels = labels
        self.starts = starts
        self.closes = closes
        weekendShare = Double(weekends) / Double(labels.count)
        self.decimals = decimals
        interval = try BarInterval(seconds: Int64(smallest))
    }

    /// The end of each bar, at which the run has a step.
    func ends() throws -> [Timestamp] {
        try starts.map { start in
            try Timestamp(nanoseconds: start * 1_000_000_000)
                .advanced(byNanoseconds: interval.nanoseconds)
        }
    }
}
