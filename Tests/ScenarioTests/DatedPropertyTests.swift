import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepModel
import LockstepScenarios
import LockstepStrategy
import Testing

/// Random bars, orders and dated events against a ledger that shares nothing with the run: a cent
/// is a tick of a lot, and all it knows are the fills, the closes and the events.
@Suite struct DatedPropertyTests {
    private struct PlainLedger {
        var cash: Int
        var position = 0
        var claims: [(due: Int64, amount: Int)] = []
        var dividends = 0
        var funding = 0
        var borrow = 0
        var interest = 0
        var mark: Int?

        /// A quotient, half to even.
        static func part(_ top: Int128, _ bottom: Int128) -> Int {
            let negative = top < 0
            let (whole, rest) = top.magnitude.quotientAndRemainder(dividingBy: bottom.magnitude)
            let twice = rest * 2
            let up = twice > bottom.magnitude || twice == bottom.magnitude && whole % 2 == 1
            let result = Int(whole) + (up ? 1 : 0)
            return negative ? -result : result
        }

        mutating func apply(_ event: MarketEvent) {
            let rate = Int128(event.rate.trillionths)
            switch event.kind {
            case .split:
                let parts = abs(position) * Int(event.new)
                let rest = Int128(parts % Int(event.old))
                let sign = position < 0 ? -1 : 1
                // Every position was opened by a fill, so there was a close before.
                if let mark {
                    cash += sign * Self.part(rest * Int128(mark), Int128(event.new))
                    self.mark = Self.part(Int128(mark) * Int128(event.old), Int128(event.new))
                }
                position = sign * (parts / Int(event.old))
            case .dividend:
                let amount = Self.part(Int128(position) * rate, 10_000_000_000)
                dividends += amount
                if let due = event.payment, due > event.time {
                    claims.append((due.nanoseconds, amount))
                } else {
                    cash += amount
                }
                if let mark { self.mark = mark - Self.part(rate, 10_000_000_000) }
            case .funding:
                let cost = Self.part(
                    Int128(position * (event.price.map { Int($0.ticks) } ?? mark ?? 0)) * rate,
                    1_000_000_000_000)
                funding += cost
                cash -= cost
            default: break
            }
        }

        mutating func pay(by time: Int64) {
            for claim in claims where claim.due <= time { cash += claim.amount }
            claims.removeAll { $0.due <= time }
        }

        mutating func endDay(borrow rate: Rate, debit: Rate) {
            let year = Int128(1_000_000_000_000) * 365
            if position < 0, let mark {
                let cost = Self.part(Int128(-position * mark) * Int128(rate.trillionths), year)
                borrow += cost
                cash -= cost
            }
            if cash < 0 {
                let cost = Self.part(Int128(-cash) * Int128(debit.trillionths), year)
                interest += cost
                cash -= cost
            }
        }
    }

    private struct Sample {
        var closes: [Int64] = []
        var acts: [Scripted.Act] = []
        var events: [MarketEvent] = []

        init(_ seed: UInt64) throws {
            var random = RandomStream(seed: seed, component: "dated")
            let id = InstrumentID(1)
            let steps = Int(random.next(below: 30)) + 10
            for step in 1...steps {
                closes.append(Int64(random.next(below: 400)) + 4800)
                for _ in 0..<random.next(below: 3) {
                    let side: Side = random.next(below: 2) == 0 ? .buy : .sell
                    let lots = Int64(random.next(below: 40)) + 1
                    let price = Price(ticks: Int64(random.next(below: 600)) + 4700)
                    let kinds: [OrderKind] = [
                        .market(nil), .limit(price), .stop(price),
                        .trailingStop(.distance(ticks: 50)), .ifTouched(price),
                        .stopLimit(stop: price, limit: Price(ticks: price.ticks + 20)),
                    ]
                    acts.append(
                        .init(
                            step: step, side: side, lots: lots,
                            kind: kinds[Int(random.next(below: UInt64(kinds.count)))]))
                }
                let time = Dated.minute(Int64(step))
                switch random.next(below: 9) {
                case 0:
                    let (new, old) = (random.next(below: 4) + 1, random.next(below: 4) + 1)
                    if new != old {
                        events.append(.split(of: id, new: Int64(new), old: Int64(old), at: time))
                    }
                case 1, 2:
                    let due = Int64(step) + Int64(random.next(below: 6))
                    events.append(
                        .dividend(
                            of: id,
                            amount: Rate(
                                trillionths: Int64(random.next(below: 900_000_000_000)) + 1),
                            at: time, paid: Dated.minute(due)))
                case 3, 4:
                    let rate = Int64(random.next(below: 2_000_000_000)) - 1_000_000_000
                    events.append(.funding(of: id, rate: Rate(trillionths: rate), at: time))
                default: break
                }
            }
        }
    }

    @Test(arguments: 0..<60) func `cash, position and columns are those of a plain ledger`(
        _ seed: UInt64
    ) throws {
        let sample = try Sample(seed)
        var settings = EngineSettings()
        settings.initialMargin = try Rate("0.05")
        var configuration = try Dated.configuration(
            [Dated.bars(1, sample.closes.map { ($0, $0 + 30, $0 - 30, $0) })], sample.acts,
            sample.events, cash: 200_000, settings: settings)
        let (borrow, debit) = (try Rate("0.9"), try Rate("0.7"))
        configuration.financing.borrows[InstrumentID(1)] = Financing.Borrow(rate: borrow)
        configuration.financing.debitRates[AccountID(1)] = debit
        configuration.financing.sessionEnd = 420
        let outcome = try Dated.run(configuration)
        var ledger = PlainLedger(cash: 200_000)
        for (place, close) in sample.closes.enumerated() {
            let time = Dated.minute(Int64(place) + 1)
            for fill in outcome.result.fills where fill.reportAt == time {
                let paid = fill.side == .buy ? -1 : 1
                ledger.cash += paid * Int(fill.notional.units)
                ledger.position -= paid * Int(fill.quantity.lots)
            }
            ledger.mark = Int(close)
            let events = sample.events.filter { $0.time == time }
            for kind in [MarketEventKind.split, .dividend] {
                for event in events where event.kind == kind { ledger.apply(event) }
            }
            ledger.pay(by: time.nanoseconds)
            for event in events where event.kind == .funding { ledger.apply(event) }
            if time == Dated.minute(7) { ledger.endDay(borrow: borrow, debit: debit) }
        }
        let account = try #require(outcome.result.accounts.first)
        #expect(account.cashEnd.units == Int64(ledger.cash))
        #expect(account.dividends.units == Int64(ledger.dividends))
        #expect(account.funding.units == Int64(ledger.funding))
        #expect(account.borrow.units == Int64(ledger.borrow))
        #expect(account.interest.units == Int64(ledger.interest))
        let last = outcome.bookings.last { $0.booking.instrument == InstrumentID(1) }
        #expect((last?.booking.positionAfter.lots ?? 0) == Int64(ledger.position))
        // Where no event stands behind the last close, equity is at that close.
        if sample.events.last?.time != Dated.minute(Int64(sample.closes.count)) {
            let owed = ledger.claims.reduce(0) { $0 + $1.amount }
            let value = ledger.position * (ledger.mark ?? 0)
            #expect(account.equityEnd.units == Int64(ledger.cash + owed + value))
        }
    }
}
