package import LockstepModel

/// Money and positions of all accounts of a run.
///
/// A value that decides: it books fills, closes lots, values what is held and keeps totals. After
/// an error it is not to be used any further: the run ends. What a booking or a valuation has to
/// tell waits in ``closed``, ``finished`` and ``snapshots`` until the next one.
package struct Portfolio: Sendable {
    var accounts: ContiguousArray<AccountBook>
    var holdings: ContiguousArray<Holding> = []
    /// One bit for each account that may have something to tell in the next valuation.
    var active: ContiguousArray<UInt64>
    var settledSteps: UInt64 = 0
    var lastSettled = StepNumber.setUp
    private let terms: ContiguousArray<InstrumentTerms>
    /// The place of the holding by account and instrument; -1 where nothing was traded.
    private var places: ContiguousArray<Int32>

    /// The slices that the last fill closed, oldest lot first.
    package private(set) var closed: ContiguousArray<LotClosed> = []
    /// The round trip that the last fill ended.
    package private(set) var finished: RoundTrip?
    /// The snapshots of the last valuation, in the order of accounts.
    package internal(set) var snapshots: ContiguousArray<Snapshot> = []

    /// Makes the books of the accounts, without money.
    ///
    /// - Parameters:
    ///   - declared: The accounts, numbered from 1 in order.
    ///   - instruments: The instruments; each in the currency of every account.
    ///   - primarySeries: For each instrument in order the series that marks it; nil without one.
    /// - Throws: ``PortfolioError`` when an account is misplaced, begins below zero or has another
    ///   currency than an instrument.
    package init(
        accounts declared: [Account], instruments: Instruments,
        primarySeries: [SeriesID?]
    ) throws(PortfolioError) {
        for (place, account) in declared.enumerated() {
            guard Int(account.id.rawValue) == place + 1 else {
                throw .misplacedAccount(name: account.name, id: account.id, position: place + 1)
            }
            guard account.startingCash >= .zero else {
                throw .negativeCash(account: account.name)
            }
            for instrument in instruments where instrument.currency != account.currency {
                throw .currencyMismatch(
                    account: account.name, symbol: instrument.symbol,
                    expected: Self.text(account.currency), found: Self.text(instrument.currency))
            }
        }
        accounts = ContiguousArray(declared.map { AccountBook($0) })
        active = ContiguousArray(repeating: 0, count: (declared.count + 63) / 64)
        terms = ContiguousArray(
            instruments.enumerated().map { place, instrument in
                let series = place < primarySeries.count ? primarySeries[place] : nil
                return InstrumentTerms(
                    ratio: instrument.ratio, slot: series.map { Int($0.rawValue) - 1 } ?? -1)
            })
        places = ContiguousArray(repeating: -1, count: declared.count * instruments.count)
        for place in accounts.indices { wake(place) }
    }

    // MARK: Booking

    /// Books the cash an account begins with.
    ///
    /// - Parameters:
    ///   - amount: How much.
    ///   - account: The account.
    /// - Returns: The booking.
    /// - Throws: ``PortfolioError``.
    package mutating func deposit(
        _ amount: Money, to account: AccountID
    ) throws(PortfolioError) -> Booking {
        let at = PortfolioPlace(.deposit, account)
        guard let place = place(of: account) else { throw .unknownAccount(at) }
        var entry = Ledger.Amounts()
        entry[.cash] = amount.units
        do { entry[.capital] = try FixedPoint.negate(amount.units) } catch {
            throw .arithmetic(error, at)
        }
        try accounts[place].ledger.post(entry, at)
        accounts[place].isDirty = true
        wake(place)
        return Booking(
            account: account, strategy: StrategyID(0), instrument: InstrumentID(0), kind: .deposit,
            cashChange: amount, cashAfter: Money(units: accounts[place].ledger[.cash]),
            positionAfter: .zero)
    }

    /// Books a fill: cash by its notional, lots first in, first out, fees and rebates.
    ///
    /// Closed slices are in ``closed``, an ended round trip in ``finished``.
    ///
    /// - Parameters:
    ///   - fill: The fill.
    ///   - sequence: The number of its envelope.
    /// - Returns: The booking.
    /// - Throws: ``PortfolioError`` for a fill that cannot be booked, an amount that does not fit,
    ///   or books that do not add up.
    package mutating func book(
        _ fill: borrowing Fill, _ sequence: SequenceNumber
    ) throws(PortfolioError) -> Booking {
        let at = PortfolioPlace(.fill, fill.account, fill.instrument)
        let place = try holding(for: fill, at)
        let account = holdings[place].account
        while !closed.isEmpty { closed.removeLast() }
        let before = holdings[place].lots.position
        let booking = try Self.book(
            fill, sequence, at, from: before, &holdings[place], &accounts[account], &closed,
            &finished)
        if before.isZero {
            hold(place, account)
        } else if holdings[place].lots.position.isZero {
            release(place, account)
        }
        wake(account)
        return booking
    }

    // MARK: Reading

    /// What an account holds of an instrument.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - account: The account.
    /// - Returns: The position; flat where nothing was traded.
    package func position(of instrument: InstrumentID, in account: AccountID) -> Position {
        guard let place = lots(of: instrument, in: account) else { return .flat }
        return Position(quantity: place.position, cost: place.cost, realised: place.realised)
    }

    /// The lots of an instrument in an account; nil where nothing was traded.
    package func lots(of instrument: InstrumentID, in account: AccountID) -> LotBook? {
        guard let row = place(of: account), let column = place(of: instrument) else { return nil }
        let place = Int(places[row * terms.count + column])
        return place < 0 ? nil : holdings[place].lots
    }

    /// The ledger of an account; nil for an unknown one.
    package func ledger(of account: AccountID) -> Ledger? {
        place(of: account).map { accounts[$0].ledger }
    }

    /// The accounts as they were declared, in order.
    package var declared: [Account] { accounts.map(\.settings) }

    /// How each account stands, in order.
    package var summaries: [AccountSummary] {
        accounts.map { book in
            AccountSummary(
                settings: book.settings, deposited: book.ledger.credit(in: .capital),
                last: book.last, rebates: book.ledger.credit(in: .rebates),
                slippage: book.slippage, fills: book.fills, snapshots: book.snapshots,
                steps: settledSteps, heldSteps: book.heldSteps, trades: book.trades)
        }
    }

    // MARK: Parts

    /// Books a fill in its holding and its account, which are reached once.
    @inline(__always)
    private static func book(
        _ fill: borrowing Fill, _ sequence: SequenceNumber, _ at: PortfolioPlace,
        from before: SignedQuantity, _ holding: inout Holding, _ account: inout AccountBook,
        _ closed: inout ContiguousArray<LotClosed>, _ finished: inout RoundTrip?
    ) throws(PortfolioError) -> Booking {
        let costBefore = holding.lots.cost.units
        var entry = Ledger.Amounts()
        let profit: Int64
        do throws(ArithmeticError) {
            profit = try holding.lots.apply(fill, &closed)
            let paid = fill.side == .buy ? try fill.notional.negated() : fill.notional
            entry[.cash] = try paid.subtracting(fill.fee).adding(fill.rebate).units
            entry[.inventory] = try FixedPoint.subtract(holding.lots.cost.units, costBefore)
            entry[.realisedPrice] = try FixedPoint.negate(profit)
            entry[.fees] = fill.fee.units
            entry[.rebates] = try FixedPoint.negate(fill.rebate.units)
            account.slippage = try account.slippage.adding(fill.slippage)
        } catch {
            throw .arithmetic(error, at)
        }
        try account.ledger.post(entry, at)
        guard holding.lots.isSound else {
            throw .lotsDisagree(at)
        }
        do throws(ArithmeticError) {
            finished = try follow(fill, &holding, &account, closed, from: before)
        } catch {
            throw .arithmetic(error, at)
        }
        account.fills += 1
        account.isDirty = true
        return Booking(
            fill: sequence, account: fill.account, strategy: fill.strategy,
            instrument: fill.instrument, kind: .trade, cashChange: Money(units: entry[.cash]),
            fee: fill.fee, cashAfter: Money(units: account.ledger[.cash]),
            positionAfter: holding.lots.position, realised: Money(units: profit))
    }

    /// Follows the position: the round trip and the mark.
    ///
    /// - Returns: The round trip that has ended.
    @inline(__always)
    private static func follow(
        _ fill: borrowing Fill, _ holding: inout Holding, _ account: inout AccountBook,
        _ closed: borrowing ContiguousArray<LotClosed>, from before: SignedQuantity
    ) throws(ArithmeticError) -> RoundTrip? {
        let after = holding.lots.position
        var finished: RoundTrip?
        holding.isStale = true
        if !closed.isEmpty {
            for slice in closed.indices { try holding.trips.add(closed[slice]) }
            if after.isZero || (after.lots > 0) != (before.lots > 0) {
                let trip = try holding.trips.finish(fill)
                try account.trades.add(trip)
                finished = trip
                if !after.isZero { holding.trips.open(fill) }
            }
        }
        if before.isZero {
            holding.trips.open(fill)
            holding.mark = fill.price
        }
        return finished
    }

    /// Puts a position into the list of what its account holds.
    private mutating func hold(_ place: Int, _ account: Int) {
        holdings[place].heldPlace = accounts[account].held.count
        accounts[account].held.append(place)
    }

    /// Takes a position that is flat out of the list of what its account holds.
    private mutating func release(_ place: Int, _ account: Int) {
        let hole = holdings[place].heldPlace
        let moved = accounts[account].held.removeLast()
        if moved != place {
            accounts[account].held[hole] = moved
            holdings[moved].heldPlace = hole
        }
        holdings[place].heldPlace = -1
        holdings[place].value = 0
    }

    /// The place of the holding that a fill changes.
    @inline(__always)
    private mutating func holding(
        for fill: borrowing Fill, _ at: PortfolioPlace
    ) throws(PortfolioError) -> Int {
        guard let row = place(of: fill.account) else {
            throw .unknownAccount(at)
        }
        guard let column = place(of: fill.instrument) else {
            throw .unknownInstrument(at)
        }
        guard fill.quantity.lots > 0, fill.quantity.isInRange else {
            throw .invalidFill(at, quantity: fill.quantity)
        }
        let place = Int(places[row * terms.count + column])
        if place >= 0 { return place }
        places[row * terms.count + column] = Int32(holdings.count)
        holdings.append(Holding(fill.instrument, account: row, terms[column]))
        return holdings.count - 1
    }

    @inline(__always)
    private func place(of account: AccountID) -> Int? {
        let place = Int(account.rawValue) - 1
        return place >= 0 && place < accounts.count ? place : nil
    }

    @inline(__always)
    private func place(of instrument: InstrumentID) -> Int? {
        let place = Int(instrument.rawValue) - 1
        return place >= 0 && place < terms.count ? place : nil
    }

    @inline(__always)
    private mutating func wake(_ account: Int) { active[account >> 6] |= 1 << UInt64(account & 63) }

    private static func text(_ currency: Currency) -> String {
        "\(currency.code) (\(currency.decimals) decimals)"
    }
}
