/// What is traded: its identity, grid and currency.
///
/// A value of the set-up. It holds texts, so the hot path keeps ``id`` and ``ratio`` instead.
public struct Instrument: Hashable, Sendable {
    /// What kind of thing an instrument is.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Bought and sold for its full value.
        case spot
    }

    /// Bounds of orders that the venue declares.
    public struct Limits: Hashable, Sendable, Codable {
        /// The smallest quantity of an order.
        public var smallestQuantity: Quantity?
        /// The greatest quantity of an order.
        public var greatestQuantity: Quantity?
        /// The smallest notional of an order.
        public var smallestNotional: Money?

        /// Makes bounds; nil bounds nothing.
        ///
        /// - Parameters:
        ///   - smallestQuantity: The smallest quantity of an order.
        ///   - greatestQuantity: The greatest quantity of an order.
        ///   - smallestNotional: The smallest notional of an order.
        public init(
            smallestQuantity: Quantity? = nil, greatestQuantity: Quantity? = nil,
            smallestNotional: Money? = nil
        ) {
            self.smallestQuantity = smallestQuantity
            self.greatestQuantity = greatestQuantity
            self.smallestNotional = smallestNotional
        }

        /// No bounds.
        public static var none: Self { Self() }
    }

    /// The identity in the run.
    public let id: InstrumentID
    /// The symbol, unique in the run.
    public let symbol: String
    /// The venue that trades it.
    public let venue: VenueID
    /// The currency of its prices.
    public let currency: Currency
    /// The smallest step of a price.
    public let tickSize: ExactDecimal
    /// The smallest step of a quantity.
    public let lot: ExactDecimal
    /// How much one unit of quantity stands for.
    public let multiplier: ExactDecimal
    /// What kind of thing it is.
    public let kind: Kind
    /// Bounds of orders.
    public let limits: Limits
    /// The equity that margin accounts need for it, where the venue's terms do not hold.
    public let margin: MarginTerms
    /// What one tick of one lot is worth in units of the currency.
    public let ratio: NotionalRatio

    /// Declares an instrument.
    ///
    /// - Parameters:
    ///   - id: The identity: its position, from 1, among the instruments of the run.
    ///   - symbol: The symbol: `[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}`.
    ///   - venue: The venue that trades it.
    ///   - currency: The currency of its prices.
    ///   - tickSize: The smallest step of a price; above zero.
    ///   - lot: The smallest step of a quantity; above zero.
    ///   - multiplier: How much one unit of quantity stands for; above zero.
    ///   - kind: What kind of thing it is.
    ///   - limits: Bounds of orders.
    ///   - margin: The equity that margin accounts need for it.
    /// - Throws: ``ModelError``: an invalid symbol, a number that is not positive, or a grid whose
    ///   worth in money units is no ratio of 64-bit integers.
    public init(
        id: InstrumentID, symbol: String, venue: VenueID, currency: Currency,
        tickSize: ExactDecimal, lot: ExactDecimal, multiplier: ExactDecimal = .one,
        kind: Kind = .spot, limits: Limits = .none, margin: MarginTerms = .none
    ) throws(ModelError) {
        guard Self.isSymbol(symbol) else {
            throw .invalidSymbol(text: String(symbol.prefix(80)))
        }
        for (what, value) in [("tick size", tickSize), ("lot", lot), ("multiplier", multiplier)]
        where value.mantissa <= 0 {
            throw .notPositive(symbol: symbol, what: what, value: value)
        }
        guard
            let ratio = NotionalRatio([tickSize, lot, multiplier], decimals: currency.decimals)
        else { throw .inexactRatio(symbol: symbol) }
        self.id = id
        self.symbol = symbol
        self.venue = venue
        self.currency = currency
        self.tickSize = tickSize
        self.lot = lot
        self.multiplier = multiplier
        self.kind = kind
        self.limits = limits
        self.margin = margin
        self.ratio = ratio
    }

    /// Whether a text may be a symbol: `[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}`.
    ///
    /// - Parameter text: The text.
    /// - Returns: Whether it may.
    public static func isSymbol(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.utf8.enumerated().allSatisfy { place, byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "/"),
                UInt8(ascii: "-"):
                place > 0
            default: false
            }
        }
    }

    /// What a quantity at a price is worth, rounded half-even, once.
    ///
    /// - Parameters:
    ///   - price: The price.
    ///   - quantity: The quantity.
    /// - Returns: The notional.
    /// - Throws: ``ArithmeticError/overflow`` beyond 64 bits.
    @inlinable
    public func notional(
        _ price: Price, _ quantity: Quantity
    ) throws(ArithmeticError) -> Money {
        try ratio.notional(price, quantity)
    }
}

extension Instrument: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, symbol, venue, currency, tickSize, lot, multiplier, kind, limits, margin
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            id: container.decode(InstrumentID.self, forKey: .id),
            symbol: container.decode(String.self, forKey: .symbol),
            venue: container.decode(VenueID.self, forKey: .venue),
            currency: container.decode(Currency.self, forKey: .currency),
            tickSize: container.decode(ExactDecimal.self, forKey: .tickSize),
            lot: container.decode(ExactDecimal.self, forKey: .lot),
            multiplier: container.decode(ExactDecimal.self, forKey: .multiplier),
            kind: container.decode(Kind.self, forKey: .kind),
            limits: container.decode(Limits.self, forKey: .limits),
            margin: container.decodeIfPresent(MarginTerms.self, forKey: .margin) ?? .none)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(symbol, forKey: .symbol)
        try container.encode(venue, forKey: .venue)
        try container.encode(currency, forKey: .currency)
        try container.encode(tickSize, forKey: .tickSize)
        try container.encode(lot, forKey: .lot)
        try container.encode(multiplier, forKey: .multiplier)
        try container.encode(kind, forKey: .kind)
        try container.encode(limits, forKey: .limits)
        if margin != .none { try container.encode(margin, forKey: .margin) }
    }
}
