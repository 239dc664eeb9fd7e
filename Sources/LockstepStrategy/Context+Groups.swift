public import LockstepModel

/// The orders of a bracket.
public struct Bracket: Hashable, Sendable, Codable {
    /// What opens the position.
    public let entry: OrderHandle
    /// What closes it at a loss.
    public let stop: OrderHandle?
    /// What closes it at a gain.
    public let target: OrderHandle?
}

extension Context {
    /// Submits an entry, with a stop and a target that close what it opens.
    ///
    /// The exits act for what the entry has filled, from the price of that fill on; a fill of one
    /// takes as much off the other, and at one point the stop comes first. If the entry ends
    /// unfilled, they end with it.
    ///
    /// - Parameters:
    ///   - entry: The entry, of so many lots.
    ///   - stop: The kind of the exit at a loss: a stop, a stop-limit or a trailing stop.
    ///   - target: The kind of the exit at a gain: a limit or an if-touched order.
    ///   - tag: A text for all of them.
    /// - Returns: The orders.
    @discardableResult
    public mutating func bracket(
        _ entry: OrderTerms, stop: OrderKind?, target: OrderKind?, tag: String? = nil
    ) -> Bracket {
        let first = submit(entry, tag: tag)
        func exit(_ kind: OrderKind, _ group: OrderID?) -> OrderTerms {
            OrderTerms(
                entry.side.opposite, size: entry.size, of: entry.instrument, kind,
                reduceOnly: true, link: OrderLink(parent: first.id, group: group))
        }
        var protection: OrderHandle?
        if let stop { protection = submit(exit(stop, nil), tag: tag) }
        var gain: OrderHandle?
        if let target { gain = submit(exit(target, protection?.id), tag: tag) }
        return Bracket(entry: first, stop: protection, target: gain)
    }

    /// Submits orders of which a fill of one cancels the others.
    ///
    /// Orders that only reduce are reduced by what was filled instead.
    ///
    /// - Parameters:
    ///   - terms: The orders, all of one instrument.
    ///   - tag: A text for all of them.
    /// - Returns: The orders.
    @discardableResult
    public mutating func oneCancelsOther(
        _ terms: [OrderTerms], tag: String? = nil
    ) -> [OrderHandle] {
        var handles: [OrderHandle] = []
        for var order in terms {
            order.link.group = handles.first?.id
            handles.append(submit(order, tag: tag))
        }
        return handles
    }

    /// Submits an order that acts for what another has filled, from the price of that fill on.
    ///
    /// - Parameters:
    ///   - terms: The order.
    ///   - parent: The order it follows, of the same instrument.
    ///   - tag: A text for it.
    /// - Returns: The order.
    @discardableResult
    public mutating func submit(
        _ terms: OrderTerms, after parent: OrderHandle, tag: String? = nil
    ) -> OrderHandle {
        var terms = terms
        terms.link.parent = parent.id
        return submit(terms, tag: tag)
    }

    /// Submits a market order that brings a position to a share of the account's equity.
    ///
    /// The share counts at the last price; lots are cut toward zero, and what works already counts
    /// as done. Nothing is submitted before the first price, or where nothing is missing.
    ///
    /// - Parameters:
    ///   - weight: The share of the equity; negative for a short position.
    ///   - instrument: The instrument.
    ///   - tag: A text for the order.
    /// - Returns: The order, if one was needed.
    @discardableResult
    public mutating func target(
        weight: Rate, _ instrument: InstrumentID, tag: String? = nil
    ) -> OrderHandle? {
        guard let price = lastPrice(instrument), let ratio = instruments[instrument]?.ratio else {
            return nil
        }
        let equity = account.equity
        guard let lots = ratio.lots(worth: equity, weight, at: price) else {
            seat.value.fail(.overflow(strategy: seat.value.name, what: "a position's weight"))
            return nil
        }
        return target(lots, instrument, tag: tag)
    }
}
