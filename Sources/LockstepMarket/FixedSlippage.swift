public import LockstepModel

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
        return try fill.slipped(by: rate)
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

extension FillTerms {
    /// The reference worsened by a share of it, and rounded to a tick against the trader.
    ///
    /// - Parameter rate: The share; from 0.
    /// - Returns: The price.
    /// - Throws: ``ArithmeticError`` when it does not fit.
    @inlinable
    public func slipped(by rate: Rate) throws(ArithmeticError) -> Price {
        // A whole reference and a distance rounded up: the price is rounded against the trader.
        let magnitude = reference.ticks < 0 ? -reference.ticks : reference.ticks
        let distance = try FixedPoint.proportion(of: magnitude, rate: rate, .up)
        return try reference.advanced(byTicks: side.sign * distance)
    }
}
