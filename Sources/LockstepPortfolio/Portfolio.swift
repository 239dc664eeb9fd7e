package import LockstepModel

/// Money and positions of all accounts of a run.
///
/// A value that decides: it books fills, closes lots, values what is held and keeps totals. After
/// an error it is not to be used any further: the run ends. What a booking or a valuation has to
/// tell waits in ``closed``, ``finished`` and ``snapshots`` until the next one.
package struct Portfolio: ~Copyable, Sendable {
    /// The accounts as they were declared, in order.
    package let declared: [Account]
    /// Whether one of them matches its lots in another way than first in, first out.
    let matchesOtherwise: Bool
    var accounts: Column<AccountBook>
    var holdings: Column<Holding>
    /// One bit for each account that may have something to tell in the next valuation.
    var active: Column<UInt64>
    /// Whether no account has.
    var isIdle = false
    var settledSteps: UInt64 = 0
    var lastSettled = StepNumber.setUp
    let terms: Column<InstrumentTerms>
    /// The place of the holding by account and instrument; -1 where nothing was traded.
    var places: Column<Int32>

    /// The slices that the last fill closed, oldest lot first.
    var slices: Column<LotClosed>
    /// The holding whose round trip the last fill ended; -1 for none, -2 where the fill began
    /// another one at once, and the one that ended was kept.
    var endedPlace = Self.noneEnded
    var turnedTrip: RoundTrip?
    /// The accounts that the last valuation has told, in order.
    var told: Column<Int32>
    /// Whether it has told the only account, which is not in the list then.
    var toldOnly = false
    /// The marks of tokens that outcome markets trade; nil without such a venue.
    var tokens: TokenMarks?
    /// By instrument the marks of order books in ticks; nil without such a market.
    var bookMarks: [Int64?]?
    /// What dated events need; nil in runs without them.
    var dated: DatedBooks?

    /// Makes the books of the accounts, without money.
    ///
    /// - Parameters:
    ///   - declared: The accounts, numbered from 1 in order.
    ///   - instruments: The instruments; each in the currency of every account.
    ///   - primarySeries: For each instrument in order the series that marks it; nil without one.
    ///   - tokens: The instruments of outcome markets: YES and NO of every outcome.
    ///   - hasBooks: Whether there is an order-book market, which marks its instruments.
    ///   - financing: What holding costs; nil for a run without dated events.
    /// - Throws: ``PortfolioError`` when an account is misplaced, begins below zero or has another
    ///   currency than an instrument.
    package init(
        accounts declared: [Account], instruments: Instruments,
        primarySeries: [SeriesID?], tokens: [TokenPair] = [],
        hasBooks: Bool = false, financing: Financing? = nil
    ) throws(PortfolioError) {
        try Self.check(declared, instruments)
        self.declared = declared
        matchesOtherwise = declared.contains { $0.lots != .fifo }
        accounts = Column()
        holdings = Column()
        slices = Column()
        told = Column()
        active = Column(repeating: 0, count: (declared.count + 63) / 64)
        terms = Column(
            instruments.enumerated().map { place, instrument in
                let series = place < primarySeries.count ? primarySeries[place] : nil
                return InstrumentTerms(
                    ratio: instrument.ratio, slot: series.map { Int($0.rawValue) - 1 } ?? -1)
            })
        places = Column(repeating: -1, count: declared.count * instruments.count)
        if !tokens.isEmpty { self.tokens = TokenMarks(tokens, instruments) }
        if hasBooks { bookMarks = [Int64?](repeating: nil, count: instruments.count) }
        if let financing { dated = DatedBooks(instruments, financing) }
        for account in declared { accounts.append(AccountBook(account.id)) }
        for place in accounts.indices { wake(place) }
    }

    private static func check(
        _ declared: [Account], _ instruments: Instruments
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
                    expected: text(account.currency), found: text(instrument.currency))
            }
        }
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
        var entry = Ledger.Entry()
        entry[.cash] = amount.units
        do { entry[.capital] = try FixedPoint.negate(amount.units) } catch {
            throw .arithmetic(error, at)
        }
        try post(entry, to: place, at)
        return Booking(
            account: account, strategy: StrategyID(0), instrument: InstrumentID(0), kind: .deposit,
            cashChange: amount, cashAfter: Money(units: accounts[place].ledger[.cash]),
            positionAfter: .zero)
    }

    /// Books a fill: cash by its notional, lots as the account matches them, fees and rebates.
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
        _ fill: Fill, _ sequence: SequenceNumber
    ) throws(PortfolioError) -> Booking {
        try Lent.of(fill) { (fill) throws(PortfolioError) in
            try enter(fill).booking(fill, sequence)
        }
    }

    /// Posts an entry that is no fill.
    ///
    /// - Parameters:
    ///   - entry: Debits and credits.
    ///   - place: The place of the account.
    ///   - at: What is being booked, for the message.
    /// - Throws: As ``Ledger/post(_:_:)`` does.
    @inline(never)
    mutating func post(
        _ entry: borrowing Ledger.Entry, to place: Int, _ at: PortfolioPlace
    ) throws(PortfolioError) {
        try accounts[place].ledger.post(entry, at)
        if accounts[place].ledger.hasOthers { accounts[place].isPlain = false }
        accounts[place].isDirty = true
        wake(place)
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

    /// The slices that the last fill closed, in that order.
    package var closed: [LotClosed] { slices.values }

    /// The round trip that the last fill ended.
    package var finished: RoundTrip? {
        if endedPlace == Self.noneEnded { return nil }
        if endedPlace == Self.turned { return turnedTrip }
        return holdings[endedPlace].trips.ended(by: slices[slices.count - 1])
    }

    /// The snapshots of the last valuation, in the order of accounts.
    package var snapshots: [Snapshot] {
        toldOnly ? [accounts[0].last] : told.indices.map { snapshot($0) }
    }

    /// One snapshot of the last valuation.
    @inline(__always)
    func snapshot(_ place: Int) -> Snapshot { accounts[Int(told[place])].last }

    /// The lots of an instrument in an account; nil where nothing was traded.
    package func lots(of instrument: InstrumentID, in account: AccountID) -> LotBook? {
        guard let row = place(of: account), let column = place(of: instrument) else { return nil }
        let place = Int(places[row * terms.count + column])
        return place < 0 ? nil : holdings[place].lots
    }

    /// The ledger of an account; nil for an unknown one.
    package func ledger(of account: AccountID) -> Ledger? {
        guard let place = place(of: account) else { return nil }
        return accounts[place].ledger
    }

    /// How each account stands, in order.
    package var summaries: [AccountSummary] {
        accounts.indices.map { place in
            let ledger = accounts[place].ledger
            return AccountSummary(
                settings: declared[place], deposited: ledger.credit(in: .capital),
                last: accounts[place].last, rebates: ledger.credit(in: .rebates),
                funding: Money(units: ledger[.funding]), borrow: Money(units: ledger[.borrow]),
                interest: Money(units: ledger[.interest]), dividends: ledger.dividends,
                liquidationFees: Money(units: ledger[.liquidationFee]),
                slippage: accounts[place].slippage, fills: accounts[place].fills,
                snapshots: accounts[place].snapshots, steps: settledSteps,
                heldSteps: accounts[place].heldSteps, trades: accounts[place].trades)
        }
    }

    // MARK: Places

    /// The place of the holding that a fill changes.
    mutating func holding(for fill: Lent<Fill>) throws(PortfolioError) -> Int {
        guard let row = place(of: fill.value.account),
            let column = place(of: fill.value.instrument),
            fill.value.quantity.lots > 0, fill.value.quantity.isInRange
        else { throw fault(of: fill) }
        let place = Int(places[row &* terms.count &+ column])
        if place >= 0 { return place }
        return open(row, column, fill.value.instrument)
    }

    /// The place of the holding that a fill changes, if it can be booked and was traded before.
    @inline(__always)
    func heldPlace(for fill: Lent<Fill>) -> Int? {
        guard let row = place(of: fill.value.account),
            let column = place(of: fill.value.instrument),
            fill.value.quantity.lots > 0, fill.value.quantity.isInRange
        else { return nil }
        let place = Int(places[row &* terms.count &+ column])
        return place >= 0 ? place : nil
    }

    /// Why a fill cannot be booked.
    @inline(never)
    private func fault(of fill: Lent<Fill>) -> PortfolioError {
        let at = PortfolioPlace(of: fill)
        if place(of: fill.value.account) == nil { return .unknownAccount(at) }
        if place(of: fill.value.instrument) == nil { return .unknownInstrument(at) }
        return .invalidFill(at, quantity: fill.value.quantity)
    }

    /// Makes a holding of what was never traded before.
    @inline(never)
    private mutating func open(_ row: Int, _ column: Int, _ instrument: InstrumentID) -> Int {
        places[row * terms.count + column] = Int32(holdings.count)
        holdings.append(Holding(instrument, account: row, terms[column]))
        return holdings.count - 1
    }

    @inline(__always)
    func place(of account: AccountID) -> Int? {
        let place = UInt(account.rawValue) &- 1
        return place < UInt(bitPattern: accounts.count) ? Int(bitPattern: place) : nil
    }

    @inline(__always)
    private func place(of instrument: InstrumentID) -> Int? {
        let place = UInt(instrument.rawValue) &- 1
        return place < UInt(bitPattern: terms.count) ? Int(bitPattern: place) : nil
    }

    @inline(__always)
    mutating func wake(_ account: Int) {
        isIdle = false
        // The only account needs no list.
        if accounts.count > 1 { active[account >> 6] |= 1 << UInt64(account & 63) }
    }

    private static func text(_ currency: Currency) -> String {
        "\(currency.code) (\(currency.decimals) decimals)"
    }
}
