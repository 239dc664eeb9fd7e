public import LockstepModel

/// What the strategies of a run have in common: the time, the market and the accounts.
@usableFromInline
struct StrategyDesk: ~Copyable {
    /// Where the primary series of an instrument stands in a frame.
    private struct Mark: BitwiseCopyable {
        let slot: Int
        let instrument: Int
    }

    @usableFromInline var now: Timestamp = .epoch
    @usableFromInline var step: StepNumber = .setUp
    /// When the earliest timer of all strategies is due; the distant past when there is news.
    var nextTimer: Timestamp = .distantFuture
    /// By instrument.
    @usableFromInline let lastPrices: FlatView<Price?>
    /// By account.
    @usableFromInline let cash: FlatView<Money>
    /// By account, and in it by instrument.
    private let positions: FlatView<SignedQuantity>
    /// How many instruments, from the first, have their primary series at their own place.
    private let aligned: Int
    /// Where those of the others stand.
    private let marks: FlatList<Mark>
    private let lastPriceList: FlatList<Price?>
    private let cashList: FlatList<Money>
    private let positionList: FlatList<SignedQuantity>
    let instruments: Instruments
    let series: SeriesTable
    let seed: UInt64
    let ratios: ContiguousArray<NotionalRatio>
    /// The number of a text, announced where it is new; set when the strategies are connected.
    var intern: ((String) throws -> SymbolID)?
    /// The dated events of the step, until its closes are taken.
    var moves: [MarketEvent] = []
    /// By account what it is owed, less what it owes; as far as there was any.
    var claims: [Money] = []
    /// Whether closes alone are not the last prices.
    private let marksOtherwise: Bool
    /// The strategies, by identity.
    var seats: ContiguousArray<StateReference<StrategySeat>> = []
    /// What may not be traded.
    var halts: TradingHalt

    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    init(_ setup: StrategySetup) {
        instruments = setup.instruments
        halts = TradingHalt(instruments: setup.instruments.count)
        series = SeriesTable(setup.series, instruments: setup.instruments)
        seed = setup.seed
        ratios = ContiguousArray(setup.instruments.map(\.ratio))
        lastPriceList = FlatList(repeating: nil, count: setup.instruments.count)
        cashList = FlatList(setup.cash)
        positionList = FlatList(
            repeating: .zero, count: setup.instruments.count * setup.cash.count)
        lastPrices = lastPriceList.view
        cash = cashList.view
        positions = positionList.view
        let primary = series.primary
        let aligned = primary.indices.first { primary[$0] != $0 } ?? primary.count
        self.aligned = aligned
        marks = FlatList(
            (aligned..<primary.count).filter { primary[$0] >= 0 }.map {
                Mark(slot: primary[$0], instrument: $0)
            })
        marksOtherwise = setup.hearsEvents || !marks.isEmpty
    }

    /// Takes the closes of the primary series that traded.
    @inline(__always)
    mutating func mark(_ frame: borrowing Frame) {
        lastPrices.takeCloses(of: frame, aligned)
        if marksOtherwise { markOthers(frame) }
    }

    @inline(never)
    private mutating func markOthers(_ frame: borrowing Frame) {
        for place in 0..<marks.count {
            let mark = marks[place]
            if mark.slot < frame.slots.count, frame.slots[mark.slot].coverage == .traded {
                lastPrices[mark.instrument] = frame.slots[mark.slot].bar.close
            }
        }
        if !moves.isEmpty { moveLastPrices() }
    }

    /// Takes how an account stands after a booking.
    @inline(__always)
    mutating func book(_ booking: borrowing Booking) {
        let account = Int(booking.account.rawValue) &- 1
        guard UInt(bitPattern: account) < UInt(bitPattern: cash.count) else { return }
        cash[account] = booking.cashAfter
        let instrument = Int(booking.instrument.rawValue) &- 1
        guard UInt(bitPattern: instrument) < UInt(bitPattern: lastPrices.count) else { return }
        positions[account &* lastPrices.count &+ instrument] = booking.positionAfter
    }

    /// Calls the strategies of outcome markets at their next turn.
    mutating func announceNews() { nextTimer = .distantPast }

    /// Notes which strategies have a timer that is due.
    @inline(never)
    mutating func raiseTimers(at time: Timestamp) {
        nextTimer = .distantFuture
        for seat in seats {
            if seat.value.timers.next <= time {
                seat.value.attention.insert(.timers)
            } else {
                nextTimer = min(nextTimer, seat.value.timers.next)
            }
        }
    }

    /// The positions of one account, by instrument.
    func positions(of account: AccountID) -> FlatView<SignedQuantity> {
        positions.part(from: (Int(account.rawValue) - 1) * lastPrices.count, lastPrices.count)
    }

    /// Cash and positions at the last prices.
    func equity(of account: Int) throws(ArithmeticError) -> Money {
        var sum = cash[account]
        if account < claims.count { sum = try sum.adding(claims[account]) }
        let base = account * lastPrices.count
        for instrument in 0..<lastPrices.count {
            let position = positions[base + instrument]
            guard !position.isZero, let price = lastPrices[instrument] else { continue }
            sum = try sum.adding(ratios[instrument].value(price, position))
        }
        return sum
    }

    /// What the open purchases of an account would cost.
    func reserved(of account: Int) throws(ArithmeticError) -> Money {
        var sum = Money.zero
        for seat in seats where Int(seat.value.account.rawValue) - 1 == account {
            for place in 0..<seat.value.orders.list.count {
                let order = seat.value.orders.list[place]
                guard let terms = order.terms, terms.side == .buy else { continue }
                let instrument = Int(terms.instrument.rawValue) - 1
                guard instrument >= 0, instrument < lastPrices.count,
                    let price = terms.kind.limitPrice ?? terms.kind.triggerPrice
                        ?? lastPrices[instrument]
                else { continue }
                sum = try sum.adding(ratios[instrument].notional(price, order.leaves))
            }
        }
        return sum
    }
}

@available(*, unavailable)
extension StrategyDesk: Sendable {}
