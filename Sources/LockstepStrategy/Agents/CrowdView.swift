package import LockstepModel

/// One outcome of an event, as an agent sees it before it decides.
package struct CrowdOutcome: Hashable, Sendable, Codable {
    /// The token that pays 1 when the outcome wins.
    package let yes: InstrumentID
    /// The token that pays 1 when it does not.
    package let no: InstrumentID
    /// What a YES costs at the market maker, in millionths.
    package var yesPrice: Int64 = 0
    /// What a NO costs at the market maker, in millionths.
    package var noPrice: Int64 = 0
    /// Lots of YES that are held and not offered.
    package var yesHeld: Int64 = 0
    /// Lots of NO that are held and not offered.
    package var noHeld: Int64 = 0
    /// Whether it is in the event and has a price.
    package var isActive = false

    /// Sees an outcome by its tokens.
    package init(yes: InstrumentID, no: InstrumentID) {
        self.yes = yes
        self.no = no
    }

    /// The instrument of a token.
    func instrument(_ isYes: Bool) -> InstrumentID { isYes ? yes : no }

    /// The price of a token, in millionths.
    func price(_ isYes: Bool) -> Int64 { isYes ? yesPrice : noPrice }

    /// The lots of a token that are held and not offered.
    func held(_ isYes: Bool) -> Int64 { isYes ? yesHeld : noHeld }
}

/// What an agent knows when it decides, and how it writes orders down.
package struct CrowdView: Hashable, Sendable, Codable {
    /// One, in the scale of money and prices.
    package static let unit: Int64 = 1_000_000

    /// The outcomes, in the order of the instruments.
    package var outcomes: [CrowdOutcome]
    /// Cash that is not bound by open orders, in millionths.
    package var cash: Int64 = 0
    /// How many of the agent's own orders are open.
    package var openOrders = 0
    /// Millionths in a tick of a price.
    package let tick: Int64
    /// Lots in a token.
    package let lotsPerToken: Int64

    /// Sees an event.
    ///
    /// - Parameters:
    ///   - outcomes: The outcomes.
    ///   - tick: Millionths in a tick of a price, from 1 to 500,000.
    ///   - lotsPerToken: Lots in a token, above zero.
    package init(outcomes: [CrowdOutcome], tick: Int64, lotsPerToken: Int64) {
        self.outcomes = outcomes
        self.tick = tick
        self.lotsPerToken = lotsPerToken
    }

    /// The places of the outcomes that are in the event.
    var active: [Int] { outcomes.indices.filter { outcomes[$0].isActive } }

    /// How many lots of so many tokens a share of the cash buys at a price, slippage and fees in.
    ///
    /// - Parameters:
    ///   - tokens: Whole tokens that are wanted.
    ///   - price: Millionths for a token.
    ///   - share: The share of the cash that may be spent, in hundredths.
    /// - Returns: Lots, from 0.
    func affordable(tokens: Int64, at price: Int64, share: Int64 = 100) -> Int64 {
        // A tenth above the price: fees, and what the order itself moves.
        let each = max(1, price / 10 * 11)
        let budget = Int128(max(0, cash)) * Int128(share) / 100
        let lots = budget * Int128(lotsPerToken) / Int128(each)
        return Int64(min(lots, Int128(tokens) * Int128(lotsPerToken)))
    }

    /// A market order for a token.
    func market(
        _ side: Side, _ lots: Int64, of outcome: Int, _ isYes: Bool, slippage: Int64
    ) -> CrowdAction? {
        guard lots > 0 else { return nil }
        return .place(
            OrderTerms(
                side, Quantity(lots: lots), of: outcomes[outcome].instrument(isYes),
                maxSlippage: slippage > 0 ? Rate(trillionths: slippage * 100_000_000) : nil))
    }

    /// A resting order for a token, at the tick at or below a price.
    ///
    /// - Returns: The order; nil when the price is no price between 0 and 1, or nothing is asked.
    func limit(
        _ side: Side, _ lots: Int64, of outcome: Int, _ isYes: Bool, at price: Int64,
        autoFill: Bool
    ) -> CrowdAction? {
        let ticks = price / tick
        // The venues' usual bounds; what is beyond them would be refused.
        guard lots > 0, ticks * tick * 100 >= Self.unit, ticks * tick * 100 <= 99 * Self.unit
        else { return nil }
        return .place(
            OrderTerms(
                side, Quantity(lots: lots), of: outcomes[outcome].instrument(isYes),
                .limit(Price(ticks: ticks)), autoFill: autoFill))
    }
}

/// What an agent asks for.
package enum CrowdAction: Hashable, Sendable {
    /// A new order.
    case place(OrderTerms)
    /// The end of all its open orders.
    case cancelAll
}
