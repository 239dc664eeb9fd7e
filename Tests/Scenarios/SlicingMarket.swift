package import LockstepMarket
package import LockstepModel

/// A market that fills orders slice by slice at the closes, some time after they were sent.
///
/// It gives what the bar market does not: fills in part, commands that arrive late and wake the
/// run, and venues with batches.
package struct SlicingMarket: MarketDescription, Codable {
    /// The most lots that an order gets at a time.
    package var slice: Int64
    /// How long a command is under way.
    package var latency: Int64
    /// Whether commands wait for the batch of their step.
    package var isBatch: Bool

    package init(slice: Int64, latency: Int64 = 0, isBatch: Bool = false) {
        (self.slice, self.latency, self.isBatch) = (slice, latency, isBatch)
    }

    package var kind: String { "slices" }

    package var largestFee: ProportionalFee { ProportionalFee(fixed: SlicingEngine.fee) }

    package func makeEngine(
        _ venue: VenueID, in setting: MarketSetting
    ) throws(MarketError) -> SlicingEngine {
        SlicingEngine(self, venue, setting)
    }
}

/// The engine of a market that fills slice by slice.
package struct SlicingEngine: MarketEngine {
    static let fee = Money(units: 7)

    private struct Working: Codable {
        let id: OrderID
        let strategy: StrategyID
        let account: AccountID
        let terms: OrderTerms
        var leaves: Int64
        /// Only bars that begin then or later fill it.
        let decidedAt: Timestamp
    }

    package let venue: VenueID
    package let isBatch: Bool
    private let slice: Int64
    private let latency: Int64
    private let listings: [Instrument]
    private let series: [Int]
    private var last: [Bar?]
    private var working: [Working] = []
    /// Commands under way, by arrival.
    private var queue: [MarketCommand] = []
    private var bookings = 0

    init(_ market: SlicingMarket, _ venue: VenueID, _ setting: MarketSetting) {
        self.venue = venue
        isBatch = market.isBatch
        slice = market.slice
        latency = market.latency
        listings = Array(setting.instruments)
        series = setting.primarySeries.map { $0.map { Int($0.rawValue) - 1 } ?? -1 }
        last = Array(repeating: nil, count: listings.count)
    }

    package var nextWake: Timestamp? { latency > 0 ? queue.first.map(due) : nil }

    package mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let now = frame.time
        if !isBatch { work({ $0 < now }, now, &outputs) }
        for place in last.indices where frame.slots.indices.contains(series[place]) {
            let slot = frame.slots[series[place]]
            if slot.coverage == .traded { last[place] = slot.bar }
            if slot.coverage == .traded, !isBatch {
                try fill(InstrumentID(UInt32(place + 1)), now, &outputs)
            }
        }
        if !isBatch { work({ $0 == now }, now, &outputs) }
    }

    package mutating func execute(
        _ command: MarketCommand, at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if isBatch || latency > 0 {
            queue.append(command)
        } else {
            answer(command, now, &outputs)
        }
    }

    package mutating func runBatch(
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if !isBatch { return }
        work({ $0 <= now }, now, &outputs)
        for place in last.indices {
            try fill(InstrumentID(UInt32(place + 1)), now, &outputs)
        }
    }

    package mutating func apply(_ booking: Booking) throws(MarketError) { bookings += 1 }

    package func checkInvariants() throws(MarketError) {
        if working.contains(where: { $0.leaves <= 0 }) {
            throw .brokenInvariant(venue: venue, what: "a working order has nothing left")
        }
    }

    private func due(_ command: MarketCommand) -> Timestamp {
        Timestamp(nanoseconds: command.arrival.nanoseconds + latency)
    }

    private mutating func work(
        _ isDue: (Timestamp) -> Bool, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        while let command = queue.first, isDue(due(command)) {
            queue.removeFirst()
            answer(command, now, &outputs)
        }
    }

    private mutating func answer(
        _ command: MarketCommand, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) {
        let intent = command.order.intent
        func update(
            _ order: OrderID, _ instrument: InstrumentID, _ change: OrderChange,
            _ reason: OrderReason = .none, leaves: Int64 = 0
        ) -> OrderUpdate {
            OrderUpdate(
                order: order, strategy: intent.strategy, account: intent.account,
                instrument: instrument, change: change, reason: reason,
                leaves: Quantity(lots: leaves), reportAt: now)
        }
        switch intent.action {
        case .place(let terms):
            guard case .quantity(let quantity) = terms.size, terms.kind.triggerPrice == nil else {
                return outputs.append(
                    update(intent.id, terms.instrument, .rejected, .invalidCombination))
            }
            working.append(
                Working(
                    id: intent.id, strategy: intent.strategy, account: intent.account,
                    terms: terms, leaves: quantity.lots, decidedAt: command.order.decidedAt))
            outputs.append(
                update(intent.id, terms.instrument, .accepted, leaves: quantity.lots))
        case .amend(let order, _):
            outputs.append(update(order, InstrumentID(0), .amendRejected, .invalidCombination))
        case .cancel(let order):
            guard
                let place = working.firstIndex(where: {
                    $0.id == order && $0.strategy == intent.strategy
                })
            else {
                return outputs.append(
                    update(order, InstrumentID(0), .cancelRejected, .unknownOrder))
            }
            let ended = working.remove(at: place)
            outputs.append(
                update(
                    order, ended.terms.instrument, .cancelled, .byStrategy, leaves: ended.leaves))
        case .cancelAll(let scope):
            for ended in working
            where ended.strategy == intent.strategy
                && (scope == nil || scope == ended.terms.instrument)
            {
                outputs.append(
                    update(
                        ended.id, ended.terms.instrument, .cancelled, .byStrategy,
                        leaves: ended.leaves))
            }
            working.removeAll {
                $0.strategy == intent.strategy && (scope == nil || scope == $0.terms.instrument)
            }
        }
    }

    /// Gives every order of an instrument that the close reaches its slice.
    private mutating func fill(
        _ instrument: InstrumentID, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let listing = listings[Int(instrument.rawValue) - 1]
        guard let bar = last[Int(instrument.rawValue) - 1] else { return }
        let close = bar.close
        for place in working.indices where working[place].terms.instrument == instrument {
            let order = working[place]
            if !isBatch, bar.start < order.decidedAt { continue }
            if let limit = order.terms.kind.limitPrice,
                order.terms.side == .buy ? close > limit : close < limit
            {
                continue
            }
            let quantity = Quantity(lots: min(slice, order.leaves))
            working[place].leaves -= quantity.lots
            let notional: Money
            do throws(ArithmeticError) {
                notional = try listing.notional(close, quantity)
            } catch { throw .overflow(instrument: instrument, operation: .notional) }
            outputs.append(
                Fill(
                    order: order.id, strategy: order.strategy, account: order.account,
                    instrument: instrument, side: order.terms.side, liquidity: .taker,
                    point: isBatch ? .cross : .close, rule: isBatch ? .batch : .market,
                    price: close,
                    reference: close, quantity: quantity,
                    leaves: Quantity(lots: working[place].leaves), notional: notional,
                    fee: Self.fee, executedAt: now, label: bar.label, reportAt: now))
        }
        working.removeAll { $0.leaves == 0 }
    }
}
