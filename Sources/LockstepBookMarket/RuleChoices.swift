public import LockstepModel

/// How orders meet a bar.
public enum BarMatcher: String, Hashable, Sendable, Codable, CaseIterable {
    /// Along one path, what is met first first.
    case path
    /// Each order alone, in the order of the queue, against the open and then the extremes.
    ///
    /// For comparison with peers only: it can take both sides of one bar in an order that never
    /// happened.
    case queueOrder
    /// Against one price a bar, its close.
    case closeOnly
}

/// Which orders come first at one price, and in the queue of ``BarMatcher/queueOrder``.
public enum QueueRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// Those that arrived first.
    case arrival
    /// Those that only reduce, then by arrival: what they free pays for the others.
    case reduceFirst
}

/// What becomes of a post-only order that would take where it is first tried.
public enum PostOnlyRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// It is rejected.
    case reject
    /// It moves to one tick behind the price; in an order book, behind the best opposite one.
    case reprice
}

/// What a fill of an order does to the others of its group, where they are no exits.
public enum GroupRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// It cancels them.
    case cancel
    /// It takes what was filled off them.
    case reduce
}

/// Whether an order may fill at the close it was decided at.
public enum SameClose: String, Hashable, Sendable, Codable, CaseIterable {
    /// It may not.
    case off
    /// Market orders fill at the close that the strategy has just seen: a look-ahead.
    case lookAhead = "look-ahead"
    /// All orders are tried at that close: a look-ahead.
    case lookAheadAll = "look-ahead-all"
}

/// From when on the children of an order act.
public enum ChildRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// From the price of the fill that made them active.
    case atFill
    /// From the next bar on.
    case nextBar
    /// From the fill of a market order on, else from the next bar on; a target of a stop entry
    /// whose bar reaches it, but not the stop, acts in that bar.
    case afterMarketEntry
}

/// What becomes of a stop that the last close has already passed when it arrives.
public enum PassedStop: String, Hashable, Sendable, Codable, CaseIterable {
    /// It acts as soon as it can.
    case trigger
    /// It is rejected.
    case reject
}

/// How a stop-limit fills in ``BarMatcher/queueOrder``.
public enum StopLimitRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// At the worse of both prices where the bar meets both, unless the limit is on the favourable
    /// side of the stop: then in a later bar.
    case bothMet
    /// Judged by the bar's close: a guess.
    case closeGuess
}

/// How a trailing stop follows.
public enum TrailingRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// Along the path.
    case path
    /// By the closes alone.
    case close
}

/// By which price the funds of an account are judged at a fill.
public enum FundsMark: String, Hashable, Sendable, Codable, CaseIterable {
    /// The price of the fill; of other instruments the last close.
    case fill
    /// The close of the bar that fills, which nobody knows yet: a look-ahead.
    case lookAheadClose
}

/// A time of the day in UTC, told as `HH:MM`.
public struct TimeOfDay: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The minutes since 00:00; from 0 to 1,440.
    public let minutes: Int

    /// The beginning of the day.
    public static let midnight = Self(minutes: 0)
    /// The end of the day.
    public static let dayEnd = Self(minutes: 1440)

    private init(minutes: Int) { self.minutes = minutes }

    /// Reads a time of the day; nil for any other text.
    ///
    /// - Parameter text: Hours and minutes, as `09:30`; from `00:00` to `24:00`.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }),
            let hours = Int(Substring(parts[0])), let minutes = Int(Substring(parts[1])),
            hours >= 0, (0..<60).contains(minutes), hours * 60 + minutes <= 1440
        else { return nil }
        self.init(minutes: hours * 60 + minutes)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text)\" is no time of the day: write \"HH:MM\" in UTC, "
                    + "from \"00:00\" to \"24:00\".")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String {
        let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
        return (hours < 10 ? "0" : "") + "\(hours):" + (rest < 10 ? "0" : "") + "\(rest)"
    }

    /// The first instant of this time of the day that is not before another; the distant future
    /// where there is none.
    func next(from instant: Timestamp) -> Timestamp {
        let nanoseconds = Int64(minutes) * 60_000_000_000
        for day in instant.day - 1...instant.day + 1 {
            let (start, isFar) = day.multipliedReportingOverflow(by: Timestamp.nanosecondsPerDay)
            let (time, isLate) = start.addingReportingOverflow(nanoseconds)
            if isFar || isLate { continue }
            if time >= instant.nanoseconds { return Timestamp(nanoseconds: time) }
        }
        return .distantFuture
    }
}

/// A time in which an instrument is halted.
public struct TradingPause: Hashable, Sendable, Codable {
    /// The instrument, by its symbol.
    public var instrument: String
    /// When it begins.
    public var start: Timestamp
    /// When it is over.
    public var end: Timestamp
    /// Whether orders that arrive meanwhile are rejected; else they wait.
    public var rejects: Bool

    /// Describes a halt.
    ///
    /// - Parameters:
    ///   - instrument: The instrument, by its symbol.
    ///   - start: When it begins.
    ///   - end: When it is over.
    ///   - rejects: Whether orders that arrive meanwhile are rejected.
    public init(instrument: String, start: Timestamp, end: Timestamp, rejects: Bool = false) {
        self.instrument = instrument
        self.start = start
        self.end = end
        self.rejects = rejects
    }

    /// Whether it covers an instant.
    func covers(_ instant: Timestamp) -> Bool { start <= instant && instant < end }
}

/// The prices that orders may name for some time.
public struct PriceBand: Hashable, Sendable, Codable {
    /// The instrument, by its symbol.
    public var instrument: String
    /// When it begins to hold.
    public var start: Timestamp
    /// When it is over.
    public var end: Timestamp
    /// The lowest price.
    public var low: ExactDecimal
    /// The highest price.
    public var high: ExactDecimal

    /// Describes a band.
    ///
    /// - Parameters:
    ///   - instrument: The instrument, by its symbol.
    ///   - start: When it begins to hold.
    ///   - end: When it is over.
    ///   - low: The lowest price.
    ///   - high: The highest price.
    public init(
        instrument: String, start: Timestamp, end: Timestamp, low: ExactDecimal,
        high: ExactDecimal
    ) {
        self.instrument = instrument
        self.start = start
        self.end = end
        self.low = low
        self.high = high
    }
}
