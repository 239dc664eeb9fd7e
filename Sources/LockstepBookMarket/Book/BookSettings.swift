public import LockstepMarket
public import LockstepModel

/// What is done when an account's order would trade with another one of its own.
public enum SelfTrade: String, Hashable, Sendable, Codable, CaseIterable {
    /// The order that comes is cancelled, the rest of it too.
    case cancelNewest
    /// The order that rests is cancelled, and the other one goes on.
    case cancelOldest
    /// Both are cancelled.
    case cancelBoth
    /// Both grow less by the smaller one, without a fill, and what is left goes on.
    case decrement
    /// They trade.
    case allow
}

/// What becomes of the rest of a market order when the known depth is used up.
public enum BeyondDepth: String, Hashable, Sendable, Codable, CaseIterable {
    /// It is cancelled.
    case cancel
    /// It waits for more.
    case wait
}

/// Who shares a book.
public enum BookWorld: String, Hashable, Sendable, Codable, CaseIterable {
    /// Each account is alone with the market: what others do changes nothing for it.
    case perAccount
    /// All accounts meet each other by price and time, and share what is displayed.
    case shared
}

/// What makes a stop act.
public enum StopTrigger: String, Hashable, Sendable, Codable, CaseIterable {
    /// A trade, or the best price it would get.
    case either
    /// A trade alone.
    case trade
    /// The best price it would get alone.
    case top
}

/// How an order-book market fills: each setting named, each with a default.
public struct BookSettings: Sendable {
    /// How far own orders move up in a queue that is known by its quantity alone; `riskAverse`
    /// unless told.
    public var queue: QueueModel = .riskAverse
    /// What is done when an account would trade with itself; `cancelNewest` unless told.
    public var selfTrade: SelfTrade = .cancelNewest
    /// What becomes of market orders beyond the known depth; `cancel` unless told.
    public var beyondDepth: BeyondDepth = .cancel
    /// Who shares a book; `perAccount` unless told.
    public var world: BookWorld = .perAccount
    /// What makes a stop act; `either` unless told.
    public var stopTrigger: StopTrigger = .either
    /// What becomes of a post-only order that would take; `reject` unless told.
    public var postOnly: PostOnlyRule = .reject
    /// How long messages travel; no time unless told.
    public var latency: Latency = .none
    /// The fees; none unless told.
    public var fees: FeeSchedule = .none
    /// What share of the worth of its positions a margin account must have as equity to open
    /// more; 1 unless told: no leverage.
    public var initialMargin: Rate = .one
    /// How accounts that cannot pay are dealt with.
    public var margin = MarginRules()
    /// Whether orders may name prices of zero and below; not unless told.
    public var allowsNonPositivePrices = false

    /// Makes settings, all at their defaults.
    public init() {}

    /// Checks that the settings make sense.
    ///
    /// - Throws: ``LockstepMarket/MarketError/invalidSetting(name:why:)``.
    public func validate() throws(MarketError) {
        guard initialMargin > .zero else {
            throw .invalidSetting(name: "initial_margin", why: "it must be a rate above zero")
        }
        try margin.validate(initial: initialMargin)
        try latency.validate()
    }
}

extension BookSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case queue, world, latency, fees
        case selfTrade = "self_trade"
        case beyondDepth = "beyond_depth"
        case stopTrigger = "stop_trigger"
        case postOnly = "post_only"
        case initialMargin = "initial_margin"
        case allowsNonPositivePrices = "allows_non_positive_prices"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            value = try container.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        self.init()
        try value(.queue, &queue)
        try value(.selfTrade, &selfTrade)
        try value(.beyondDepth, &beyondDepth)
        try value(.world, &world)
        try value(.stopTrigger, &stopTrigger)
        try value(.postOnly, &postOnly)
        try value(.latency, &latency)
        try value(.fees, &fees)
        try value(.initialMargin, &initialMargin)
        try value(.allowsNonPositivePrices, &allowsNonPositivePrices)
        margin = try MarginRules(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(queue, forKey: .queue)
        try container.encode(selfTrade, forKey: .selfTrade)
        try container.encode(beyondDepth, forKey: .beyondDepth)
        try container.encode(world, forKey: .world)
        try container.encode(stopTrigger, forKey: .stopTrigger)
        try container.encode(postOnly, forKey: .postOnly)
        try container.encode(latency, forKey: .latency)
        try container.encode(fees, forKey: .fees)
        try container.encode(initialMargin, forKey: .initialMargin)
        try container.encode(allowsNonPositivePrices, forKey: .allowsNonPositivePrices)
        try margin.encode(to: encoder)
    }
}
