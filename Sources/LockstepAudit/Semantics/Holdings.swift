import LockstepModel

/// What an account holds of an instrument, made of its fills alone.
struct HeldLots: Sendable {
    /// What is left of one opening.
    struct Lot: Hashable, Sendable {
        var rest: Int64
        var notional: Int64
        var fee: Int64
        var openedAt: Timestamp
    }

    let account: AccountID
    let instrument: InstrumentID
    /// Which lots a fill closes.
    let matching: LotMatching
    private(set) var position: Int128 = 0
    /// What it cost; below zero for a short position.
    private(set) var cost: Int128 = 0
    /// The price of the fill that opened it, and how many steps were sealed before.
    private(set) var opened: (price: Int64, step: UInt64) = (0, 0)
    private var lots: [Lot] = []
    private var head = 0
    /// The place in the list of what its account holds; -1 when nothing is held.
    var place = -1

    init(_ account: AccountID, _ instrument: InstrumentID, _ matching: LotMatching) {
        self.account = account
        self.instrument = instrument
        self.matching = matching
    }

    /// Closes lots of the other side, as they are matched, and opens one with the rest.
    ///
    /// - Parameters:
    ///   - fill: The fill.
    ///   - step: How many steps were sealed before it.
    ///   - slices: Gets what a sound log says of each lot that is reduced.
    /// - Returns: The profit of what it closes.
    /// - Throws: ``ArithmeticError/overflow``.
    mutating func apply(
        _ fill: Fill, in step: UInt64, _ slices: inout [LotClosed]
    ) throws(ArithmeticError) -> Int128 {
        var inHand = Lot(
            rest: fill.quantity.lots, notional: fill.notional.units,
            fee: try FixedPoint.subtract(fill.fee.units, fill.rebate.units),
            openedAt: fill.executedAt)
        var profit: Int128 = 0
        if position != 0, (position > 0) == (fill.side == .sell) {
            while head < lots.count, inHand.rest > 0 {
                let slice = try close(&inHand, fill)
                profit += Int128(slice.grossProfit.units)
                cost -= Int128(fill.side == .sell ? 1 : -1) * Int128(slice.openNotional.units)
                slices.append(slice)
            }
        }
        if position == 0 { opened = (fill.price.ticks, step) }
        if inHand.rest > 0 {
            cost += Int128(fill.side == .buy ? 1 : -1) * Int128(inHand.notional)
            open(inHand)
        }
        position += Int128(fill.side == .buy ? 1 : -1) * Int128(fill.quantity.lots)
        return profit
    }

    /// Puts other lots in the place of all.
    fileprivate mutating func replace(_ lots: [Lot], position: Int128, cost: Int128) {
        (self.lots, head, self.position, self.cost) = (lots, 0, position, cost)
    }

    /// Opens a lot, or adds it to the one there is.
    private mutating func open(_ lot: Lot) {
        guard matching == .average, head < lots.count else { return lots.append(lot) }
        // What does not fit is no lot of a sound log, and differs from what that tells.
        lots[head].rest &+= lot.rest
        lots[head].notional &+= lot.notional
        lots[head].fee &+= lot.fee
    }

    private mutating func close(
        _ inHand: inout Lot, _ fill: Fill
    ) throws(ArithmeticError) -> LotClosed {
        let place = matching == .lifo ? lots.count - 1 : head
        let quantity = min(inHand.rest, lots[place].rest)
        let open = try Self.take(quantity, from: &lots[place])
        let closed = try Self.take(quantity, from: &inHand)
        let gain = try FixedPoint.subtract(closed.notional, open.notional)
        let slice = LotClosed(
            account: fill.account, strategy: fill.strategy, instrument: fill.instrument,
            side: fill.side.opposite, quantity: Quantity(lots: quantity),
            openedAt: lots[place].openedAt, closedAt: fill.executedAt,
            openNotional: Money(units: open.notional),
            closeNotional: Money(units: closed.notional), openFee: Money(units: open.fee),
            closeFee: Money(units: closed.fee),
            grossProfit: Money(units: fill.side == .sell ? gain : try FixedPoint.negate(gain)))
        if lots[place].rest == 0 {
            if matching == .lifo { lots.removeLast() } else { dropFirst() }
        }
        return slice
    }

    /// Removes the oldest lot; the room of removed ones is used again before it outgrows the rest.
    private mutating func dropFirst() {
        head += 1
        if head * 2 > lots.count {
            lots.removeFirst(head)
            head = 0
        }
    }

    /// Takes a slice off a lot: its share of amounts, half to even, and the last slice what is left.
    private static func take(
        _ quantity: Int64, from lot: inout Lot
    ) throws(ArithmeticError) -> (notional: Int64, fee: Int64) {
        var part = (notional: lot.notional, fee: lot.fee)
        if quantity != lot.rest {
            part.notional = try FixedPoint.multiplyDivide(
                lot.notional, quantity, den: lot.rest, .halfEven)
            part.fee = try FixedPoint.multiplyDivide(lot.fee, quantity, den: lot.rest, .halfEven)
        }
        lot.notional = try FixedPoint.subtract(lot.notional, part.notional)
        lot.fee = try FixedPoint.subtract(lot.fee, part.fee)
        lot.rest -= quantity
        return part
    }
}

/// What all accounts of a log hold.
struct Holdings: Sendable {
    private var places: [UInt64: Int] = [:]
    private var holdings: [HeldLots] = []
    /// For each account, the places of what is not flat.
    private var held: [UInt32: [Int]] = [:]

    /// Takes a fill of a positive quantity.
    ///
    /// - Returns: The position after it, and the profit of what it closes.
    /// - Throws: ``ArithmeticError/overflow``.
    mutating func apply(
        _ fill: Fill, in step: UInt64, _ terms: borrowing RunTerms, _ slices: inout [LotClosed]
    ) throws(ArithmeticError) -> (position: Int128, profit: Int128) {
        let key = UInt64(fill.account.rawValue) << 32 | UInt64(fill.instrument.rawValue)
        let place: Int
        if let known = places[key] {
            place = known
        } else {
            place = holdings.count
            places[key] = place
            holdings.append(
                HeldLots(fill.account, fill.instrument, terms.matching(of: fill.account)))
        }
        let profit = try holdings[place].apply(fill, in: step, &slices)
        let position = holdings[place].position
        let account = fill.account.rawValue
        if position != 0, holdings[place].place < 0 {
            holdings[place].place = held[account, default: []].count
            held[account, default: []].append(place)
        } else if position == 0, holdings[place].place >= 0 {
            release(place, account)
        }
        return (position, profit)
    }

    /// What an account holds of an instrument, in lots.
    func position(of account: AccountID, in instrument: InstrumentID) -> Int128 {
        let key = UInt64(account.rawValue) << 32 | UInt64(instrument.rawValue)
        return places[key].map { holdings[$0].position } ?? 0
    }

    fileprivate mutating func release(_ place: Int, _ account: UInt32) {
        let hole = holdings[place].place
        holdings[place].place = -1
        guard let moved = held[account, default: []].popLast(), moved != place else { return }
        held[account]?[hole] = moved
        holdings[moved].place = hole
    }

    /// What an account holds at the last marks.
    struct Worth: Sendable {
        /// The sum of the values; nil where an instrument's grid is not known, or it is too great.
        var net: Int128?
        var gross: Int128
        var cost: Int128
    }

    /// Values what an account holds.
    func worth(
        of account: AccountID, _ bars: borrowing LastBars, _ terms: borrowing RunTerms
    ) -> Worth {
        var worth = Worth(net: 0, gross: 0, cost: 0)
        for place in held[account.rawValue] ?? [] {
            let holding = holdings[place]
            worth.cost += holding.cost
            var mark = holding.opened.price
            // A close that came in the step of the opening, or later, marks it.
            if let last = bars[holding.instrument], last.step >= holding.opened.step {
                mark = last.bar.close
            }
            if let book = bars.bookMark(holding.instrument) { mark = book }
            guard !bars.stands(holding.instrument), let net = worth.net,
                let ratio = terms.ratio(of: holding.instrument),
                let lots = Int64(exactly: holding.position),
                let value = try? ratio.value(Price(ticks: mark), SignedQuantity(lots: lots))
            else {
                worth.net = nil
                continue
            }
            worth.net = net + Int128(value.units)
            worth.gross += Int128(value.units.magnitude)
        }
        return worth
    }
}

/// What dated events make of lots.
extension HeldLots {
    /// Makes new lots of old ones; the part that makes no whole lot leaves the newest ones.
    ///
    /// - Parameters:
    ///   - event: The split.
    ///   - cash: What the account got for the part that left, below zero for a short position.
    /// - Returns: The profit of the part that left; nil where no lots can be made.
    mutating func split(_ event: MarketEvent, cash: Int64) -> Int128? {
        let isShort = position < 0
        var parts = lots[head...].map { (lot: $0, units: Int128($0.rest) * Int128(event.new)) }
        let sum = parts.reduce(0) { $0 + $1.units }
        var left = sum % Int128(event.old)
        var gone: Int128 = 0
        for place in parts.indices.reversed() where left > 0 {
            let taken = min(left, parts[place].units)
            left -= taken
            guard let part = Int64(exactly: taken), let whole = Int64(exactly: parts[place].units),
                let cost = try? FixedPoint.multiplyDivide(
                    parts[place].lot.notional, part, den: whole, .halfEven),
                let fee = try? FixedPoint.multiplyDivide(
                    parts[place].lot.fee, part, den: whole, .halfEven)
            else { return nil }
            gone += Int128(cost)
            parts[place].lot.notional &-= cost
            parts[place].lot.fee &-= fee
            parts[place].units -= taken
        }
        var made: [Lot] = []
        var (reached, told, carry): (Int128, Int128, (Int64, Int64)) = (0, 0, (0, 0))
        for (lot, units) in parts where units > 0 {
            reached += units
            let size = reached / Int128(event.old) - told
            guard let rest = Int64(exactly: size) else { return nil }
            let amounts = (lot.notional &+ carry.0, lot.fee &+ carry.1)
            carry = size == 0 ? amounts : (0, 0)
            if size == 0 { continue }
            made.append(
                Lot(rest: rest, notional: amounts.0, fee: amounts.1, openedAt: lot.openedAt))
            told += size
        }
        replace(made, position: isShort ? -told : told, cost: isShort ? cost + gone : cost - gone)
        return Int128(cash) - (isShort ? -gone : gone)
    }
}

extension Holdings {
    /// Splits what an account holds of an instrument.
    ///
    /// - Returns: The position after it, and the profit of the part that left; nil where none can
    ///   be.
    mutating func split(
        _ event: MarketEvent, _ booking: Booking
    ) -> (position: Int128, profit: Int128)? {
        let key = UInt64(booking.account.rawValue) << 32 | UInt64(booking.instrument.rawValue)
        guard let place = places[key],
            let profit = holdings[place].split(event, cash: booking.cashChange.units)
        else { return nil }
        if holdings[place].position == 0, holdings[place].place >= 0 {
            release(place, booking.account.rawValue)
        }
        return (holdings[place].position, profit)
    }

    /// Closes all lots of an instrument at the price it is settled at.
    mutating func settle(
        _ event: MarketEvent, in step: UInt64, _ terms: borrowing RunTerms,
        _ slices: inout [LotClosed]
    ) throws(ArithmeticError) {
        let places = held.keys.sorted().flatMap { held[$0] ?? [] }
            .filter { holdings[$0].instrument == event.instrument }
        guard let price = event.price, let ratio = terms.ratio(of: event.instrument) else { return }
        for place in places {
            guard let lots = Int64(exactly: holdings[place].position) else { throw .overflow }
            let position = SignedQuantity(lots: lots)
            let fill = Fill(
                order: OrderID(rawValue: 0), strategy: StrategyID(0),
                account: holdings[place].account, instrument: event.instrument,
                side: lots > 0 ? .sell : .buy, liquidity: .maker, point: .settlement,
                rule: .batch, price: price, reference: price, quantity: position.magnitude,
                leaves: .zero, notional: try ratio.notional(price, position.magnitude),
                executedAt: event.time, label: event.time, reportAt: event.time)
            _ = try apply(fill, in: step, terms, &slices)
        }
    }
}
