public import LockstepModel

/// How much worse than the market's a taking fill's price is.
///
/// A model is a pure value. It answers with a price on the grid, rounded against the trader; the
/// engine then keeps a limit order within its limit and, unless told otherwise, the price within
/// the bar. Fills of resting orders are not slipped.
///
/// What a model may see is what it is handed: the fill, the bar that makes it, and of what came
/// before the figures of ``PastSessions``. A rate is a share of the price, never a price.
public protocol SlippageModel: Codable, Sendable {
    /// Whether it asks for the volume of the bar that fills; false unless told.
    ///
    /// A run whose data have no volume is then refused, and a bar without any fills nothing.
    var needsVolume: Bool { get }

    /// Whether it asks for the volume and volatility of past sessions; false unless told.
    ///
    /// A run whose data have no volume is then refused.
    var needsSessions: Bool { get }

    /// The price of a fill.
    ///
    /// - Parameters:
    ///   - fill: The fill, at its reference price.
    ///   - bar: The bar that makes it; nil outside the bar market.
    ///   - random: Draws for models that need them.
    /// - Returns: The price, never better than the reference.
    /// - Throws: ``ArithmeticError`` when it does not fit.
    mutating func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price

    /// The price of a fill, by what was traded before; the one without unless told.
    ///
    /// - Parameters:
    ///   - fill: The fill, at its reference price.
    ///   - bar: The bar that makes it; nil outside the bar market.
    ///   - past: The sessions before that bar's; without figures unless ``needsSessions``.
    ///   - random: Draws for models that need them.
    /// - Returns: The price, never better than the reference.
    /// - Throws: ``ArithmeticError`` when it does not fit.
    mutating func price(
        _ fill: FillTerms, bar: Bar?, past: PastSessions, random: inout RandomStream
    ) throws(ArithmeticError) -> Price
}

extension SlippageModel {
    public var needsVolume: Bool { false }

    public var needsSessions: Bool { false }

    @inlinable
    public mutating func price(
        _ fill: FillTerms, bar: Bar?, past: PastSessions, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        try price(fill, bar: bar, random: &random)
    }
}

/// The slippage of a venue: none, a built-in model, or one of the user's own.
///
/// In configuration: `{ kind = "none" }`, `{ kind = "ticks", ticks = 1 }`,
/// `{ kind = "rate", rate = "0.0005", scope = "all" }`, `{ kind = "share", spread = "2", k = "10" }`,
/// `{ kind = "quadratic", k = "0.1" }` or `{ kind = "impact", y = "1" }`. A custom model is decoded
/// with the type that ``Swift/CodingUserInfoKey/costModels`` names.
public enum Slippage: Sendable {
    /// No slippage.
    case none
    /// A number of ticks.
    case ticks(TickSlippage)
    /// A share of the price.
    case rate(RateSlippage)
    /// Half the spread and a rate that grows with the share of the bar's volume.
    case share(ShareSlippage)
    /// A rate that grows with the square of the share of the bar's volume.
    case quadratic(QuadraticSlippage)
    /// A rate that grows with the square root of the share of a session's volume.
    case impact(ImpactSlippage)
    /// A model of the user's own; called through an existential, which costs some nanoseconds.
    case custom(any SlippageModel)

    /// Whether no fill is ever slipped.
    @inlinable
    public var isNone: Bool {
        switch self {
        case .none: true
        case .ticks(let model): model.ticks == 0
        case .rate(let model): model.rate == .zero
        case .share(let model): model.spread == .zero && model.k == .zero
        case .quadratic(let model): model.k == .zero
        case .impact(let model): model.y == .zero
        case .custom: false
        }
    }
}

extension Slippage: SlippageModel {
    public var needsVolume: Bool {
        switch self {
        case .none, .ticks, .rate, .impact: false
        case .share(let model): model.needsVolume
        case .quadratic(let model): model.needsVolume
        case .custom(let model): model.needsVolume
        }
    }

    public var needsSessions: Bool {
        switch self {
        case .none, .ticks, .rate, .share, .quadratic: false
        case .impact(let model): model.needsSessions
        case .custom(let model): model.needsSessions
        }
    }

    @inlinable
    public mutating func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        try price(fill, bar: bar, past: .none, random: &random)
    }

    @inlinable
    public mutating func price(
        _ fill: FillTerms, bar: Bar?, past: PastSessions, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        switch self {
        case .none: return fill.reference
        case .ticks(let model): return try model.price(fill, bar: bar, random: &random)
        case .rate(let model): return try model.price(fill, bar: bar, random: &random)
        case .share(let model): return try model.price(fill, bar: bar, random: &random)
        case .quadratic(let model): return try model.price(fill, bar: bar, random: &random)
        case .impact(let model):
            return try model.price(fill, bar: bar, past: past, random: &random)
        case .custom(var model):
            let price = try model.price(fill, bar: bar, past: past, random: &random)
            self = .custom(model)
            return price
        }
    }

    private enum CodingKeys: String, CodingKey {
        case kind, type, model
    }

    private enum Kind: String, Codable {
        case none, ticks, rate, share, quadratic, impact, custom
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .none: self = .none
        case .ticks: self = .ticks(try TickSlippage(from: decoder))
        case .rate: self = .rate(try RateSlippage(from: decoder))
        case .share: self = .share(try ShareSlippage(from: decoder))
        case .quadratic: self = .quadratic(try QuadraticSlippage(from: decoder))
        case .impact: self = .impact(try ImpactSlippage(from: decoder))
        case .custom:
            let name = try container.decode(String.self, forKey: .type)
            guard let type = decoder.costModel(name) as? any SlippageModel.Type else {
                throw DecodingError.dataCorruptedError(
                    forKey: .type, in: container,
                    debugDescription: "No slippage model \"\(name)\" is given for decoding.")
            }
            self = .custom(try type.init(from: container.superDecoder(forKey: .model)))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .none: try container.encode(Kind.none, forKey: .kind)
        case .ticks(let model):
            try container.encode(Kind.ticks, forKey: .kind)
            try model.encode(to: encoder)
        case .rate(let model):
            try container.encode(Kind.rate, forKey: .kind)
            try model.encode(to: encoder)
        case .share(let model):
            try container.encode(Kind.share, forKey: .kind)
            try model.encode(to: encoder)
        case .quadratic(let model):
            try container.encode(Kind.quadratic, forKey: .kind)
            try model.encode(to: encoder)
        case .impact(let model):
            try container.encode(Kind.impact, forKey: .kind)
            try model.encode(to: encoder)
        case .custom(let model):
            try container.encode(Kind.custom, forKey: .kind)
            try container.encode(String(describing: type(of: model)), forKey: .type)
            try model.encode(to: container.superEncoder(forKey: .model))
        }
    }
}
