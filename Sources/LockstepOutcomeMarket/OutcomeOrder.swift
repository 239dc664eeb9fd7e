package import LockstepModel

/// The two tokens of an outcome: one pays 1 when it wins, the other when it does not.
package enum OutcomeToken: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// Pays 1 when the outcome wins.
    case yes = 0
    /// Pays 1 when the outcome does not win.
    case no = 1

    /// The other token.
    package var complement: Self { self == .yes ? .no : .yes }
}

/// What somebody asks of an outcome market.
///
/// Money and quantities are in millionths, rates in 10⁻¹², times in nanoseconds since the market's
/// start. The market does not number or stamp orders itself: whoever collects a batch does.
package struct OutcomeOrder: Hashable, Sendable, Codable {
    /// What is asked.
    package enum Action: Hashable, Sendable, Codable {
        /// Buy or sell at a price or better; what is not matched rests.
        case limit(OutcomeLimit)
        /// Buy or sell at once and completely, or not at all.
        case market(OutcomeMarketOrder)
        /// Take a resting order of one's own back.
        case cancel(target: UInt64)
    }

    /// The order's number, never used twice.
    package var id: UInt64
    /// Who asks: a number from 0; the state is as long as the highest number.
    package var user: UInt32
    /// When it was stamped, in nanoseconds since the market's start.
    package var time: Int64
    /// What is asked.
    package var action: Action

    package init(id: UInt64, user: UInt32, time: Int64, action: Action) {
        self.id = id
        self.user = user
        self.time = time
        self.action = action
    }
}

/// A limit order of an outcome market.
package struct OutcomeLimit: Hashable, Sendable, Codable {
    /// The index of the outcome.
    package var outcome: Int
    package var token: OutcomeToken
    package var side: Side
    /// Millionths of a token, a multiple of the lot.
    package var size: Int64
    /// Millionths of a USDC for a token, a multiple of the tick size.
    package var price: Int64
    /// Whether the market maker may fill it when trades elsewhere move its price.
    package var autoFill: Bool

    package init(
        outcome: Int, token: OutcomeToken, side: Side, size: Int64, price: Int64, autoFill: Bool
    ) {
        self.outcome = outcome
        self.token = token
        self.side = side
        self.size = size
        self.price = price
        self.autoFill = autoFill
    }
}

/// A market order of an outcome market.
package struct OutcomeMarketOrder: Hashable, Sendable, Codable {
    /// The index of the outcome.
    package var outcome: Int
    package var token: OutcomeToken
    package var side: Side
    /// Millionths of a token, a multiple of the lot.
    package var size: Int64
    /// How much worse than the price before the order all of it may be, in 10⁻¹²; nil for any.
    package var maxSlippage: Int64?
    /// Whether a purchase above what tokens redeem for, and a sale for nothing, are refused.
    package var withinRedemption: Bool

    package init(
        outcome: Int, token: OutcomeToken, side: Side, size: Int64, maxSlippage: Int64?,
        withinRedemption: Bool = false
    ) {
        self.outcome = outcome
        self.token = token
        self.side = side
        self.size = size
        self.maxSlippage = maxSlippage
        self.withinRedemption = withinRedemption
    }
}

extension OutcomeOrder {
    /// Whether this order is handled before another: by time, then by number.
    ///
    /// Two orders of one time and number are told apart by what they say, so that the order in
    /// which a batch is handed in never shows.
    func precedes(_ other: Self) -> Bool {
        if time != other.time { return time < other.time }
        if id != other.id { return id < other.id }
        return contents.lexicographicallyPrecedes(other.contents)
    }

    private var contents: [Int64] {
        switch action {
        case .limit(let limit):
            [
                0, Int64(user), Int64(limit.outcome), Int64(limit.token.rawValue),
                Int64(limit.side.rawValue), limit.size, limit.price, limit.autoFill ? 1 : 0,
            ]
        case .market(let market):
            [
                1, Int64(user), Int64(market.outcome), Int64(market.token.rawValue),
                Int64(market.side.rawValue), market.size, market.maxSlippage == nil ? 0 : 1,
                market.maxSlippage ?? 0, market.withinRedemption ? 1 : 0,
            ]
        case .cancel(let target):
            [2, Int64(user), Int64(bitPattern: target)]
        }
    }
}
