package import LockstepModel

/// Where a fill comes from.
package enum FillSource: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// The pooled book.
    case book = 0
    /// A match of the two tokens: pairs minted or merged.
    case cross = 1
    /// The automated market maker.
    case maker = 2
    /// The market maker filling a resting order after a trade elsewhere.
    case autoFill = 3
}

/// How a fill came about.
package enum FillKind: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// A market order, against the book or the market maker.
    case taker = 0
    /// A resting bid met a resting ask.
    case direct = 1
    /// Two buyers of opposite tokens: new pairs.
    case mint = 2
    /// Two sellers of opposite tokens: pairs taken out.
    case merge = 3
    /// A resting order against the market maker.
    case pool = 4
}

/// One execution of one user.
///
/// A buyer pays `notional + fee - rebate`, a seller gets `notional - fee + rebate`.
package struct OutcomeFill: Hashable, Sendable, Codable {
    package var source: FillSource
    package var kind: FillKind
    package var role: Liquidity
    package var token: OutcomeToken
    package var side: Side
    package var user: UInt32
    package var outcome: Int32
    package var order: UInt64
    /// Millionths of a token.
    package var size: Int64
    /// Millionths of a USDC.
    package var notional: Int64
    /// Millionths of a USDC.
    package var fee: Int64
    /// Millionths of a USDC.
    package var rebate: Int64
}

/// Why an order was refused.
package enum OutcomeRefusal: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// An order with this number came before.
    case duplicateID = 0
    /// The market is frozen or settled.
    case frozen
    /// There is no such outcome, or it is out of the event.
    case inactiveOutcome
    /// Not above zero, off the lot, or above the largest size.
    case invalidSize
    /// Off the tick size, or beyond the price bounds.
    case invalidPrice
    /// Not enough cash for the charge on every submission.
    case insufficientGas
    /// Not enough cash.
    case insufficientBalance
    /// Not enough tokens.
    case insufficientTokens
    /// There is no such resting order of this user.
    case unknownOrder
    /// The order would cost more, or bring less, than it allows.
    case slippage
    /// The market maker never issued as many tokens as would be sold to it.
    case makerDepleted
    /// The amount is more than the market can count.
    case sizeTooLarge
    /// More would be paid than the tokens can bring, or nothing got for them.
    case outsideRedemption

    /// The reason as it is written.
    package var name: String {
        switch self {
        case .duplicateID: "duplicateId"
        case .frozen: "frozen"
        case .inactiveOutcome: "inactiveOutcome"
        case .invalidSize: "invalidSize"
        case .invalidPrice: "invalidPrice"
        case .insufficientGas: "insufficientGas"
        case .insufficientBalance: "insufficientBalance"
        case .insufficientTokens: "insufficientTokens"
        case .unknownOrder: "unknownOrder"
        case .slippage: "slippage"
        case .makerDepleted: "ammDepleted"
        case .sizeTooLarge: "sizeTooLarge"
        case .outsideRedemption: "priceOutsideRedemption"
        }
    }
}

/// A match of two resting levels.
package struct RestingMatch: Hashable, Sendable, Codable {
    package var source: FillSource
    package var kind: FillKind
    /// The token of a direct match; nil where both tokens took part.
    package var token: OutcomeToken?
    package var outcome: Int32
    /// Millionths of a token.
    package var size: Int64
    /// The price of the bid, or of the YES side.
    package var firstPrice: Int64
    /// The price of the ask, or of the NO side.
    package var secondPrice: Int64
    /// What the house takes.
    package var fee: Int64
    /// What stays as liquidity of the outcome.
    package var toPool: Int64
}

/// Resting orders filled by the market maker after a trade elsewhere.
package struct AutoFillMatch: Hashable, Sendable, Codable {
    package var outcome: Int32
    package var token: OutcomeToken
    package var side: Side
    /// The price of the level.
    package var price: Int64
    /// Millionths of a token.
    package var size: Int64
    /// What the level's price makes of the size.
    package var charge: Int64
    /// What the market maker asks or pays.
    package var amount: Int64
    /// The difference in the holders' favour.
    package var surplus: Int64
    /// The market's share of the surplus.
    package var house: Int64
    /// The holders' share of it.
    package var rebate: Int64
}

/// What happened in a market, in order.
package enum OutcomeEvent: Hashable, Sendable, Codable {
    /// A limit order rests.
    case accepted(order: UInt64)
    /// An order was refused and changed nothing but the gas.
    case rejected(order: UInt64, OutcomeRefusal)
    /// Nothing of an order is left.
    case filled(order: UInt64)
    /// The rest of an order was taken back: so many millionths of a token.
    case cancelled(order: UInt64, size: Int64)
    /// Two resting levels met.
    case match(RestingMatch)
    /// Resting orders were filled after a trade elsewhere.
    case autoFill(AutoFillMatch)
    /// An outcome left: what its NO holders got, and the liquidity set free.
    case eliminated(outcome: Int32, paid: Int64, freed: Int64)
    /// The virtual supply of a survivor after an elimination; one event for each survivor.
    case renormalised(outcome: Int32, virtualYes: Int64)
    /// An outcome was paid: what its holders got, and what was left for the house.
    case settled(outcome: Int32, paid: Int64, left: Int64)
}

/// What a call of the market gives back; the caller reuses it.
package struct OutcomeOutput: Sendable {
    /// The executions, in order.
    package internal(set) var fills: [OutcomeFill] = []
    /// What happened, in order.
    package internal(set) var events: [OutcomeEvent] = []

    package init() {}

    mutating func clear() {
        fills.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
    }
}
