import LockstepModel
import LockstepPortfolio
import Testing

/// A slow ledger of one instrument: one entry for every single lot that is held.
private struct UnitLots {
    /// One lot, with what one lot of its fill cost in fees.
    struct Unit {
        var price: Int64
        var fee: Int64
        var time: Int64
    }

    var units: [Unit] = []
    var sign: Int64 = 0
    var realised: Int64 = 0
    /// The fees of both sides of what was closed.
    var closedFees: Int64 = 0

    mutating func apply(
        _ side: Side, _ quantity: Int64, at price: Int64, fee: Int64 = 0, time: Int64
    ) {
        for _ in 0..<quantity {
            if sign == -side.sign, let oldest = units.first {
                units.removeFirst()
                realised += sign * (price - oldest.price)
                closedFees += oldest.fee + fee
                if units.isEmpty { sign = 0 }
            } else {
                units.append(Unit(price: price, fee: fee, time: time))
                sign = side.sign
            }
        }
    }

    var position: Int64 { sign * Int64(units.count) }
    var cost: Int64 { sign * units.reduce(0) { $0 + $1.price } }
}

@Suite struct PortfolioPropertyTests {
    /// Whole numbers from a range, the same for the same seed.
    private struct Draws {
        var state: UInt64

        mutating func next(_ range: ClosedRange<Int64>) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let width = UInt64(range.upperBound - range.lowerBound) + 1
            return range.lowerBound + Int64((state >> 33) % width)
        }
    }

    @Test(arguments: 1...100)
    func booksAddUpAfterEveryFill(seed: Int) throws {
        // A tick of a hundredth of a cent: notionals are rounded, so parts of them are too.
        let ratio = try #require(Market.instruments(tick: "0.0001").first).ratio
        var draws = Draws(state: UInt64(seed))
        var portfolio = try Market.portfolio(tick: "0.0001")
        var slow = [UnitLots(), UnitLots()]
        var (fees, rebates): (Int64, Int64) = (0, 0)
        var (paid, shares): (Int64, Int64) = (0, 0)
        var (net, trips): (Int64, Int64) = (0, 0)
        var before = try #require(portfolio.summaries.first).last
        for step in 1...100 {
            let place = Int(draws.next(0...1))
            let instrument = InstrumentID(UInt32(place) + 1)
            let side: Side = draws.next(0...1) == 0 ? .buy : .sell
            let (quantity, price) = (draws.next(1...9), draws.next(9_000...11_000))
            let fill = Market.fill(
                side, quantity, at: price, fee: draws.next(0...7), rebate: draws.next(0...2),
                of: instrument, time: Int64(step),
                notional: try ratio.notional(
                    Price(ticks: price), Quantity(lots: quantity)
                ).units)
            let booking = try portfolio.book(fill)
            slow[place].apply(side, quantity, at: price, time: Int64(step))
            fees += fill.fee.units
            rebates += fill.rebate.units
            paid += fill.fee.units - fill.rebate.units

            let foundLedger = portfolio.ledger(of: Market.account)
            let ledger = try #require(foundLedger)
            #expect(Ledger.Column.allCases.reduce(0) { $0 + ledger[$1] } == 0)
            let foundLots = portfolio.lots(of: instrument, in: Market.account)
            let lots = try #require(foundLots)
            #expect(lots.isSound && lots.lotsSum)
            #expect(lots.position.lots == slow[place].position)
            #expect(booking.positionAfter == lots.position)
            let open = lots.lots
            #expect(
                open.flatMap { Array(repeating: $0.openedAt.nanoseconds, count: Int($0.rest)) }
                    == slow[place].units.map(\.time))
            // The exact cost, within half a cent for each rounding of the lots still open.
            let exact = Double(slow[place].cost) / 100
            #expect(abs(Double(lots.cost.units) - exact) <= Double(open.count) * 5)

            for slice in portfolio.closed {
                shares += slice.openFee.units + slice.closeFee.units
                net += slice.grossProfit.units - slice.openFee.units - slice.closeFee.units
            }
            trips += portfolio.finished?.netProfit.units ?? 0

            try portfolio.settle(
                Market.frame([draws.next(9_000...11_000), draws.next(9_000...11_000)]),
                in: StepNumber(UInt64(step)))
            let after = try #require(portfolio.snapshots.first)
            let gained =
                after.realised.units - before.realised.units + after.unrealised.units
                - before.unrealised.units
            #expect(
                after.equity.units - (step == 1 ? 1_000_000 : before.equity.units)
                    == gained - fill.fee.units + fill.rebate.units)
            before = after
        }
        let carried = [Market.first, Market.second].map { instrument in
            portfolio.lots(of: instrument, in: Market.account)?.lots.map(\.fee).reduce(0, +) ?? 0
        }.reduce(0, +)
        #expect(shares + carried == paid)
        #expect(before.fees.units == fees)
        let summary = try #require(portfolio.summaries.first)
        #expect(summary.rebates.units == rebates)
        #expect(summary.trades.won.units - summary.trades.lost.units == trips)
        // What is not yet in a round trip is in one that is still open.
        let open = [Market.first, Market.second].filter {
            !portfolio.position(of: $0, in: Market.account).isFlat
        }
        if open.isEmpty { #expect(net == trips) }
    }

    @Test(arguments: 1...100)
    func profitsAreThoseOfSingleLots(seed: Int) throws {
        // Prices and fees a lot in whole cents: nothing is rounded, so amounts agree exactly.
        var draws = Draws(state: UInt64(seed) << 20)
        var portfolio = try Market.portfolio()
        var slow = UnitLots()
        var fees: Int64 = 0
        for step in 1...100 {
            let side: Side = draws.next(0...1) == 0 ? .buy : .sell
            let (quantity, price) = (draws.next(1...20), draws.next(1...5_000))
            let fee = draws.next(0...9)
            _ = try portfolio.book(
                Market.fill(side, quantity, at: price, fee: fee * quantity, time: Int64(step)))
            slow.apply(side, quantity, at: price, fee: fee, time: Int64(step))
            fees += portfolio.closed.reduce(0) { $0 + $1.openFee.units + $1.closeFee.units }
            let position = portfolio.position(of: Market.first, in: Market.account)
            #expect(position.quantity.lots == slow.position)
            #expect(position.cost.units == slow.cost)
            #expect(position.realised.units == slow.realised)
            #expect(fees == slow.closedFees)
        }
    }
}
