import LockstepModel
import LockstepPortfolio
import Testing

@Suite struct PortfolioTests {
    @Test func aPurchaseMovesCashByNotionalAndFee() throws {
        // 10,000.00 less 10 · 100.00 less 1.50.
        var portfolio = try Market.portfolio()
        let booking = try portfolio.book(
            Market.fill(.buy, 10, at: 10_000, fee: 150), SequenceNumber(7))
        #expect(
            booking
                == Booking(
                    fill: SequenceNumber(7), account: Market.account, strategy: StrategyID(1),
                    instrument: Market.first, kind: .trade, cashChange: Money(units: -100_150),
                    fee: Money(units: 150), cashAfter: Money(units: 899_850),
                    positionAfter: SignedQuantity(lots: 10)))
        let foundLedger = portfolio.ledger(of: Market.account)
        let ledger = try #require(foundLedger)
        #expect(ledger[.cash] == 899_850)
        #expect(ledger[.inventory] == 100_000)
        #expect(ledger[.fees] == 150)
        #expect(ledger[.capital] == -1_000_000)
    }

    @Test func cashMovesByTheNotionalOfTheEngineNotByPriceTimesQuantity() throws {
        var portfolio = try Market.portfolio()
        let booking = try portfolio.book(Market.fill(.buy, 3, at: 33, notional: 100))
        #expect(booking.cashChange.units == -100)
    }

    @Test func aShortSaleAndItsCoverRealiseTheDifference() throws {
        // Short 10 @ 50.00 fee 1.00, cover 10 @ 45.00 fee 1.00: +50.00, cash +48.00.
        var portfolio = try Market.portfolio()
        let sale = try portfolio.book(Market.fill(.sell, 10, at: 5_000, fee: 100))
        #expect(sale.cashChange.units == 49_900)
        #expect(sale.positionAfter.lots == -10)
        let position = portfolio.position(of: Market.first, in: Market.account)
        #expect(position.cost.units == -50_000)
        let cover = try portfolio.book(Market.fill(.buy, 10, at: 4_500, fee: 100))
        #expect(cover.realised.units == 5_000)
        #expect(cover.cashAfter.units == 1_004_800)
        #expect(cover.positionAfter.isZero)
        #expect(portfolio.closed.count == 1)
    }

    @Test func aFlipEndsOneRoundTripAndBeginsTheNext() throws {
        // Long 5 @ 100, sell 8 @ 90 fee 0.80: −50.00 less 0.50. Cover 3 @ 80 fee 0.30: +30.00
        // less 0.30 and 0.30.
        var portfolio = try Market.portfolio()
        _ = try portfolio.book(Market.fill(.buy, 5, at: 10_000, time: 1))
        #expect(portfolio.finished == nil)
        _ = try portfolio.book(Market.fill(.sell, 8, at: 9_000, fee: 80, time: 2))
        let foundLong = portfolio.finished
        let long = try #require(foundLong)
        #expect(long.side == .buy)
        #expect(long.netProfit.units == -5_050)
        #expect(long.enteredAt.nanoseconds == 1)
        #expect(long.exitedAt.nanoseconds == 2)
        _ = try portfolio.book(
            Market.fill(.buy, 3, at: 8_000, fee: 30, by: StrategyID(2), time: 3))
        let foundShort = portfolio.finished
        let short = try #require(foundShort)
        #expect(short.side == .sell)
        #expect(short.strategy == StrategyID(1))
        #expect(short.quantity.lots == 3)
        #expect(short.grossProfit.units == 3_000)
        #expect(short.fees.units == 60)
        #expect(short.netProfit.units == 2_940)
        #expect(short.enteredAt.nanoseconds == 2)
        let trades = try #require(portfolio.summaries.first).trades
        #expect((trades.count, trades.wins, trades.losses) == (2, 1, 1))
        #expect(trades.won.units == 2_940)
        #expect(trades.lost.units == 5_050)
    }

    @Test func aRoundTripSumsItsPartialClosings() throws {
        // Buy 10 @ 10.00 fee 0.10, sell 4 @ 11.00 fee 0.04, buy 2 @ 12.00, sell 8 @ 13.00 fee 0.08:
        // slices 4 · 1.00, 6 · 3.00 and 2 · 1.00 = 24.00 less 0.22.
        var portfolio = try Market.portfolio()
        _ = try portfolio.book(Market.fill(.buy, 10, at: 1_000, fee: 10))
        _ = try portfolio.book(Market.fill(.sell, 4, at: 1_100, fee: 4))
        #expect(portfolio.finished == nil)
        _ = try portfolio.book(Market.fill(.buy, 2, at: 1_200))
        _ = try portfolio.book(Market.fill(.sell, 8, at: 1_300, fee: 8))
        let foundTrip = portfolio.finished
        let trip = try #require(foundTrip)
        #expect(trip.quantity.lots == 12)
        #expect(trip.grossProfit.units == 2_400)
        #expect(trip.netProfit.units == 2_378)
    }

    @Test func aNegativePriceIsBookedLikeAnyOther() throws {
        // Buy 2 @ −1.00 brings 2.00; sell 2 @ 0.50 brings 1.00: profit 3.00.
        var portfolio = try Market.portfolio(cash: 0)
        #expect(try portfolio.book(Market.fill(.buy, 2, at: -100)).cashAfter.units == 200)
        let booking = try portfolio.book(Market.fill(.sell, 2, at: 50))
        #expect(booking.realised.units == 300)
        #expect(booking.cashAfter.units == 300)
    }

    @Test func totalsCountSlippageAndRebatesBesideTheFees() throws {
        var portfolio = try Market.portfolio()
        _ = try portfolio.book(Market.fill(.buy, 1, at: 100, fee: 3, rebate: 1, slippage: 2))
        _ = try portfolio.book(Market.fill(.sell, 1, at: 100, fee: 3, rebate: 1, slippage: 2))
        try portfolio.settle(Market.frame([100, 100]), in: StepNumber(1))
        let summary = try #require(portfolio.summaries.first)
        #expect(summary.slippage.units == 4)
        #expect(summary.rebates.units == 2)
        #expect(summary.last.fees.units == 6)
        #expect(summary.last.equity.units == 1_000_000 - 6 + 2)
        #expect(summary.fills == 2)
        #expect(summary.deposited.units == 1_000_000)
    }

    @Test func aFillOfSomethingUnknownIsRefusedByName() throws {
        var portfolio = try Market.portfolio()
        #expect(throws: PortfolioError.self) {
            try portfolio.book(Market.fill(.buy, 1, at: 1, for: AccountID(9)))
        }
        do {
            _ = try portfolio.book(Market.fill(.buy, 1, at: 1, of: InstrumentID(3)))
            Issue.record("an unknown instrument was booked")
        } catch {
            #expect(
                "\(error)" == "While booking a fill (account 1, instrument 3): "
                    + "there is no such instrument. Declare it.")
        }
        #expect(throws: PortfolioError.self) {
            try portfolio.book(Market.fill(.buy, 0, at: 1))
        }
    }

    @Test func anOverflowNamesAccountInstrumentAndOperation() throws {
        var portfolio = try Market.portfolio(cash: .max)
        do {
            _ = try portfolio.book(Market.fill(.sell, 1, at: 1, of: Market.second))
            Issue.record("an overflow was booked")
        } catch {
            #expect(
                "\(error)".hasPrefix("While booking a fill (account 1, instrument 2): The amount"))
            guard let error = error as? PortfolioError, case .arithmetic(.overflow, _) = error
            else { throw error }
        }
    }

    @Test func accountsAreCheckedWhenTheyAreDeclared() throws {
        let dollars = try Market.currency()
        let yen = try Currency("JPY", decimals: 0)
        func open(_ id: UInt32, _ currency: Currency, _ cash: Int64) throws {
            _ = try Portfolio(
                accounts: [
                    Account(
                        id: AccountID(id), name: "main", currency: currency,
                        startingCash: Money(units: cash))
                ], instruments: try Market.instruments(), primarySeries: [])
        }
        try open(1, dollars, 0)
        #expect(
            throws: PortfolioError.misplacedAccount(name: "main", id: AccountID(2), position: 1)
        ) {
            try open(2, dollars, 0)
        }
        #expect(throws: PortfolioError.negativeCash(account: "main")) { try open(1, dollars, -1) }
        #expect(
            throws: PortfolioError.currencyMismatch(
                account: "main", symbol: "AAA", expected: "JPY (0 decimals)",
                found: "USD (2 decimals)")
        ) { try open(1, yen, 0) }
    }

    @Test func aLedgerRefusesAnEntryThatDoesNotBalance() {
        var ledger = Ledger()
        var entry = Ledger.Entry()
        entry[.cash] = 10
        entry[.capital] = -9
        #expect(throws: PortfolioError.self) {
            try ledger.post(entry, Market.place)
        }
    }
}
