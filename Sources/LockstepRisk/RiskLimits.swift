public import LockstepModel

/// The bounds every order of a run must keep; nil is no bound.
///
/// The text keys are those of the `[risk]` table, the account's limits among them.
public struct RiskLimits: Hashable, Sendable {
    /// The most lots of one order.
    public let maxSize: Quantity?
    /// The greatest notional of one order, in its instrument's currency.
    public let maxNotional: ExactDecimal?
    /// The most lots, long or short, an account may hold of one instrument.
    ///
    /// What it would hold if all its working orders of one side were filled counts as held.
    public let maxPosition: Quantity?
    /// How far limits and triggers may be from the last price, as a share of it.
    public let priceCollar: Rate?
    /// How many orders and amendments an account may send in how much time.
    public let orderRate: OrderRate?
    /// The bounds of each account.
    public let account: AccountLimits
    /// When every halt is cleared: in the first step at or after each time, ascending.
    public let clears: ContiguousArray<Timestamp>
    /// How accounts are liquidated.
    public let liquidation: LiquidationRules

    /// No bounds.
    public static let none = Self()

    /// Makes the limits.
    ///
    /// - Parameters:
    ///   - maxSize: The most lots of one order; from 1 and beneath 2⁵³.
    ///   - maxNotional: The greatest notional of one order; above zero.
    ///   - maxPosition: The most lots held of one instrument; from 1 and beneath 2⁵³.
    ///   - priceCollar: How far prices may be from the last one, as a share of it; above zero.
    ///   - orderRate: How many orders and amendments an account may send in how much time.
    ///   - account: The bounds of each account.
    ///   - clears: When every halt is cleared, in any order.
    ///   - liquidation: How accounts are liquidated.
    /// - Throws: ``RiskError`` when one is out of range, or when `maxSize` is more than twice
    ///   `maxPosition`: from one bound to the other an order never needs more.
    public init(
        maxSize: Quantity? = nil, maxNotional: ExactDecimal? = nil, maxPosition: Quantity? = nil,
        priceCollar: Rate? = nil, orderRate: OrderRate? = nil, account: AccountLimits = .none,
        clears: [Timestamp] = [], liquidation: LiquidationRules = LiquidationRules()
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
        if let priceCollar, priceCollar <= .zero {
            throw .invalidShare(key: Keys.priceCollar.rawValue, rate: priceCollar)
        }
        self.maxSize = maxSize
        self.maxNotional = maxNotional
        self.maxPosition = maxPosition
        self.priceCollar = priceCollar
        self.orderRate = orderRate
        self.account = account
        self.clears = ContiguousArray(clears.sorted())
        self.liquidation = liquidation
    }

    private init() {
        maxSize = nil
        maxNotional = nil
        maxPosition = nil
        priceCollar = nil
        orderRate = nil
        account = .none
        clears = []
        liquidation = LiquidationRules()
    }

    /// Whether nothing but size, worth and position is bounded.
    var isPlain: Bool { priceCollar == nil && orderRate == nil && account == .none }

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
        case priceCollar = "price_collar"
        case orderRate = "order_rate"
        case maxGross = "max_gross"
        case maxNet = "max_net"
        case dailyLoss = "daily_loss"
        case drawdown
        case onBreach = "on_breach"
        case clears = "clear"
        case liquidationCheck = "liquidation_check"
        case beyondZero = "beyond_zero"
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
            maxPosition: lots(.maxPosition),
            priceCollar: container.decodeIfPresent(Rate.self, forKey: .priceCollar),
            orderRate: container.decodeIfPresent(String.self, forKey: .orderRate)
                .map { try OrderRate($0) },
            account: AccountLimits(
                maxGross: container.decodeIfPresent(ExactDecimal.self, forKey: .maxGross),
                maxNet: container.decodeIfPresent(ExactDecimal.self, forKey: .maxNet),
                dailyLoss: container.decodeIfPresent(ExactDecimal.self, forKey: .dailyLoss),
                drawdown: container.decodeIfPresent(Rate.self, forKey: .drawdown),
                onBreach: container.decodeIfPresent(BreachResponse.self, forKey: .onBreach)
                    ?? .reject),
            clears: container.decodeIfPresent([Int64].self, forKey: .clears)?
                .map { Timestamp(nanoseconds: $0) } ?? [],
            liquidation: LiquidationRules(
                check: container.decodeIfPresent(
                    LiquidationCheck.self, forKey: .liquidationCheck) ?? .close,
                beyondZero: container.decodeIfPresent(BeyondZero.self, forKey: .beyondZero)
                    ?? .keep))
    }

    /// Writes the bounds of one order and position, null for none, and of the others those there are:
    /// a bound that a run does not use leaves its text, and so its digest, as they are.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(maxSize.map { ExactDecimal($0.lots) }, forKey: .maxSize)
        try container.encode(maxNotional, forKey: .maxNotional)
        try container.encode(maxPosition.map { ExactDecimal($0.lots) }, forKey: .maxPosition)
        try container.encodeIfPresent(priceCollar, forKey: .priceCollar)
        try container.encodeIfPresent(orderRate?.description, forKey: .orderRate)
        try container.encodeIfPresent(account.maxGross, forKey: .maxGross)
        try container.encodeIfPresent(account.maxNet, forKey: .maxNet)
        try container.encodeIfPresent(account.dailyLoss, forKey: .dailyLoss)
        try container.encodeIfPresent(account.drawdown, forKey: .drawdown)
        if account.onBreach != .reject {
            try container.encode(account.onBreach, forKey: .onBreach)
        }
        if !clears.isEmpty {
            try container.encode(clears.map(\.nanoseconds), forKey: .clears)
        }
        if liquidation.check != .close {
            try container.encode(liquidation.check, forKey: .liquidationCheck)
        }
        if liquidation.beyondZero != .keep {
            try container.encode(liquidation.beyondZero, forKey: .beyondZero)
        }
    }
}
