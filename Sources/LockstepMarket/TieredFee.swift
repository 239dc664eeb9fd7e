public import LockstepModel

/// Rates for giving and taking liquidity that fall with what an account has traded.
///
/// What counts is the notional of the 30 UTC days that ended before the day of the fill; what was
/// traded that day never does, so a fill cannot make itself cheaper.
public struct TieredFee: FeeModel, Hashable {
    /// The rates from a notional on.
    public struct Tier: Hashable, Sendable, Codable {
        /// The notional from which they hold.
        public var from: Money
        /// The rate of orders that rested; negative for a rebate.
        public var maker: Rate
        /// The rate of orders that took; negative for a rebate.
        public var taker: Rate

        /// Makes the tier.
        ///
        /// - Parameters:
        ///   - from: The notional from which the rates hold.
        ///   - maker: The rate of orders that rested.
        ///   - taker: The rate of orders that took.
        public init(from: Money, maker: Rate, taker: Rate) {
            self.from = from
            self.maker = maker
            self.taker = taker
        }
    }

    /// How many days count.
    public static let days = 30

    /// The tiers, from one of nothing on, ascending.
    public let tiers: [Tier]
    /// By account.
    private var traded: [TradedDays] = []

    /// Makes the model.
    ///
    /// - Parameter tiers: The tiers, ascending.
    /// - Throws: ``MarketError/invalidSetting(name:why:)`` unless the first is from nothing and
    ///   each later one from more than the one before.
    public init(_ tiers: [Tier]) throws(MarketError) {
        guard tiers.first?.from == .zero else {
            throw .invalidSetting(name: "fees.tiers", why: "the first must be from \"0\"")
        }
        for (lower, upper) in zip(tiers, tiers.dropFirst()) where upper.from <= lower.from {
            throw .invalidSetting(
                name: "fees.tiers", why: "each must be from more than the one before")
        }
        self.tiers = tiers
    }

    /// The greatest of all rates, without rebates.
    public var largestFee: ProportionalFee {
        ProportionalFee(rate: tiers.reduce(.zero) { max($0, $1.maker, $1.taker) })
    }

    public mutating func fee(_ fill: FillTerms) throws(ArithmeticError) -> Money {
        let place = Int(fill.account.rawValue)
        while traded.count <= place { traded.append(TradedDays()) }
        traded[place].goOn(to: fill.executedAt.day)
        let before = traded[place].sum
        let tier = tiers.last { $0.from.units <= before } ?? tiers[0]
        let worth = fill.notional < .zero ? try fill.notional.negated() : fill.notional
        try traded[place].add(worth.units)
        let rate = fill.liquidity == .maker ? tier.maker : tier.taker
        return try ProportionalFee(rate: rate).fee(on: fill.notional)
    }
}

/// What was traded on each of the last days.
private struct TradedDays: Hashable, Sendable, Codable {
    /// The sum of the days before this one.
    private(set) var sum: Int64 = 0
    private var day: Int64 = .min
    private var today: Int64 = 0
    /// By the number of the day, modulo their count; today's is kept apart.
    private var amounts = [Int64](repeating: 0, count: TieredFee.days)

    /// Closes the days before another one; it is never an earlier one.
    mutating func goOn(to next: Int64) {
        if next <= day { return }
        let days = Int64(TieredFee.days)
        if day == .min || next - day > days {
            amounts = [Int64](repeating: 0, count: TieredFee.days)
        } else {
            amounts[Self.place(of: day)] = today
            // The days between had no trade.
            var empty = day + 1
            while empty < next {
                amounts[Self.place(of: empty)] = 0
                empty += 1
            }
        }
        (day, today) = (next, 0)
        sum = amounts.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
    }

    mutating func add(_ amount: Int64) throws(ArithmeticError) {
        today = try FixedPoint.add(today, amount)
    }

    private static func place(of day: Int64) -> Int {
        let rest = Int(day % Int64(TieredFee.days))
        return rest < 0 ? rest + TieredFee.days : rest
    }
}
