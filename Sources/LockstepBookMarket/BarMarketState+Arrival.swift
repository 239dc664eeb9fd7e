import LockstepMarket
import LockstepModel

/// A halt by the place of its instrument.
struct PlacedHalt: Hashable, Sendable, Codable {
    let place: Int
    let halt: TradingPause
}

/// A band in ticks, by the place of its instrument.
struct PlacedBand: Hashable, Sendable, Codable {
    let place: Int
    let start: Timestamp
    let end: Timestamp
    let low: Int64
    let high: Int64
}

/// What may happen to an order when it arrives.
extension BarMarketState {
    /// The halts of a venue's instruments.
    static func halts(
        _ rules: ExecutionRules, _ instruments: Instruments
    ) throws(MarketError) -> [PlacedHalt] {
        var placed: [PlacedHalt] = []
        for halt in rules.halts {
            let place = try place(of: halt.instrument, instruments, "halts")
            placed.append(PlacedHalt(place: place, halt: halt))
        }
        return placed
    }

    /// The bands of a venue's instruments.
    static func bands(
        _ rules: ExecutionRules, _ instruments: Instruments
    ) throws(MarketError) -> [PlacedBand] {
        var placed: [PlacedBand] = []
        for band in rules.bands {
            let place = try place(of: band.instrument, instruments, "bands")
            guard let instrument = instruments[InstrumentID(UInt32(place + 1))] else { continue }
            do {
                placed.append(
                    PlacedBand(
                        place: place, start: band.start, end: band.end,
                        low: try instrument.price(from: band.low).ticks,
                        high: try instrument.price(from: band.high).ticks))
            } catch {
                throw .invalidSetting(name: "bands", why: "\(error)")
            }
        }
        return placed
    }

    private static func place(
        of symbol: String, _ instruments: Instruments, _ name: String
    ) throws(MarketError) -> Int {
        for (place, instrument) in instruments.enumerated() where instrument.symbol == symbol {
            return place
        }
        throw .invalidSetting(name: name, why: "there is no instrument \"\(symbol)\"")
    }

    /// Whether an instrument is halted at an instant.
    func isHalted(_ place: Int, at instant: Timestamp) -> Bool {
        halts.contains { $0.place == place && $0.halt.covers(instant) }
    }

    /// Why an order is refused by the time at which it arrives; nil when it is not.
    func timelyRefusal(
        of terms: OrderTerms, _ place: Int, _ arrival: Timestamp
    ) -> Refusal? {
        for placed in halts
        where placed.place == place && placed.halt.rejects && placed.halt.covers(arrival) {
            return Refusal(reason: .halted)
        }
        for band in bands
        where band.place == place && band.start <= arrival && arrival < band.end {
            for price in [terms.limitPrice, terms.triggerPrice] {
                guard let ticks = price?.ticks else { continue }
                if ticks < band.low { return Refusal(reason: .outsideBands, limit: band.low) }
                if ticks > band.high { return Refusal(reason: .outsideBands, limit: band.high) }
            }
        }
        guard settings.rules.passedStop == .reject, let last = books[place].lastBar?.close,
            let level = terms.triggerPrice
        else { return nil }
        let isTouched = if case .ifTouched = terms.kind { true } else { false }
        let isPassed = (terms.side == .buy) != isTouched ? last >= level : last <= level
        return isPassed ? Refusal(reason: .stopAlreadyThrough, limit: last.ticks) : nil
    }

    /// Tries a new order at the close at which it was decided, where a rule looks ahead.
    @inline(never)
    mutating func tryLastClose(
        _ position: Int, _ place: Int, _ now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        let order = books[place].orders[position]
        guard let bar = books[place].lastBar, bar.end == order.arrival,
            settings.rules.sameClose == .lookAheadAll || order.kind == .market,
            !isHalted(place, at: bar.start)
        else { return }
        active.removeAll()
        active.append(ActiveBar(place: place, bar: bar))
        walk.budgets.removeAll()
        walk.grants.removeAll()
        walk.grants.append(.max)
        for _ in accounts.indices { walk.budgets.append(.max) }
        for other in books[place].orders.indices where books[place].orders[other].detail < 0 {
            books[place].addDetail(OrderDetail(), to: other)
        }
        books[place][detail: position].isEligible = true
        let spot = Spot(
            bar: 0, place: place, price: bar.close.ticks, point: .close, time: now)
        if canAct(position, place), checkPostOnly(position, spot, &outputs),
            isMet(position, place, at: spot.price)
        {
            try act(position, spot, &outputs)
        }
        commit(place)
        books[place].removeEnded()
        noteIdle(place)
    }
}
