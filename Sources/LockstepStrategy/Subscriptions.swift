public import LockstepModel

/// The wish for the bars of one instrument.
public struct Bars: Hashable, Sendable {
    /// The instrument.
    public let instrument: InstrumentID
    /// The length of the bars; nil for those of the instrument's primary series.
    public let interval: BarInterval?

    /// Wishes for the bars of an instrument.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - interval: The length of the bars; nil for those of its primary series.
    public init(_ instrument: InstrumentID, every interval: BarInterval? = nil) {
        self.instrument = instrument
        self.interval = interval
    }

    /// Wishes for the bars of an instrument.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - interval: The length of the bars; nil for those of its primary series.
    public init(_ instrument: Instrument, every interval: BarInterval? = nil) {
        self.init(instrument.id, every: interval)
    }
}

/// The wish for the tops of the order book of one instrument.
public struct Book: Hashable, Sendable {
    /// The instrument.
    public let instrument: InstrumentID

    /// Wishes for the tops of an instrument's book.
    ///
    /// - Parameter instrument: The instrument.
    public init(_ instrument: InstrumentID) { self.instrument = instrument }

    /// Wishes for the tops of an instrument's book.
    ///
    /// - Parameter instrument: The instrument.
    public init(_ instrument: Instrument) { self.init(instrument.id) }
}

/// The data a strategy hears of.
public struct Subscriptions: Hashable, Sendable {
    /// The bars, each wish once, in the order of declaration.
    public private(set) var bars: [Bars] = []
    /// The tops of books, each wish once, in the order of declaration.
    public private(set) var books: [Book] = []

    /// No data: the strategy lives on frames, timers and its own orders.
    public static var none: Self { Self() }

    /// Makes a list without wishes.
    public init() {}

    mutating func add(_ wish: Bars) {
        if !bars.contains(wish) { bars.append(wish) }
    }

    mutating func add(_ wish: Book) {
        if !books.contains(wish) { books.append(wish) }
    }

    mutating func add(_ other: Self) {
        for wish in other.bars { add(wish) }
        for wish in other.books { add(wish) }
    }
}

/// Reads subscriptions written one below the other.
@resultBuilder
public enum SubscriptionBuilder: Sendable {
    /// A wish for bars.
    public static func buildExpression(_ wish: Bars) -> Subscriptions {
        var result = Subscriptions()
        result.add(wish)
        return result
    }

    /// A wish for the tops of a book.
    public static func buildExpression(_ wish: Book) -> Subscriptions {
        var result = Subscriptions()
        result.add(wish)
        return result
    }

    /// A list made elsewhere.
    public static func buildExpression(_ list: Subscriptions) -> Subscriptions { list }

    /// Several wishes.
    public static func buildBlock(_ parts: Subscriptions...) -> Subscriptions { buildArray(parts) }

    /// Wishes in a loop.
    public static func buildArray(_ parts: [Subscriptions]) -> Subscriptions {
        var result = Subscriptions()
        for part in parts { result.add(part) }
        return result
    }

    /// Wishes under a condition.
    public static func buildOptional(_ part: Subscriptions?) -> Subscriptions { part ?? .none }

    /// The first of two branches.
    public static func buildEither(first part: Subscriptions) -> Subscriptions { part }

    /// The second of two branches.
    public static func buildEither(second part: Subscriptions) -> Subscriptions { part }
}
