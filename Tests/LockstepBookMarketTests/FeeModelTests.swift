import Foundation
import LockstepMarket
import LockstepModel
import Testing

@Suite struct FeeModelTests {
    private static func terms(
        _ liquidity: Liquidity = .taker, lots: Int64 = 1, before: Int64 = 0,
        notional: Int64 = 0, day: Int64 = 0, account: UInt32 = 1
    ) -> FillTerms {
        FillTerms(
            account: AccountID(account), order: OrderID(strategy: StrategyID(1), ordinal: 1),
            instrument: InstrumentID(1), side: .buy, liquidity: liquidity, opens: true,
            quantity: Quantity(lots: lots), filledBefore: Quantity(lots: before),
            reference: Price(ticks: 1), notional: Money(units: notional),
            executedAt: Timestamp(nanoseconds: day * Timestamp.nanosecondsPerDay + 5))
    }

    @Test func `giving and taking have their own rates, and a rebate is below zero`() throws {
        var fees = FeeSchedule.makerTaker(
            MakerTakerFee(maker: try Rate("-0.0002"), taker: try Rate("0.0005")))
        // 0.02 % and 0.05 % of 100,000.
        #expect(try fees.fee(Self.terms(.maker, notional: 100_000)) == Money(units: -20))
        #expect(try fees.fee(Self.terms(.taker, notional: 100_000)) == Money(units: 50))
        #expect(try fees.fee(Self.terms(.taker, notional: -100_000)) == Money(units: 50))
        #expect(fees.largestFee == ProportionalFee(rate: try Rate("0.0005")))
        let rebates = MakerTakerFee(maker: try Rate("-0.1"), taker: try Rate("-0.2"))
        #expect(rebates.largestFee == ProportionalFee())
    }

    @Test func `a minimum is charged once an order, not once a fill`() throws {
        // X17 with a unit of 0.000001: 0.005 a share, at least 1.00, fills of 100, 60 and 100.
        var fees = FeeSchedule.perLot(
            PerLotFee(amount: Money(units: 5000), minimum: Money(units: 1_000_000)))
        let fills: [(lots: Int64, before: Int64)] = [(100, 0), (60, 100), (100, 160)]
        let charged = try fills.map {
            try fees.fee(Self.terms(lots: $0.lots, before: $0.before)).units
        }
        #expect(charged == [1_000_000, 0, 300_000])
        #expect(fees.largestFee.fixed == Money(units: 1_000_000))
        #expect(fees.largestFeePerLot == Money(units: 5000))
        // Without a minimum it is the amount for each contract, which may be a rebate.
        let rebate = PerLotFee(amount: Money(units: -3))
        #expect(try rebate.fee(Self.terms(lots: 7, before: 2)) == Money(units: -21))
        #expect(rebate.largestFeePerLot == .zero)
    }

    private static func tiers() throws -> TieredFee {
        try TieredFee([
            .init(from: .zero, maker: Rate("0.001"), taker: Rate("0.002")),
            .init(from: Money(units: 10_000), maker: Rate("0.0005"), taker: Rate("0.001")),
        ])
    }

    @Test func `tiers count the thirty days before today, and never today`() throws {
        var fees = FeeSchedule.tiered(try Self.tiers())
        func fee(_ notional: Int64, _ day: Int64, _ account: UInt32 = 1) throws -> Int64 {
            try fees.fee(Self.terms(notional: notional, day: day, account: account)).units
        }
        // 0.2 %, also of what is traded behind 10,000 on the same day.
        #expect(try fee(10_000, 0) == 20)
        #expect(try fee(10_000, 0) == 20)
        // From the next day on 0.1 %, for that account alone; day 0 counts until day 30.
        #expect(try fee(1000, 1) == 1)
        #expect(try fee(1000, 1, 2) == 2)
        #expect(try fee(1000, 30) == 1)
        // On day 31 only 1,000 of day 1 and 1,000 of day 30 are left.
        #expect(try fee(1000, 31) == 2)
        #expect(try fee(20_000, 31) == 40)
        #expect(try fee(1000, 61) == 1)
        #expect(try fee(1000, 62) == 2)
        #expect(fees.largestFee == ProportionalFee(rate: try Rate("0.002")))
    }

    @Test func `tiers begin with nothing and ascend`() throws {
        let rate = try Rate("0.001")
        for amounts: [Int64] in [[], [1], [0, 0], [0, 5, 4]] {
            let tiers = amounts.map {
                TieredFee.Tier(from: Money(units: $0), maker: rate, taker: rate)
            }
            #expect(throws: MarketError.self) { try TieredFee(tiers) }
        }
    }

    @Test func `each kind is the same after it was written and read`() throws {
        var used = FeeSchedule.tiered(try Self.tiers())
        _ = try used.fee(Self.terms(notional: 10_000, day: 3))
        let schedules: [FeeSchedule] = [
            .none, .proportional(ProportionalFee(fixed: Money(units: 3), rate: try Rate("0.1"))),
            .makerTaker(MakerTakerFee(maker: try Rate("-0.1"), taker: try Rate("0.2"))),
            .perLot(PerLotFee(amount: Money(units: 5), minimum: Money(units: 7))), used,
        ]
        for schedule in schedules {
            let data = try JSONEncoder().encode(schedule)
            var (one, other) = (schedule, try JSONDecoder().decode(FeeSchedule.self, from: data))
            for day: Int64 in 3...5 {
                let terms = Self.terms(lots: 9, before: 4, notional: 5000, day: day)
                #expect(try one.fee(terms) == other.fee(terms))
            }
        }
    }
}
