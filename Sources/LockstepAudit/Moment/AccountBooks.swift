public import LockstepModel

/// How an account stood at a moment.
public struct AccountMoment: Hashable, Sendable {
    /// What it held of an instrument.
    public struct Position: Hashable, Sendable {
        /// The instrument.
        public let instrument: InstrumentID
        /// How much; negative for a short position.
        public let quantity: SignedQuantity
        /// The price it is valued at: the last close since it was opened, else that of the opening.
        ///
        /// Of a token of an outcome market the market maker's, cut off to ticks.
        public let mark: Price
        /// What it is worth at that price; nil where the log does not tell the grid.
        public let value: Money?
        /// What it cost without fees, first in, first out; below zero for a short position.
        public let cost: Money?
    }

    /// The account.
    public let id: AccountID
    /// Its cash, by its last booking.
    public let cash: Money
    /// Cash and the values of all positions; nil where one is not known.
    public let equity: Money?
    /// What it held, by instrument.
    public let positions: [Position]
    /// The orders that had not ended, by identity.
    public let orders: [WorkingOrder]
}

/// Cash and positions of all accounts, as fills and bookings tell it.
struct AccountBooks: Sendable {
    private struct Holding: Sendable {
        var lots: HeldLots
        /// The position by the last booking.
        var booked: SignedQuantity = .zero
        /// Whether lots can be made of all fills, so that the cost is known.
        var isKnown = true
    }

    private var cash: [UInt32: Money] = [:]
    /// What accounts are owed, less what they owe.
    private var claims: [UInt32: Int128] = [:]
    private var holdings: [UInt64: Holding] = [:]
    private var slices: [LotClosed] = []

    /// The accounts that were told of.
    var accounts: [UInt32] { Array(cash.keys) }

    mutating func take(_ fill: Fill, in step: UInt64, _ terms: borrowing RunTerms) {
        let key = Self.key(fill.account, fill.instrument)
        var holding = holding(fill.account, fill.instrument, terms)
        slices.removeAll(keepingCapacity: true)
        do {
            _ = try holding.lots.apply(fill, in: step, &slices)
        } catch { holding.isKnown = false }
        holdings[key] = holding
    }

    mutating func take(_ booking: Booking, _ terms: borrowing RunTerms) {
        cash[booking.account.rawValue] = booking.cashAfter
        if booking.kind.costsItself {
            claims[booking.account.rawValue, default: 0] -=
                Int128(booking.fee.units) + Int128(booking.cashChange.units)
        }
        if booking.instrument.rawValue == 0 { return }
        let key = Self.key(booking.account, booking.instrument)
        var holding = holding(booking.account, booking.instrument, terms)
        holding.booked = booking.positionAfter
        // What its lots cost is in the records of the split alone.
        if booking.kind == .split { holding.isKnown = false }
        holdings[key] = holding
    }

    private func holding(
        _ account: AccountID, _ instrument: InstrumentID, _ terms: borrowing RunTerms
    ) -> Holding {
        holdings[Self.key(account, instrument)]
            ?? Holding(lots: HeldLots(account, instrument, terms.matching(of: account)))
    }

    /// How an account stands.
    func moment(
        of account: AccountID, orders: [WorkingOrder], _ bars: borrowing LastBars,
        _ tokens: borrowing TokenPrices, _ terms: borrowing RunTerms
    ) -> AccountMoment {
        let cash = cash[account.rawValue] ?? .zero
        var equity: Int128? = Int128(cash.units) + (claims[account.rawValue] ?? 0)
        var positions: [AccountMoment.Position] = []
        let first = UInt64(account.rawValue) << 32
        for key in holdings.keys.sorted() where key & ~0xFFFF_FFFF == first {
            guard let holding = holdings[key], !holding.booked.isZero else { continue }
            let position =
                token(holding, of: account, tokens, terms)
                ?? Self.position(holding, bars, terms)
            equity = position.value.flatMap { value in equity.map { $0 + Int128(value.units) } }
            positions.append(position)
        }
        return AccountMoment(
            id: account, cash: cash,
            equity: equity.flatMap { Int64(exactly: $0) }.map { Money(units: $0) },
            positions: positions, orders: orders)
    }

    /// What is held of a token; nil for what is none.
    private func token(
        _ holding: Holding, of account: AccountID, _ tokens: borrowing TokenPrices,
        _ terms: borrowing RunTerms
    ) -> AccountMoment.Position? {
        let token = holding.lots.instrument
        guard let (units, tick) = terms.token(token), let price = tokens.price(of: token),
            let other = tokens.other(of: token)
        else { return nil }
        let others = holdings[Self.key(account, other)]?.booked.lots ?? 0
        let isWhole = holding.isKnown && holding.lots.position == Int128(holding.booked.lots)
        return AccountMoment.Position(
            instrument: token, quantity: holding.booked,
            mark: Price(ticks: price.trillionths / tick),
            value: tokens.value(
                of: token, lots: holding.booked.lots, beside: others, units: units),
            cost: isWhole ? Int64(exactly: holding.lots.cost).map { Money(units: $0) } : nil)
    }

    private static func position(
        _ holding: Holding, _ bars: borrowing LastBars, _ terms: borrowing RunTerms
    ) -> AccountMoment.Position {
        let lots = holding.lots
        var mark = Price(ticks: lots.opened.price)
        // A close that came in the step of the opening, or later, marks it.
        if let last = bars[lots.instrument], last.step >= lots.opened.step {
            mark = Price(ticks: last.bar.close)
        }
        let isWhole = holding.isKnown && lots.position == Int128(holding.booked.lots)
        return AccountMoment.Position(
            instrument: lots.instrument, quantity: holding.booked, mark: mark,
            value: terms.ratio(of: lots.instrument).flatMap {
                try? $0.value(mark, holding.booked)
            },
            cost: isWhole ? Int64(exactly: lots.cost).map { Money(units: $0) } : nil)
    }

    private static func key(_ account: AccountID, _ instrument: InstrumentID) -> UInt64 {
        UInt64(account.rawValue) << 32 | UInt64(instrument.rawValue)
    }
}
