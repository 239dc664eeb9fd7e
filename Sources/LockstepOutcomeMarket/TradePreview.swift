import LockstepModel

/// What a market order would do to a market: its executions and the prices around it.
///
/// The order goes the whole way, through the book, the opposite token and the market maker, and is
/// followed by its auto-fills; the market itself stays as it is.
package struct TradePreview: Hashable, Sendable {
    /// What one source gives.
    package struct Part: Hashable, Sendable {
        package let source: FillSource
        /// Millionths of a token.
        package internal(set) var size: Int64 = 0
        /// Millionths of a USDC.
        package internal(set) var notional: Int64 = 0
        /// Millionths of a USDC.
        package internal(set) var fee: Int64 = 0
    }

    /// The prices of an outcome's tokens at the market maker.
    package struct Prices: Hashable, Sendable {
        package let outcome: Int
        package let yes: Double
        package let no: Double
    }

    /// Why there is no such trade.
    package let refusal: OutcomeRefusal?
    /// What the sources give, book first.
    package let parts: [Part]
    /// How many tokens of other users' resting orders are filled because of it, in millionths.
    package let autoFilled: Int64
    /// The prices before, of the active outcomes.
    package let before: [Prices]
    /// The prices after.
    package let after: [Prices]

    /// What is paid or got before fees, in millionths of a USDC.
    package var notional: Int64 { parts.reduce(0) { $0 + $1.notional } }
    /// The fees.
    package var fee: Int64 { parts.reduce(0) { $0 + $1.fee } }

    /// Tries a market order on a copy of a market.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - engine: The market.
    ///   - now: The time whose weights hold; not before the market's own.
    /// - Throws: ``OutcomeMarketError`` when the market refuses the call.
    package init(
        _ order: OutcomeMarketOrder, on engine: OutcomeMarketEngine, at now: Int64
    ) throws(OutcomeMarketError) {
        var copy = engine
        copy.checks = .never
        before = Self.prices(of: copy)
        let user = copy.userCount
        // Whoever asks can pay and deliver: the question is what the market does.
        let cash = Exact.largest - copy.parameters.subsidy - copy.deposits
        try copy.open(user, cash: max(0, cash))
        if order.side == .sell, order.size > 0, engine.activeOutcomes.contains(order.outcome) {
            try copy.give(order.size, order.token, of: order.outcome, to: user)
        }
        // A number that no order of the market has.
        var id = UInt64.max
        while copy.hasSeen(id) { id -= 1 }
        var output = OutcomeOutput()
        try copy.runBatch(
            at: now, [OutcomeOrder(id: id, user: user, time: now, action: .market(order))],
            into: &output)
        after = Self.prices(of: copy)
        var refusal: OutcomeRefusal?
        for case .rejected(id, let reason) in output.events { refusal = reason }
        self.refusal = refusal
        var parts: [Part] = []
        var autoFilled: Int64 = 0
        for fill in output.fills {
            if fill.source == .autoFill { autoFilled += fill.size }
            guard fill.order == id else { continue }
            let place = parts.firstIndex { $0.source == fill.source } ?? parts.count
            if place == parts.count { parts.append(Part(source: fill.source)) }
            parts[place].size += fill.size
            parts[place].notional += fill.notional
            parts[place].fee += fill.fee
        }
        self.parts = parts
        self.autoFilled = autoFilled
    }

    private static func prices(of engine: OutcomeMarketEngine) -> [Prices] {
        engine.activeOutcomes.compactMap { outcome in
            let view = engine.view(outcome)
            guard let yes = view.price(.yes), let no = view.price(.no) else { return nil }
            return Prices(outcome: outcome, yes: yes, no: no)
        }
    }
}
