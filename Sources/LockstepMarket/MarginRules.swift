public import LockstepModel

/// What happens to an order that its account cannot pay for at the fill.
public enum InsufficientFunds: String, Hashable, Sendable, Codable, CaseIterable {
    /// It is cancelled, except for what closes a position on margin.
    case cancel
    /// The lots it can pay for are filled, and the rest is cancelled.
    case fillAffordable
}

/// How a venue deals with accounts that cannot pay, and with those it liquidates.
///
/// Encoded, it is the keys of a venue, and only those that are not as usual.
public struct MarginRules: Hashable, Sendable {
    /// The share of what they hold beneath which margin accounts are liquidated; nil never.
    public var maintenance: Rate?
    /// The share of the notional that a liquidation costs besides the fee.
    public var liquidationFee = Rate.zero
    /// What happens to an order that its account cannot pay for at the fill.
    public var insufficient = InsufficientFunds.cancel

    /// The usual rules: nothing is liquidated, what cannot be paid for is cancelled.
    public init() {}

    /// Checks the rules.
    ///
    /// - Parameter initial: What margin accounts need to open, as a share of the worth.
    /// - Throws: ``MarketError/invalidSetting(name:why:)``.
    public func validate(initial: Rate) throws(MarketError) {
        if let maintenance, maintenance <= .zero || maintenance >= .one || maintenance > initial {
            throw .invalidSetting(
                name: "maintenance_margin",
                why: "it must be a rate above zero, beneath one and not above initial_margin")
        }
        if liquidationFee < .zero || liquidationFee >= .one {
            throw .invalidSetting(
                name: "liquidation_fee", why: "it must be a rate from 0 and beneath one")
        }
    }
}

extension MarginRules: Codable {
    private enum CodingKeys: String, CodingKey {
        case insufficient
        case maintenance = "maintenance_margin"
        case liquidationFee = "liquidation_fee"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        maintenance = try container.decodeIfPresent(Rate.self, forKey: .maintenance)
        liquidationFee =
            try container.decodeIfPresent(Rate.self, forKey: .liquidationFee) ?? .zero
        insufficient =
            try container.decodeIfPresent(InsufficientFunds.self, forKey: .insufficient) ?? .cancel
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(maintenance, forKey: .maintenance)
        if liquidationFee != .zero { try container.encode(liquidationFee, forKey: .liquidationFee) }
        if insufficient != .cancel { try container.encode(insufficient, forKey: .insufficient) }
    }
}
