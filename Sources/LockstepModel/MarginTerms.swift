/// The equity that margin accounts need for what they hold of an instrument.
public struct MarginTerms: Hashable, Sendable {
    /// An amount of equity for a holding.
    public enum Requirement: Hashable, Sendable {
        /// A share of the magnitude of its worth.
        case share(Rate)
        /// An amount for each lot.
        case perLot(Money)
    }

    /// What is needed to open or to enlarge a position; nil leaves it to the venue, and all of the
    /// worth is asked for where that has none.
    public var initial: Requirement?
    /// Beneath what an account is liquidated; nil leaves it to the venue, and where that has none
    /// nothing is liquidated.
    public var maintenance: Requirement?

    /// Nothing is said.
    public static let none = Self()

    /// Makes terms.
    ///
    /// - Parameters:
    ///   - initial: What is needed to open or to enlarge a position.
    ///   - maintenance: Beneath what an account is liquidated.
    public init(initial: Requirement? = nil, maintenance: Requirement? = nil) {
        self.initial = initial
        self.maintenance = maintenance
    }

    /// These terms, with those of the venue where they say nothing.
    ///
    /// - Parameter venue: The venue's terms.
    /// - Returns: What holds.
    public func over(_ venue: Self) -> Self {
        Self(
            initial: initial ?? venue.initial, maintenance: maintenance ?? venue.maintenance)
    }

    /// What is needed to hold a position.
    ///
    /// - Parameters:
    ///   - worth: Its value, of either sign.
    ///   - lots: Its lots, of either sign.
    /// - Returns: The equity: half-even, the whole magnitude where nothing is said.
    /// - Throws: ``ArithmeticError/overflow``.
    public func initial(on worth: Money, _ lots: Int64) throws(ArithmeticError) -> Money {
        guard let initial else { return worth < .zero ? try worth.negated() : worth }
        return try initial.amount(on: worth, lots)
    }

    /// Beneath what equity a position is liquidated.
    ///
    /// - Parameters:
    ///   - worth: Its value, of either sign.
    ///   - lots: Its lots, of either sign.
    /// - Returns: The equity: half-even, nothing where nothing is said.
    /// - Throws: ``ArithmeticError/overflow``.
    public func maintenance(on worth: Money, _ lots: Int64) throws(ArithmeticError) -> Money {
        try maintenance?.amount(on: worth, lots) ?? .zero
    }
}

extension MarginTerms.Requirement {
    func amount(on worth: Money, _ lots: Int64) throws(ArithmeticError) -> Money {
        switch self {
        case .share(let rate):
            let magnitude = worth < .zero ? try worth.negated() : worth
            return try magnitude.proportion(rate)
        case .perLot(let amount):
            let magnitude = lots < 0 ? try FixedPoint.negate(lots) : lots
            return Money(units: try FixedPoint.multiply(amount.units, magnitude))
        }
    }

    /// Whether it is above zero.
    package var isPositive: Bool {
        switch self {
        case .share(let rate): rate > .zero
        case .perLot(let amount): amount > .zero
        }
    }
}

extension MarginTerms.Requirement: Codable {
    private enum CodingKeys: String, CodingKey {
        case share, perLot
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let rate = try container.decodeIfPresent(Rate.self, forKey: .share) {
            self = .share(rate)
        } else {
            self = .perLot(
                Money(units: try container.decode(Int64.self, forKey: .perLot)))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .share(let rate): try container.encode(rate, forKey: .share)
        case .perLot(let amount): try container.encode(amount.units, forKey: .perLot)
        }
    }
}

extension MarginTerms: Codable {}
