public import LockstepModel

/// How much worse than the market's a taking fill's price is.
///
/// A model is a pure value. It answers with a price on the grid, rounded against the trader; the
/// engine then keeps a limit order within its limit and, unless told otherwise, the price within
/// the bar. Fills of resting orders are not slipped.
public protocol SlippageModel: Codable, Sendable {
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
}

/// Which fills are slipped.
public enum SlippageScope: String, Hashable, Sendable, Codable, CaseIterable {
    /// All taking fills.
    case all
    /// Those that open or increase a position.
    case opening
}

/// Slippage by a share of the price: reference · (1 ± rate).
@frozen
public struct RateSlippage: SlippageModel, Hashable {
    /// The share; from 0.
    public var rate: Rate
    /// Which fills are slipped.
    public var scope: SlippageScope

    /// Makes the model.
    ///
    /// - Parameters:
    ///   - rate: The share; from 0.
    ///   - scope: Which fills are slipped.
    @inlinable
    public init(rate: Rate, scope: SlippageScope = .all) {
        self.rate = rate
        self.scope = scope
    }

    @inlinable
    public func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        if rate == .zero || (scope == .opening && !fill.opens) { return fill.reference }
        // A whole reference and a distance rounded up: the price is rounded against the trader.
        let magnitude = fill.reference.ticks < 0 ? -fill.reference.ticks : fill.reference.ticks
        let distance = try FixedPoint.proportion(of: magnitude, rate: rate, .up)
        return try fill.reference.advanced(byTicks: fill.side.sign * distance)
    }

    private enum CodingKeys: String, CodingKey {
        case rate, scope
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rate = try container.decode(Rate.self, forKey: .rate)
        scope = try container.decodeIfPresent(SlippageScope.self, forKey: .scope) ?? .all
    }
}

/// Slippage by a number of ticks: reference ± ticks.
@frozen
public struct TickSlippage: SlippageModel, Hashable {
    /// How many; from 0 and beneath 2⁵³.
    public var ticks: Int64

    /// Makes the model.
    ///
    /// - Parameter ticks: How many; from 0 and beneath 2⁵³.
    @inlinable
    public init(ticks: Int64) { self.ticks = ticks }

    @inlinable
    public func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        try fill.reference.advanced(byTicks: FixedPoint.multiply(fill.side.sign, ticks))
    }
}

/// The slippage of a venue: none, a built-in model, or one of the user's own.
///
/// In configuration: `{ kind = "none" }`, `{ kind = "ticks", ticks = 1 }` or
/// `{ kind = "rate", rate = "0.0005", scope = "all" }`. A custom model is decoded with the type
/// that ``Swift/CodingUserInfoKey/costModels`` names.
public enum Slippage: Sendable {
    /// No slippage.
    case none
    /// A number of ticks.
    case ticks(TickSlippage)
    /// A share of the price.
    case rate(RateSlippage)
    /// A model of the user's own; called through an existential, which costs some nanoseconds.
    case custom(any SlippageModel)

    /// Whether no fill is ever slipped.
    @inlinable
    public var isNone: Bool {
        switch self {
        case .none: true
        case .ticks(let model): model.ticks == 0
        case .rate(let model): model.rate == .zero
        case .custom: false
        }
    }
}

extension Slippage: SlippageModel {
    @inlinable
    public mutating func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        switch self {
        case .none: return fill.reference
        case .ticks(let model): return try model.price(fill, bar: bar, random: &random)
        case .rate(let model): return try model.price(fill, bar: bar, random: &random)
        case .custom(var model):
            let price = try model.price(fill, bar: bar, random: &random)
            self = .custom(model)
            return price
        }
    }

    private enum CodingKeys: String, CodingKey {
        case kind, type, model
    }

    private enum Kind: String, Codable {
        case none, ticks, rate, custom
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .none: self = .none
        case .ticks: self = .ticks(try TickSlippage(from: decoder))
        case .rate: self = .rate(try RateSlippage(from: decoder))
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
        case .custom(let model):
            try container.encode(Kind.custom, forKey: .kind)
            try container.encode(String(describing: type(of: model)), forKey: .type)
            try model.encode(to: container.superEncoder(forKey: .model))
        }
    }
}
