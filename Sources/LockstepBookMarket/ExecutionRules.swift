import LockstepMarket
public import LockstepModel

/// The rules of a bar market that most runs leave as they are.
///
/// Encoded, they are keys of a venue in snake case; one that has its default is left out, so a run
/// that changes none says nothing of them.
public struct ExecutionRules: Hashable, Sendable {
    /// The share of a bar's volume that the orders of an account may fill; nil for no bound.
    public var participation: Rate?
    /// How orders meet a bar.
    public var matcher = BarMatcher.path
    /// Which orders come first at one price.
    public var queue = QueueRule.arrival
    /// What becomes of a post-only order that would take.
    public var postOnly = PostOnlyRule.reject
    /// What a fill does to the other orders of its group.
    public var oco = GroupRule.cancel
    /// Whether an order may fill at the close it was decided at.
    public var sameClose = SameClose.off
    /// From when on the children of an order act.
    public var children = ChildRule.atFill
    /// What becomes of a stop that the last close has passed when it arrives.
    public var passedStop = PassedStop.trigger
    /// How a stop-limit fills where there is no path.
    public var stopLimit = StopLimitRule.bothMet
    /// How a trailing stop follows.
    public var trailing = TrailingRule.path
    /// By which price the funds of an account are judged.
    public var fundsMark = FundsMark.fill
    /// When sessions begin, for orders on the open.
    public var sessionStart = TimeOfDay.midnight
    /// When sessions end, for orders on the close and for the day.
    public var sessionEnd = TimeOfDay.dayEnd
    /// The times in which instruments are halted.
    public var halts: [TradingPause] = []
    /// The prices that orders may name.
    public var bands: [PriceBand] = []

    /// The rules as they are unless told.
    public init() {}

    /// Whether every order has to go the long way.
    var concernsAll: Bool {
        participation != nil || matcher != .path || queue != .arrival || !halts.isEmpty
    }

    /// Whether something may happen to an order when it arrives.
    var actsOnArrival: Bool {
        sameClose != .off || passedStop == .reject || !halts.isEmpty || !bands.isEmpty
    }

    /// Checks that the rules make sense.
    func validate() throws(MarketError) {
        if let share = participation, share <= .zero || share > .one {
            throw .invalidSetting(
                name: "participation", why: "it must be a share above 0 and up to 1")
        }
        for halt in halts where halt.start >= halt.end {
            throw .invalidSetting(
                name: "halts", why: "the halt of \(halt.instrument) ends before it begins")
        }
        for band in bands where band.start >= band.end {
            throw .invalidSetting(
                name: "bands", why: "the band of \(band.instrument) ends before it begins")
        }
    }
}

extension ExecutionRules: Codable {
    private enum CodingKeys: String, CodingKey {
        case participation, matcher, queue, oco, children, trailing, halts, bands
        case postOnly = "post_only"
        case sameClose = "same_close"
        case passedStop = "passed_stop"
        case stopLimit = "stop_limit"
        case fundsMark = "funds_mark"
        case sessionStart = "session_start"
        case sessionEnd = "session_end"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, _ unless: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? unless
        }
        self.init()
        participation = try container.decodeIfPresent(Rate.self, forKey: .participation)
        matcher = try value(.matcher, matcher)
        queue = try value(.queue, queue)
        postOnly = try value(.postOnly, postOnly)
        oco = try value(.oco, oco)
        sameClose = try value(.sameClose, sameClose)
        children = try value(.children, children)
        passedStop = try value(.passedStop, passedStop)
        stopLimit = try value(.stopLimit, stopLimit)
        trailing = try value(.trailing, trailing)
        fundsMark = try value(.fundsMark, fundsMark)
        sessionStart = try value(.sessionStart, sessionStart)
        sessionEnd = try value(.sessionEnd, sessionEnd)
        halts = try value(.halts, halts)
        bands = try value(.bands, bands)
    }

    public func encode(to encoder: any Encoder) throws {
        let usual = Self()
        var container = encoder.container(keyedBy: CodingKeys.self)
        func put<Value: Encodable & Equatable>(
            _ key: CodingKeys, _ path: KeyPath<Self, Value>
        ) throws {
            let value = self[keyPath: path]
            if value != usual[keyPath: path] { try container.encode(value, forKey: key) }
        }
        try container.encodeIfPresent(participation, forKey: .participation)
        try put(.matcher, \.matcher)
        try put(.queue, \.queue)
        try put(.postOnly, \.postOnly)
        try put(.oco, \.oco)
        try put(.sameClose, \.sameClose)
        try put(.children, \.children)
        try put(.passedStop, \.passedStop)
        try put(.stopLimit, \.stopLimit)
        try put(.trailing, \.trailing)
        try put(.fundsMark, \.fundsMark)
        try put(.sessionStart, \.sessionStart)
        try put(.sessionEnd, \.sessionEnd)
        try put(.halts, \.halts)
        try put(.bands, \.bands)
    }
}
