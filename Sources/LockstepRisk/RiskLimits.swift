public import LockstepModel

/// The bounds every order of a run must keep; nil is no bound.
///
/// The text keys are those of the `[risk]` table: `max_size`, `max_notional` and `max_position`.
public struct RiskLimits: Hashable, Sendable {
    /// The most lots of one order.
    public let maxSize: Quantity?
    /// The greatest notional of one order, in its instrument's currency.
    public let maxNotional: ExactDecimal?
    /// The most lots, long or short, an account may hold of one instrument.
    ///
    /// What it would hold if all its working orders of one side were filled counts as held.
    public let maxPosition: Quantity?

    /// No bounds.
    public static let none = Self()

    /// Makes the limits.
    ///
    /// - Parameters:
    ///   - maxSize: The most lots of one order; from 1 and beneath 2⁵³.
    ///   - maxNotional: The greatest notional of one order; above zero.
    ///   - maxPosition: The most lots held of one instrument; from 1 and beneath 2⁵³.
    /// - Throws: ``RiskError`` when one is out of range, or when `maxSize` is more than twice
    ///   `maxPosition`: from one bound to the other an order never needs more.
    public init(
        maxSize: Quantity? = nil, maxNotional: ExactDecimal? = nil, maxPosition: Quantity? = nil
    ) throws(RiskError) {
        for (key, quantity) in [(Keys.maxSize, maxSize), (.maxPosition, maxPosition)] {
            guard let quantity else { continue }
            let value = ExactDecimal(quantity.lots)
            if quantity.lots <= 0 { throw .limitNotPositive(key: key.rawValue, value: value) }
            if !quantity.isInRange { throw .limitOutOfRange(key: key.rawValue, value: value) }
        }
        if let maxNotional, maxNotional.mantissa <= 0 {
            throw .limitNotPositive(key: Keys.maxNotional.rawValue, value: maxNotional)
        }
        if let maxSize, let maxPosition, maxSize.lots > 2 * maxPosition.lots {
            throw .contradictoryLimits(
                key: Keys.maxSize.rawValue, value: ExactDecimal(maxSize.lots),
                other: Keys.maxPosition.rawValue, bound: ExactDecimal(maxPosition.lots))
        }
        self.maxSize = maxSize
        self.maxNotional = maxNotional
        self.maxPosition = maxPosition
    }

    private init() {
        maxSize = nil
        maxNotional = nil
        maxPosition = nil
    }

    /// The greatest notional in the unit of a currency.
    ///
    /// - Parameter currency: The currency of the instrument.
    /// - Returns: The notional, or nil for no bound.
    /// - Throws: ``RiskError/limitOutOfRange(key:value:)`` when it is no exact number of units.
    func maxNotional(in currency: Currency) throws(RiskError) -> Money? {
        guard let maxNotional else { return nil }
        do {
            return try currency.money(from: maxNotional)
        } catch {
            throw .limitOutOfRange(key: Keys.maxNotional.rawValue, value: maxNotional)
        }
    }
}

extension RiskLimits: Codable {
    private enum Keys: String, CodingKey {
        case maxSize = "max_size"
        case maxNotional = "max_notional"
        case maxPosition = "max_position"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        func lots(_ key: Keys) throws -> Quantity? {
            guard let value = try container.decodeIfPresent(ExactDecimal.self, forKey: key) else {
                return nil
            }
            do {
                return Quantity(lots: try value.scaled(toDecimals: 0))
            } catch {
                throw RiskError.limitOutOfRange(key: key.rawValue, value: value)
            }
        }
        try self.init(
            maxSize: lots(.maxSize),
            maxNotional: container.decodeIfPresent(ExactDecimal.self, forKey: .maxNotional),
            maxPosition: lots(.maxPosition))
    }

    /// Writes all keys, null for no bound, so that the result lists the known keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(maxSize.map { ExactDecimal($0.lots) }, forKey: .maxSize)
        try container.encode(maxNotional, forKey: .maxNotional)
        try container.encode(maxPosition.map { ExactDecimal($0.lots) }, forKey: .maxPosition)
    }
}
