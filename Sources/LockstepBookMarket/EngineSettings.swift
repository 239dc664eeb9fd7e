public import LockstepMarket
public import LockstepModel

/// How a bar market fills: each setting named, each with a default.
///
/// Encoded, the settings are the keys of a venue in the configuration, in snake case; a key that
/// is missing has its default.
public struct EngineSettings: Sendable {
    /// The way prices go inside a bar; `adverse` unless told.
    public var path: IntrabarPath
    /// What a limit gets that the open has passed; the `open` unless told.
    public var gapLimit: GapLimit
    /// How many ticks beyond its limit the price must go for a limit to fill; 0 unless told: a
    /// touch fills.
    public var through: Int64
    /// How far slippage may carry a price; `withinBar` unless told.
    public var slippageRange: SlippageRange
    /// The fees; none unless told.
    public var fees: FeeSchedule
    /// The slippage; none unless told.
    public var slippage: Slippage
    /// What share of the worth of its positions a margin account must have as equity to open
    /// more; 1 unless told: no leverage.
    public var initialMargin: Rate
    /// Whether orders may name prices of zero and below; not unless told.
    public var allowsNonPositivePrices: Bool
    /// The rules that most runs leave as they are.
    public var rules: ExecutionRules
    /// How accounts that cannot pay are dealt with.
    public var margin = MarginRules()

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - path: The way prices go inside a bar.
    ///   - gapLimit: What a limit gets that the open has passed.
    ///   - through: How many ticks beyond its limit the price must go for a limit to fill.
    ///   - slippageRange: How far slippage may carry a price.
    ///   - fees: The fees.
    ///   - slippage: The slippage.
    ///   - initialMargin: The share of positions' worth that margin accounts need as equity.
    ///   - allowsNonPositivePrices: Whether orders may name prices of zero and below.
    ///   - rules: The rules that most runs leave as they are.
    public init(
        path: IntrabarPath = .adverse, gapLimit: GapLimit = .open, through: Int64 = 0,
        slippageRange: SlippageRange = .withinBar, fees: FeeSchedule = .none,
        slippage: Slippage = .none, initialMargin: Rate = .one,
        allowsNonPositivePrices: Bool = false, rules: ExecutionRules = ExecutionRules()
    ) {
        self.path = path
        self.gapLimit = gapLimit
        self.through = through
        self.slippageRange = slippageRange
        self.fees = fees
        self.slippage = slippage
        self.initialMargin = initialMargin
        self.allowsNonPositivePrices = allowsNonPositivePrices
        self.rules = rules
    }

    /// Whether the volume of bars decides what fills, or at what price.
    public var needsVolume: Bool {
        rules.participation != nil || slippage.needsVolume || slippage.needsSessions
    }

    /// Whether every order has to go the long way.
    var concernsAll: Bool { rules.concernsAll || slippage.needsVolume || slippage.needsSessions }

    /// Checks that the settings make sense.
    ///
    /// - Throws: ``LockstepMarket/MarketError/invalidSetting(name:why:)``.
    public func validate() throws(MarketError) {
        guard (0..<Price.limit).contains(through) else {
            throw .invalidSetting(name: "through", why: "it must be a number of ticks from 0")
        }
        guard initialMargin > .zero else {
            throw .invalidSetting(name: "initial_margin", why: "it must be a rate above zero")
        }
        try margin.validate(initial: initialMargin)
        switch slippage {
        case .ticks(let model) where !(0..<Price.limit).contains(model.ticks):
            throw .invalidSetting(
                name: "slippage.ticks", why: "it must be a number of ticks from 0")
        case .rate(let model) where model.rate < .zero:
            throw .invalidSetting(name: "slippage.rate", why: "it must be a rate from 0")
        case .share(let model) where model.spread < .zero || model.k < .zero:
            throw .invalidSetting(
                name: "slippage.\(model.spread < .zero ? "spread" : "k")",
                why: "it must be a number of basis points from 0")
        case .quadratic(let model) where model.k < .zero:
            throw .invalidSetting(name: "slippage.k", why: "it must be a rate from 0")
        case .impact(let model) where model.y < .zero:
            throw .invalidSetting(name: "slippage.y", why: "it must be a number from 0")
        case .none, .ticks, .rate, .share, .quadratic, .impact, .custom: break
        }
        try rules.validate()
    }
}

extension EngineSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case path, through, fees, slippage
        case gapLimit = "gap_limit"
        case initialMargin = "initial_margin"
        case slippageRange = "slippage_range"
        case allowsNonPositivePrices = "allows_non_positive_prices"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        if let value = try container.decodeIfPresent(IntrabarPath.self, forKey: .path) {
            path = value
        }
        if let value = try container.decodeIfPresent(GapLimit.self, forKey: .gapLimit) {
            gapLimit = value
        }
        if let value = try container.decodeIfPresent(Int64.self, forKey: .through) {
            through = value
        }
        if let value = try container.decodeIfPresent(SlippageRange.self, forKey: .slippageRange) {
            slippageRange = value
        }
        if let value = try container.decodeIfPresent(FeeSchedule.self, forKey: .fees) {
            fees = value
        }
        if let value = try container.decodeIfPresent(Slippage.self, forKey: .slippage) {
            slippage = value
        }
        if let value = try container.decodeIfPresent(Rate.self, forKey: .initialMargin) {
            initialMargin = value
        }
        if let value = try container.decodeIfPresent(
            Bool.self, forKey: .allowsNonPositivePrices)
        {
            allowsNonPositivePrices = value
        }
        rules = try ExecutionRules(from: decoder)
        margin = try MarginRules(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(gapLimit, forKey: .gapLimit)
        try container.encode(through, forKey: .through)
        try container.encode(slippageRange, forKey: .slippageRange)
        try container.encode(fees, forKey: .fees)
        try container.encode(slippage, forKey: .slippage)
        try container.encode(initialMargin, forKey: .initialMargin)
        try container.encode(allowsNonPositivePrices, forKey: .allowsNonPositivePrices)
        try rules.encode(to: encoder)
        try margin.encode(to: encoder)
    }
}
