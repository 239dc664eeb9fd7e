/// The length of a bar: a whole number of seconds, minutes, hours or days of 24 hours.
@frozen
public struct BarInterval: Hashable, Comparable, Sendable {
    /// The length; above zero and a multiple of a second.
    public let nanoseconds: Int64

    /// Makes the interval of some seconds.
    ///
    /// - Parameter seconds: How many; from 1.
    /// - Throws: ``ModelError/invalidInterval(text:)`` below 1 and beyond 292 years.
    public init(seconds: Int64) throws(ModelError) {
        let (length, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard seconds >= 1, !overflow else { throw .invalidInterval(text: "\(seconds)s") }
        nanoseconds = length
    }

    /// Reads a count from 1 and a unit, such as `30s`, `5m`, `1h` or `1d`.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``ModelError/invalidInterval(text:)``.
    public init(_ text: some StringProtocol) throws(ModelError) {
        let text = String(text)
        let unit: Int64? =
            switch text.utf8.last {
            case UInt8(ascii: "s"): 1
            case UInt8(ascii: "m"): 60
            case UInt8(ascii: "h"): 3600
            case UInt8(ascii: "d"): 86_400
            default: nil
            }
        let digits = text.dropLast()
        guard let unit, let first = digits.utf8.first, (49...57).contains(first),
            let count = Int64(digits)
        else { throw .invalidInterval(text: String(text.prefix(40))) }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        if overflow { throw .invalidInterval(text: String(text.prefix(40))) }
        try self.init(seconds: seconds)
    }

    /// Whether the left interval is the shorter one.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The latest multiple of the interval since 1970 UTC that is not after an instant.
    ///
    /// - Parameter time: The instant.
    /// - Returns: The multiple.
    /// - Throws: ``ArithmeticError/overflow`` when it is before the range of instants.
    @inlinable
    public func start(containing time: Timestamp) throws(ArithmeticError) -> Timestamp {
        let rest = time.nanoseconds % nanoseconds
        return try time.advanced(byNanoseconds: rest < 0 ? -rest - nanoseconds : -rest)
    }

    /// Whether an instant is a multiple of the interval since 1970 UTC.
    ///
    /// - Parameter time: The instant.
    /// - Returns: Whether it is.
    @inlinable
    public func isAligned(_ time: Timestamp) -> Bool { time.nanoseconds % nanoseconds == 0 }
}

extension BarInterval: CustomStringConvertible {
    /// The count and the greatest unit that divides it: `24h` is told as `1d`.
    public var description: String {
        let seconds = nanoseconds / 1_000_000_000
        if seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
        if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}

extension BarInterval: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
