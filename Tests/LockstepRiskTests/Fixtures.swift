import LockstepModel
import LockstepRisk
import Testing

/// A gate with some instruments and accounts, and short ways to tell it what happens.
///
/// Prices have the tick 1, lots are 1, money has 2 decimals: 10 lots at 100 are 100000 units.
struct Bench: ~Copyable {
    static let cash = AccountID(1)
    static let margin = AccountID(2)
    static let first = InstrumentID(1)
    static let second = InstrumentID(2)

    var gate: RiskGate
    private var sequence: UInt64 = 100
    private var ordinals: [UInt32: UInt32] = [:]
    /// Cash and positions as the books have them, for bookings.
    private var booked: [AccountID: Int64] = [:]
    private var positions: [AccountID: [InstrumentID: Int64]] = [:]

    init(
        limits: RiskLimits = .none, fee: LargestFee = .none,
        bounds: Instrument.Limits = .none, cash: Int64 = 1_000_000
    ) throws {
        let dollar = try Currency("USD", decimals: 2)
        let instruments = try Instruments(
            ["A", "B"].enumerated().map { place, symbol in
                try Instrument(
                    id: InstrumentID(UInt32(place + 1)), symbol: symbol, venue: VenueID(1),
                    currency: dollar, tickSize: .one, lot: .one, limits: bounds)
            })
        gate = try RiskGate(
            instruments: instruments,
            accounts: [(Self.cash, AccountKind.cash), (Self.margin, .margin)].map { id, kind in
                Account(
                    id: id, name: kind.rawValue, currency: dollar, startingCash: .zero,
                    kind: kind)
            },
            limits: limits, fees: [VenueID(1): fee])
        deposit(cash, to: Self.cash)
        deposit(cash, to: Self.margin)
    }

    /// A gate by itself.
    static func gate(cash: Int64) throws -> RiskGate {
        let bench = try Bench(cash: cash)
        return bench.gate
    }

    mutating func deposit(_ units: Int64, to account: AccountID) {
        booked[account, default: 0] += units
        gate.apply(
            Booking(
                account: account, strategy: StrategyID(0), instrument: InstrumentID(0),
                kind: .deposit, cashChange: Money(units: units),
                cashAfter: Money(units: booked[account, default: 0]), positionAfter: .zero))
    }

    /// A frame with the closes of the two instruments; nil for no bar.
    mutating func mark(
        _ first: Int64?, _ second: Int64? = nil, coverage: Coverage = .traded, at time: Int64 = 1
    ) {
        let slots = [first, second].enumerated().map { place, close in
            let (series, instrument) = (
                SeriesID(UInt32(place + 1)), InstrumentID(UInt32(place + 1))
            )
            guard let close else { return FrameSlot.absent(series, of: instrument) }
            let price = Price(ticks: close)
            return FrameSlot(
                coverage: coverage,
                bar: Bar(
                    instrument: instrument, series: series, start: .epoch,
                    end: Timestamp(nanoseconds: 1), label: .epoch, open: price, high: price,
                    low: price, close: price, volume: nil))
        }
        gate.apply(Frame(time: Timestamp(nanoseconds: time), slots: ContiguousArray(slots)))
    }

    mutating func nextID(_ strategy: UInt32 = 1) -> OrderID {
        ordinals[strategy, default: 0] += 1
        return OrderID(
            strategy: StrategyID(strategy), ordinal: ordinals[strategy, default: 0])
    }

    mutating func ask(
        _ action: OrderAction, for account: AccountID = cash, by strategy: UInt32 = 1
    ) -> (id: OrderID, verdict: RiskVerdict) {
        let intent = Intent(
            id: nextID(strategy), strategy: StrategyID(strategy), account: account, action: action)
        sequence += 1
        let verdict = gate.review(
            intent, sequence: SequenceNumber(sequence), time: Timestamp(nanoseconds: 7))
        return (intent.id, verdict)
    }

    /// Places an order and tells why it was refused; nil when it passed.
    @discardableResult
    mutating func place(
        _ side: Side, _ lots: Int64, of instrument: InstrumentID = first,
        _ kind: OrderKind = .market(), for account: AccountID = cash, reduceOnly: Bool = false
    ) -> Refusal? {
        let terms = OrderTerms(
            side, Quantity(lots: lots), of: instrument, kind, reduceOnly: reduceOnly)
        return Refusal(ask(.place(terms), for: account).verdict)
    }

    /// Places an order that must pass.
    mutating func open(
        _ side: Side, _ lots: Int64, of instrument: InstrumentID = first,
        _ kind: OrderKind = .market(), for account: AccountID = cash, reduceOnly: Bool = false
    ) throws -> OrderID {
        let terms = OrderTerms(
            side, Quantity(lots: lots), of: instrument, kind, reduceOnly: reduceOnly)
        let answer = ask(.place(terms), for: account)
        try #require(Refusal(answer.verdict) == nil)
        return answer.id
    }

    /// Fills an order, and books it unless told otherwise.
    mutating func fill(
        _ order: OrderID, _ side: Side, _ lots: Int64, at price: Int64, leaves: Int64 = 0,
        of instrument: InstrumentID = first, for account: AccountID = cash, fee: Int64 = 0,
        booking: Bool = true
    ) throws {
        sequence += 1
        let fill = Fill(
            order: order, strategy: order.strategy, account: account, instrument: instrument,
            side: side, liquidity: .taker, point: .open, rule: .market,
            price: Price(ticks: price), reference: Price(ticks: price),
            quantity: Quantity(lots: lots), leaves: Quantity(lots: leaves),
            notional: Money(units: price * lots * 100), fee: Money(units: fee),
            executedAt: .epoch, label: .epoch, reportAt: .epoch)
        try gate.apply(fill, sequence: SequenceNumber(sequence))
        if booking { book(fill, SequenceNumber(sequence)) }
    }

    private mutating func book(_ fill: Fill, _ sequence: SequenceNumber) {
        let change = -fill.side.sign * fill.notional.units - fill.fee.units
        booked[fill.account, default: 0] += change
        positions[fill.account, default: [:]][fill.instrument, default: 0] +=
            fill.side.sign * fill.quantity.lots
        gate.apply(
            Booking(
                fill: sequence, account: fill.account, strategy: fill.strategy,
                instrument: fill.instrument, kind: .trade, cashChange: Money(units: change),
                fee: fill.fee, cashAfter: Money(units: booked[fill.account, default: 0]),
                positionAfter: SignedQuantity(
                    lots: positions[fill.account]?[fill.instrument] ?? 0)))
    }

    mutating func update(
        _ order: OrderID, _ change: OrderChange, leaves: Int64 = 0, reason: OrderReason = .none
    ) throws {
        try gate.apply(
            OrderUpdate(
                order: order, strategy: order.strategy, account: Self.cash,
                instrument: Self.first, change: change, reason: reason,
                leaves: Quantity(lots: leaves), reportAt: .epoch))
    }

    /// Tells the equity of an account at the end of a step.
    mutating func tell(equity: Int64, of account: AccountID = cash) {
        gate.apply(
            Snapshot(
                account: account, cash: Money(units: booked[account, default: 0]),
                equity: Money(units: equity), realised: .zero, unrealised: .zero, fees: .zero,
                grossExposure: .zero, netExposure: .zero))
    }

    func reserved(_ account: AccountID = cash) -> Int64 { gate.view.reserved(by: account).units }
}

/// A refusal as tests compare it.
struct Refusal: Hashable {
    var reason: OrderReason
    var limit: Int64

    init(_ reason: OrderReason, _ limit: Int64) {
        self.reason = reason
        self.limit = limit
    }

    init?(_ verdict: RiskVerdict) {
        guard case .refused(let reason, let limit) = verdict else { return nil }
        self.init(reason, limit)
    }
}
