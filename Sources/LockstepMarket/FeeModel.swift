public import LockstepModel

/// What a fill costs beside its price.
///
/// A model is a pure value: it sees the fill and what it remembers of earlier ones.
public protocol FeeModel: Codable, Sendable {
    /// The most a fill can cost, as a fixed amount and a rate, for reserves.
    var largestFee: ProportionalFee { get }

    /// The most each lot of a fill can cost beside ``largestFee``; nothing unless told.
    var largestFeePerLot: Money { get }

    /// The fee of a fill.
    ///
    /// - Parameter fill: The fill.
    /// - Returns: The fee; negative for a rebate.
    /// - Throws: ``ArithmeticError`` when it does not fit.
    mutating func fee(_ fill: FillTerms) throws(ArithmeticError) -> Money
}

extension FeeModel {
    public var largestFeePerLot: Money { .zero }
}

/// A fixed amount per fill and a rate on its notional.
@frozen
public struct ProportionalFee: FeeModel, Hashable {
    /// The amount each fill costs; negative for a rebate.
    public var fixed: Money
    /// The rate on the notional's magnitude, rounded half-even; negative for a rebate.
    public var rate: Rate

    /// Makes the model.
    ///
    /// - Parameters:
    ///   - fixed: The amount each fill costs.
    ///   - rate: The rate on the notional.
    @inlinable
    public init(fixed: Money = .zero, rate: Rate = .zero) {
        self.fixed = fixed
        self.rate = rate
    }

    /// The model itself, without rebates.
    public var largestFee: ProportionalFee {
        Self(fixed: max(fixed, .zero), rate: max(rate, .zero))
    }

    @inlinable
    public func fee(_ fill: FillTerms) throws(ArithmeticError) -> Money {
        try fee(on: fill.notional)
    }

    /// The fee of a fill that is worth so much.
    @inlinable @inline(__always)
    package func fee(on notional: Money) throws(ArithmeticError) -> Money {
        if rate == .zero { return fixed }
        let worth = notional < .zero ? try notional.negated() : notional
        #if PLANTED_DEFECTS
            if PlantedDefect.feeRoundedUp.isOn {
                return try worth.proportion(rate, .up).adding(fixed)
            }
        #endif
        return try worth.proportion(rate).adding(fixed)
    }

    private enum CodingKeys: String, CodingKey {
        case fixed, rate
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        fixed = try container.decodeIfPresent(Money.self, forKey: .fixed) ?? .zero
        rate = try container.decodeIfPresent(Rate.self, forKey: .rate) ?? .zero
    }
}

/// The fees of a venue: none, a built-in model, or one of the user's own.
///
/// In configuration: `{ kind = "none" }`, `{ kind = "proportional", fixed = …, rate = "0.001" }`,
/// `{ kind = "maker_taker", … }`, `{ kind = "per_lot", … }` or `{ kind = "tiered", … }`.
/// A custom model is decoded with the type that ``Swift/CodingUserInfoKey/costModels`` names.
public enum FeeSchedule: Sendable {
    /// No fee.
    case none
    /// A fixed amount and a rate.
    case proportional(ProportionalFee)
    /// A rate for giving liquidity and one for taking it.
    case makerTaker(MakerTakerFee)
    /// An amount for each lot, and a minimum for each order.
    case perLot(PerLotFee)
    /// Rates that fall with what was traded on past days.
    case tiered(TieredFee)
    /// A model of the user's own; called through an existential, which costs some nanoseconds.
    case custom(any FeeModel)
}

extension FeeSchedule: FeeModel {
    public var largestFee: ProportionalFee {
        switch self {
        case .none: ProportionalFee()
        case .proportional(let model): model.largestFee
        case .makerTaker(let model): model.largestFee
        case .perLot(let model): model.largestFee
        case .tiered(let model): model.largestFee
        case .custom(let model): model.largestFee
        }
    }

    public var largestFeePerLot: Money {
        switch self {
        case .none, .proportional, .makerTaker, .tiered: .zero
        case .perLot(let model): model.largestFeePerLot
        case .custom(let model): model.largestFeePerLot
        }
    }

    @inlinable
    public mutating func fee(_ fill: FillTerms) throws(ArithmeticError) -> Money {
        switch self {
        case .none: return .zero
        case .proportional(let model): return try model.fee(fill)
        case .makerTaker(let model): return try model.fee(fill)
        case .perLot(let model): return try model.fee(fill)
        case .tiered(var model):
            let fee = try model.fee(fill)
            self = .tiered(model)
            return fee
        case .custom(var model):
            let fee = try model.fee(fill)
            self = .custom(model)
            return fee
        }
    }

    private enum CodingKeys: String, CodingKey {
        case kind, type, model
    }

    private enum Kind: String, Codable {
        case none, proportional, tiered, custom
        case makerTaker = "maker_taker"
        case perLot = "per_lot"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .none: self = .none
        case .proportional: self = .proportional(try ProportionalFee(from: decoder))
        case .makerTaker: self = .makerTaker(try MakerTakerFee(from: decoder))
        case .perLot: self = .perLot(try PerLotFee(from: decoder))
        case .tiered: self = .tiered(try TieredFee(from: decoder))
        case .custom:
            let name = try container.decode(String.self, forKey: .type)
            guard let type = decoder.costModel(name) as? any FeeModel.Type else {
                throw DecodingError.dataCorruptedError(
                    forKey: .type, in: container,
                    debugDescription: "No fee model \"\(name)\" is given for decoding.")
            }
            self = .custom(try type.init(from: container.superDecoder(forKey: .model)))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .none: try container.encode(Kind.none, forKey: .kind)
        case .proportional(let model):
            try container.encode(Kind.proportional, forKey: .kind)
            try model.encode(to: encoder)
        case .makerTaker(let model):
            try container.encode(Kind.makerTaker, forKey: .kind)
            try model.encode(to: encoder)
        case .perLot(let model):
            try container.encode(Kind.perLot, forKey: .kind)
            try model.encode(to: encoder)
        case .tiered(let model):
            try container.encode(Kind.tiered, forKey: .kind)
            try model.encode(to: encoder)
        case .custom(let model):
            try container.encode(Kind.custom, forKey: .kind)
            try container.encode(String(describing: type(of: model)), forKey: .type)
            try model.encode(to: container.superEncoder(forKey: .model))
        }
    }
}

extension CodingUserInfoKey {
    /// The custom cost models a decoder may make: `[String: any Decodable.Type]` by type name.
    public static let costModels = {
        guard let key = CodingUserInfoKey(rawValue: "Lockstep.costModels") else {
            preconditionFailure("Any text is a key.")
        }
        return key
    }()
}

extension Decoder {
    /// The custom cost model of a name; nil when none is given.
    func costModel(_ name: String) -> (any Decodable.Type)? {
        (userInfo[.costModels] as? [String: any Decodable.Type])?[name]
    }
}
