public import LockstepModel

/// How many orders and amendments an account may send in any stretch of time of a length.
///
/// The text of it is the number and the length, such as `100/1s` or `5000/1d`.
public struct OrderRate: Hashable, Sendable {
    /// The greatest number that can be asked for.
    public static let greatestCount = 100_000

    /// How many; from 1 to ``greatestCount``.
    public let count: Int
    /// The length of the stretch.
    public let interval: BarInterval

    /// Makes the rate.
    ///
    /// - Parameters:
    ///   - count: How many; from 1 to ``greatestCount``.
    ///   - interval: The length of the stretch.
    /// - Throws: ``RiskError/invalidOrderRate(text:)``.
    public init(_ count: Int, per interval: BarInterval) throws(RiskError) {
        guard (1...Self.greatestCount).contains(count) else {
            throw .invalidOrderRate(text: "\(count)/\(interval)")
        }
        self.count = count
        self.interval = interval
    }

    /// Reads a number, a slash and a length of time.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``RiskError/invalidOrderRate(text:)``.
    public init(_ text: String) throws(RiskError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].utf8.first, (49...57).contains(first),
            let count = Int(parts[0]), let interval = try? BarInterval(parts[1])
        else { throw .invalidOrderRate(text: String(text.prefix(40))) }
        try self.init(count, per: interval)
    }
}

extension OrderRate: CustomStringConvertible {
    /// The number, a slash and the length.
    public var description: String { "\(count)/\(interval)" }
}

/// When an account sent its last orders, as many as its rate lets it send.
struct OrderRateWindow: Sendable {
    private let interval: Int64
    /// The times in a ring; the oldest is the next to be written over.
    private var times: ContiguousArray<Int64>
    private var oldest = 0
    private var isFull = false

    /// Nothing was sent yet.
    init(_ rate: OrderRate) {
        interval = rate.interval.nanoseconds
        times = ContiguousArray(repeating: 0, count: rate.count)
    }

    /// Whether one more may be sent: one sent exactly one stretch ago no longer counts.
    func admits(at now: Int64) -> Bool {
        if !isFull { return true }
        let (age, overflow) = now.subtractingReportingOverflow(times[oldest])
        return overflow || age >= interval
    }

    /// Counts what was sent.
    mutating func add(_ now: Int64) {
        times[oldest] = now
        oldest += 1
        if oldest == times.count { (oldest, isFull) = (0, true) }
    }
}
