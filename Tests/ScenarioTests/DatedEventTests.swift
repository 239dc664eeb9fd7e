import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepModel
import LockstepScenarios
import LockstepStrategy
import Synchronization
import Testing

/// Splits, dividends, funding and ends of instruments in whole runs; amounts in cents.
@Suite struct DatedEventTests {
    private static let first = InstrumentID(1)

    private static func equity(_ result: BacktestResult) -> [Int64] {
        result.equity.map(\.snapshot.equity.units)
    }

    private static func bookings(
        _ outcome: Dated.Outcome, _ kind: BookingKind
    ) -> [(minute: Int64, booking: Booking)] {
        outcome.bookings.filter { $0.booking.kind == kind }
            .map { ($0.time.nanoseconds / 60_000_000_000, $0.booking) }
    }

    // X22, long: 100 at 90.00, ex at minute 2 with 0.24, paid at minute 4. The next bars open at
    // 89.76: 100 · 89.76 and 24.00 are 9000.00, so equity is 100 000.00 in every step.
    @Test func `a dividend is earned on its ex-date and paid later, without a jump`() throws {
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([9000, 9000, 8976, 8976, 8976]))],
                [.init(step: 1, side: .buy, lots: 100)],
                [
                    .dividend(
                        of: Self.first, amount: Rate("0.24"), at: Dated.minute(2),
                        paid: Dated.minute(4))
                ], diary: "dividend"))
        #expect(Self.equity(outcome.result).allSatisfy { $0 == 10_000_000 })
        let dividends = Self.bookings(outcome, .dividend)
        #expect(dividends.map(\.minute) == [2, 4])
        #expect(dividends.map(\.booking.cashChange.units) == [0, 2400])
        #expect(dividends.map(\.booking.fee.units) == [-2400, 0])
        let account = try #require(outcome.result.accounts.first)
        #expect(account.dividends == Money(units: 2400))
        // 100 000.00 − 9000.00 + 24.00.
        #expect(account.cashEnd == Money(units: 9_102_400))
        let seen = try #require(Scripted.notes.withLock { $0["dividend"] })
        #expect(seen.allSatisfy { $0.equity == Money(units: 10_000_000) })
    }

    // X22, short: 50 sold short at 90.00 owe 12.00.
    @Test func `a short position owes the dividend`() throws {
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([9000, 9000, 8976, 8976]))],
                [.init(step: 1, side: .sell, lots: 50)],
                [
                    .dividend(
                        of: Self.first, amount: Rate("0.24"), at: Dated.minute(2),
                        paid: Dated.minute(3))
                ]))
        #expect(Self.equity(outcome.result).allSatisfy { $0 == 10_000_000 })
        #expect(Self.bookings(outcome, .dividend).map(\.booking.cashChange.units) == [0, -1200])
        #expect(outcome.result.accounts.first?.dividends == Money(units: -1200))
    }

    // X23: 101 bought at 80.00, marked at 90.00, 3:2. 151 and a half: 0.5 · 60.00 = 30.00 in cash,
    // its share of the cost 80.80·100/303 = 26.67, so 3.33 are realised. 101 · 90 = 9090 = 151 · 60 + 30.
    @Test func `a split leaves cost and equity as they are, and pays the fraction`() throws {
        let outcome = try Dated.run(
            Dated.configuration(
                [
                    Dated.bars(
                        1,
                        [(8000, 8000, 8000, 8000), (8000, 9000, 8000, 9000)]
                            + Dated.flat([6000, 6000]))
                ],
                [.init(step: 1, side: .buy, lots: 101)],
                [.split(of: Self.first, new: 3, old: 2, at: Dated.minute(2))], diary: "split"))
        let booking = try #require(Self.bookings(outcome, .split).first).booking
        #expect(booking.cashChange == Money(units: 3000))
        #expect(booking.realised == Money(units: 333))
        #expect(booking.positionAfter.lots == 151)
        // 100 000.00 + 101 · 10.00.
        #expect(Self.equity(outcome.result).dropFirst(2).allSatisfy { $0 == 10_101_000 })
        #expect(outcome.result.accounts.first?.realised == Money(units: 333))
        let seen = try #require(Scripted.notes.withLock { $0["split"] })
        #expect(seen.map(\.position) == [0, 151, 151, 151])
        #expect(seen.dropFirst().allSatisfy { $0.equity == Money(units: 10_101_000) })
    }

    // 3:2 at minute 2. Sell limit 95.00 → 63.33… up to 63.34, buy limit 70.01 → 46.67… down to 46.67,
    // sell stop 70.00 → 46.66…, down to 46.66; buy stop 95.00 up to 63.34; 3 lots become 4.
    @Test func `working orders follow a split, away from the market and down to lots`() throws {
        let flat = Dated.flat([9000, 9000, 6000, 6000])
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, flat)],
                [
                    .init(step: 1, side: .buy, lots: 10),
                    .init(step: 1, side: .sell, lots: 3, kind: .limit(Price(ticks: 9500))),
                    .init(step: 1, side: .buy, lots: 3, kind: .limit(Price(ticks: 7001))),
                    .init(step: 1, side: .sell, lots: 3, kind: .stop(Price(ticks: 7000))),
                    .init(step: 1, side: .buy, lots: 3, kind: .stop(Price(ticks: 9500))),
                    .init(
                        step: 1, side: .sell, lots: 3,
                        kind: .stopLimit(stop: Price(ticks: 7000), limit: Price(ticks: 6901))),
                ], [.split(of: Self.first, new: 3, old: 2, at: Dated.minute(2))], diary: "orders"))
        let orders = try #require(Scripted.notes.withLock { $0["orders"] })[1].orders
        #expect(orders.map(\.leaves.lots) == [4, 4, 4, 4, 4])
        #expect(
            orders.map { $0.terms.kind.limitPrice?.ticks } == [6334, 4667, nil, nil, 4601])
        #expect(
            orders.map { $0.terms.kind.triggerPrice?.ticks } == [nil, nil, 4666, 6334, 4666])
        let updates = outcome.updates.filter { $0.reason == .corporateAction }
        #expect(updates.map(\.limit) == [6334, 4667, 4666, 6334, 4666])
        #expect(updates.allSatisfy { $0.change == .amended })
    }

    // 1:2 makes nothing of one lot: its order is cancelled; of three lots it makes one, which is
    // filled at its limit, 80.00 · 2, when the next bar peaks there.
    @Test func `an order that a split makes nothing of is cancelled, others fill at new prices`()
        throws
    {
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([7000, 7000]) + [(14_000, 16_100, 14_000, 14_000)])],
                [
                    .init(step: 1, side: .sell, lots: 1, kind: .limit(Price(ticks: 8000))),
                    .init(step: 1, side: .sell, lots: 3, kind: .limit(Price(ticks: 8000))),
                ], [.split(of: Self.first, new: 1, old: 2, at: Dated.minute(2))]))
        #expect(
            outcome.updates.filter { $0.reason == .corporateAction }.map(\.change)
                == [.cancelled, .amended])
        #expect(outcome.result.fills.map(\.price.ticks) == [16_000])
        #expect(outcome.result.fills.map(\.quantity.lots) == [1])
    }

    // A trailing sale at a distance of 3.00 below a peak of 90.00, 2:1: peak 45.00, distance 1.50,
    // so it acts at 43.50.
    @Test func `a trailing stop follows a split`() throws {
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([9000, 9000]) + [(4500, 4500, 4300, 4300)])],
                [
                    .init(
                        step: 1, side: .sell, lots: 4, kind: .trailingStop(.distance(ticks: 300)))
                ], [.split(of: Self.first, new: 2, old: 1, at: Dated.minute(2))]))
        #expect(outcome.result.fills.map(\.price.ticks) == [4350])
        #expect(outcome.result.fills.map(\.quantity.lots) == [8])
    }

    // X20: 0.5 · 50 000 · 0.0001 = 2.50. The second purchase, decided at minute 2 and filled at the
    // open of the bar that begins then, does not pay.
    @Test func `funding is paid for what was held before the bars that begin at its time`() throws {
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([5_000_000, 5_000_000, 5_000_000, 5_000_000]))],
                [.init(step: 1, side: .buy, lots: 5), .init(step: 2, side: .buy, lots: 5)],
                [.funding(of: Self.first, rate: Rate("0.0001"), at: Dated.minute(2))],
                lot: "0.1"))
        let funding = Self.bookings(outcome, .funding)
        #expect(funding.map(\.minute) == [2])
        #expect(funding.map(\.booking.fee.units) == [250])
        #expect(funding.map(\.booking.cashChange.units) == [-250])
        #expect(outcome.result.accounts.first?.funding == Money(units: 250))
        #expect(outcome.result.fills.count == 2)
    }

    @Test func `funding takes its own price where it has one, and shorts get what longs pay`()
        throws
    {
        // −5 lots of 0.1 at 60 000.00, rate 0.0002: −6.00, received.
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([5_000_000, 5_000_000, 5_000_000]))],
                [.init(step: 1, side: .sell, lots: 5)],
                [
                    .funding(
                        of: Self.first, rate: Rate("0.0002"), mark: Price(ticks: 6_000_000),
                        at: Dated.minute(2))
                ], lot: "0.1"))
        #expect(outcome.result.accounts.first?.funding == Money(units: -600))
    }

    // All at minute 2, given in another order: 100 at 90.00 become 200 at 45.00; 200 · 0.30 = 60.00
    // are paid at once, mark 44.70; funding of 200 · 44.70 · 0.001 = 8.94. Equity falls by that
    // alone, and stays when the next bars trade at 44.70. The lots bought there pay nothing.
    @Test func `a dividend, a split, funding and the boundary of bars at one instant`() throws {
        let events: [MarketEvent] = [
            .funding(of: Self.first, rate: try Rate("0.001"), at: Dated.minute(2)),
            .dividend(of: Self.first, amount: try Rate("0.30"), at: Dated.minute(2)),
            .split(of: Self.first, new: 2, old: 1, at: Dated.minute(2)),
        ]
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([9000, 9000, 4470, 4470]))],
                [.init(step: 1, side: .buy, lots: 100), .init(step: 2, side: .buy, lots: 10)],
                events, diary: "instant"))
        #expect(Self.equity(outcome.result).prefix(2).allSatisfy { $0 == 10_000_000 } == false)
        #expect(Self.equity(outcome.result).dropFirst(1).allSatisfy { $0 == 10_000_000 - 894 })
        let account = try #require(outcome.result.accounts.first)
        #expect(account.dividends == Money(units: 6000))
        #expect(account.funding == Money(units: 894))
        let kinds = outcome.bookings.map(\.booking.kind)
        #expect(kinds == [.deposit, .trade, .split, .dividend, .funding, .trade])
        let seen = try #require(Scripted.notes.withLock { $0["instant"] })
        #expect(seen.map(\.equity.units) == [10_000_000, 9_999_106, 9_999_106, 9_999_106])
    }

    // 10 bought at 90.00 and settled at 12.34: 123.40. What works then is cancelled, what comes
    // later is refused.
    @Test func `a settlement ends positions, orders and trading`() throws {
        let outcome = try Dated.run(
            Dated.configuration(
                [
                    Dated.bars(1, Dated.flat([9000, 9000])),
                    Dated.bars(2, Dated.flat([100, 100, 100, 100])),
                ],
                [
                    .init(step: 1, side: .buy, lots: 10),
                    .init(step: 1, side: .sell, lots: 10, kind: .limit(Price(ticks: 9900))),
                    .init(step: 3, side: .buy, lots: 1),
                ], [.settlement(of: Self.first, at: Price(ticks: 1234), time: Dated.minute(3))]))
        let settled = try #require(Self.bookings(outcome, .settlement).first)
        #expect(settled.minute == 3)
        #expect(settled.booking.cashChange == Money(units: 12_340))
        #expect(settled.booking.realised == Money(units: 12_340 - 90_000))
        #expect(settled.booking.positionAfter.isZero)
        #expect(
            outcome.updates.filter { $0.change == .cancelled }.map(\.reason)
                == [.corporateAction])
        #expect(
            outcome.updates.filter { $0.change == .rejected }.map(\.reason)
                == [.notTradable])
        #expect(outcome.result.accounts.first?.equityEnd == Money(units: 10_000_000 - 77_660))
    }

    // 10 bought at 90.00 stay at 95.00, the last price, while the other instrument trades on.
    @Test func `the end of data ends orders, and leaves positions at their last price`() throws {
        let outcome = try Dated.run(
            Dated.configuration(
                [
                    Dated.bars(1, Dated.flat([9000, 9000]) + [(9000, 9500, 9000, 9500)]),
                    Dated.bars(2, Dated.flat([100, 100, 100, 100, 100])),
                ],
                [
                    .init(step: 1, side: .buy, lots: 10),
                    .init(step: 1, side: .sell, lots: 10, kind: .limit(Price(ticks: 9900))),
                    .init(step: 4, side: .sell, lots: 10),
                ], [.endOfData(of: Self.first, at: Dated.minute(3))]))
        let last = outcome.updates.filter { $0.change == .cancelled || $0.change == .rejected }
        #expect(last.map(\.reason) == [.endOfData, .notTradable])
        #expect(outcome.result.accounts.first?.equityEnd == Money(units: 10_005_000))
    }

    @Test func `a settlement behind the data makes a step of its own, other events do not`() throws
    {
        let outcome = try Dated.run(
            Dated.configuration(
                [Dated.bars(1, Dated.flat([9000, 9000, 9000]))],
                [.init(step: 1, side: .buy, lots: 10)],
                [
                    .dividend(of: Self.first, amount: Rate("1"), at: Dated.minute(0)),
                    .dividend(of: Self.first, amount: Rate("1"), at: Dated.minute(50)),
                    .settlement(of: Self.first, at: Price(ticks: 9100), time: Dated.minute(60)),
                ]))
        #expect(outcome.result.counters.steps == 4)
        #expect(outcome.result.accounts.first?.dividends == .zero)
        #expect(outcome.result.accounts.first?.cashEnd == Money(units: 10_001_000))
    }

    // X21: a short position of 10 000.00 at 3 % a year is 300.00 / 365 = 0.82 for a day. The day
    // ends at 00:03 UTC.
    @Test func `borrowing costs its rate at the end of each day`() throws {
        var configuration = try Dated.configuration(
            [Dated.bars(1, Dated.flat([10_000, 10_000, 10_000, 10_000]))],
            [.init(step: 1, side: .sell, lots: 100)], [])
        configuration.financing.borrows[Self.first] = Financing.Borrow(rate: try Rate("0.03"))
        configuration.financing.sessionEnd = 180
        let outcome = try Dated.run(configuration)
        let borrow = Self.bookings(outcome, .borrow)
        #expect(borrow.map(\.minute) == [3])
        #expect(borrow.map(\.booking.fee.units) == [82])
        #expect(outcome.result.accounts.first?.borrow == Money(units: 82))
        #expect(outcome.result.accounts.first?.equityEnd == Money(units: 10_000_000 - 82))
        // A rebate of 1 % leaves 2 %: 200.00 / 365 = 0.55; 360 days a year: 0.56.
        configuration.financing.shortRebate = try Rate("0.01")
        #expect(try Dated.run(configuration).result.accounts.first?.borrow == Money(units: 55))
        configuration.financing.dayCount = .days360
        #expect(try Dated.run(configuration).result.accounts.first?.borrow == Money(units: 56))
        // To tenths: 0.6.
        configuration.financing.feeIncrement = Money(units: 10)
        #expect(try Dated.run(configuration).result.accounts.first?.borrow == Money(units: 60))
    }

    // Cash of −5000.00 at 6 %: 300.00 / 365 = 0.82 a day; two days pass between the last two bars.
    // The second day is on −5000.82: 0.82 again.
    @Test func `cash below zero costs interest, on days without a bar too`() throws {
        var settings = EngineSettings()
        settings.initialMargin = try Rate("0.5")
        let minutes = Int64(2 * 24 * 60)
        let bars = try Dated.bars(1, Dated.flat([10_000, 10_000]))
        let later = try Dated.bars(2, Dated.flat([10_000]), from: minutes)
        var configuration = try Dated.configuration(
            [bars, later], [.init(step: 1, side: .buy, lots: 150)], [], cash: 1_000_000,
            settings: settings)
        configuration.financing.debitRates[AccountID(1)] = try Rate("0.06")
        let outcome = try Dated.run(configuration)
        #expect(Self.bookings(outcome, .interest).map(\.booking.fee.units) == [82, 82])
        #expect(outcome.result.accounts.first?.interest == Money(units: 164))
    }

    // 50 may be borrowed; after the dated event 70.
    @Test func `no more is sold short than may be borrowed`() throws {
        var configuration = try Dated.configuration(
            [Dated.bars(1, Dated.flat([10_000, 10_000, 10_000, 10_000]))],
            [
                .init(step: 1, side: .sell, lots: 50), .init(step: 1, side: .sell, lots: 1),
                .init(step: 2, side: .sell, lots: 20), .init(step: 3, side: .sell, lots: 1),
            ],
            [
                .borrow(
                    of: Self.first, rate: .zero, available: Quantity(lots: 70),
                    from: Dated.minute(2))
            ])
        configuration.financing.borrows[Self.first] = Financing.Borrow(
            rate: .zero, available: Quantity(lots: 50))
        let outcome = try Dated.run(configuration)
        #expect(outcome.result.fills.map(\.quantity.lots) == [50, 20])
        let refused = outcome.updates.filter { $0.change == .rejected }
        #expect(refused.map(\.reason) == [.noBorrow, .noBorrow])
        #expect(refused.map(\.limit) == [50, 70])
    }

    @Test func `adjusted data with a dividend of the same instrument are refused`() throws {
        var configuration = try Dated.configuration(
            [Dated.bars(1, Dated.flat([100, 100]))], [],
            [.dividend(of: Self.first, amount: Rate("1"), at: Dated.minute(1))])
        configuration.adjusted = [Self.first]
        #expect(throws: BacktestError.self) { _ = try Backtest(configuration).runHere() }
        configuration.feeds = [
            DatumFeed(events: [.funding(of: Self.first, rate: .zero, at: Dated.minute(1))])
        ]
        #expect(try Backtest(configuration).runHere().failure == nil)
    }

    @Test func `events that cannot be end the run with what is wrong`() throws {
        let configuration = try Dated.configuration(
            [Dated.bars(1, Dated.flat([100, 100]))], [],
            [.split(of: Self.first, new: 0, old: 1, at: Dated.minute(1))])
        let error = try #require(throws: (any Error).self) {
            _ = try Backtest(configuration).runHere()
        }
        #expect("\(error)".contains("both parts of a split must be from 1"))
    }
}
