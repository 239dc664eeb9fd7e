import LockstepModel
import LockstepPortfolio
import Testing

@Suite struct LotBookTests {
    /// Applies fills and gives the book with all slices.
    private func run(_ fills: [Fill]) throws -> (book: LotBook, slices: [LotClosed]) {
        var book = LotBook()
        var slices = Column<LotClosed>()
        for fill in fills { _ = try book.apply(fill, &slices) }
        return (book, slices.values)
    }

    @Test func firstInFirstOutClosesTheOldestLotWithItsShareOfBothFees() throws {
        // Buy 10 @ 100 fee 1.00, 5 @ 110 fee 0.50, sell 12 @ 120 fee 1.20:
        // 10 · 20 = 200.00 with fees 1.00 + 1.00, 2 · 10 = 20.00 with 0.20 + 0.20, net 217.60;
        // 3 @ 110 stay with fee 0.30.
        let (book, slices) = try run([
            Market.fill(.buy, 10, at: 10_000, fee: 100, time: 1),
            Market.fill(.buy, 5, at: 11_000, fee: 50, time: 2),
            Market.fill(.sell, 12, at: 12_000, fee: 120, time: 3),
        ])
        #expect(slices.map(\.quantity.lots) == [10, 2])
        #expect(slices.map(\.grossProfit.units) == [20_000, 2_000])
        #expect(slices.map(\.openFee.units) == [100, 20])
        #expect(slices.map(\.closeFee.units) == [100, 20])
        #expect(slices.map(\.openNotional.units) == [100_000, 22_000])
        #expect(slices.map(\.closeNotional.units) == [120_000, 24_000])
        #expect(slices.map(\.openedAt.nanoseconds) == [1, 2])
        #expect(slices.allSatisfy { $0.closedAt.nanoseconds == 3 && $0.side == .buy })
        let net = slices.map {
            $0.grossProfit.units - $0.openFee.units - $0.closeFee.units
        }
        #expect(net.reduce(0, +) == 21_760)
        let rest = try #require(book.lots.first)
        #expect(book.count == 1)
        #expect(rest.rest == 3)
        #expect(rest.notional == 33_000)
        #expect(rest.fee == 30)
        #expect(book.position.lots == 3)
        #expect(book.cost.units == 33_000)
        #expect(book.realised.units == 22_000)
    }

    @Test func aFillThatCrossesZeroClosesAndOpensWithItsFeeSplitByQuantity() throws {
        // Long 5 @ 100, sell 8 @ 90, fee 0.80: realised −50, exit fee 0.50;
        // short 3 @ 90 with entry fee 0.30.
        let (book, slices) = try run([
            Market.fill(.buy, 5, at: 10_000), Market.fill(.sell, 8, at: 9_000, fee: 80),
        ])
        let slice = try #require(slices.first)
        #expect(slices.count == 1)
        #expect(slice.grossProfit.units == -5_000)
        #expect(slice.closeFee.units == 50)
        #expect(slice.openFee.units == 0)
        let rest = try #require(book.lots.first)
        #expect(book.position.lots == -3)
        #expect(book.cost.units == -27_000)
        #expect(rest.fee == 30)
        #expect(rest.notional == 27_000)
        #expect(book.isSound && book.lotsSum)
    }

    @Test func aShortPositionIsNegativeInventoryThatIsCoveredOldestFirst() throws {
        // Sell 4 @ 50, sell 4 @ 60, buy 6 @ 40: 4 · 10 = 40.00 and 2 · 20 = 40.00.
        let (book, slices) = try run([
            Market.fill(.sell, 4, at: 5_000), Market.fill(.sell, 4, at: 6_000),
            Market.fill(.buy, 6, at: 4_000),
        ])
        #expect(slices.map(\.grossProfit.units) == [4_000, 4_000])
        #expect(slices.allSatisfy { $0.side == .sell })
        #expect(book.position.lots == -2)
        #expect(book.cost.units == -12_000)
    }

    @Test func partsAreRoundedHalfToEvenAndTheLastTakesWhatIsLeft() throws {
        // Fee 0.05 over 10 lots, closed by 3, 3, 3 and 1: 5·3/10 = 1.5 → 2, 3·3/7 = 1.29 → 1,
        // 2·3/4 = 1.5 → 2, and the last lot takes 0.
        let (_, slices) = try run(
            [Market.fill(.buy, 10, at: 100, fee: 5)]
                + [3, 3, 3, 1].map { Market.fill(.sell, $0, at: 100) })
        #expect(slices.map(\.openFee.units) == [2, 1, 2, 0])
    }

    @Test func aRebateLowersTheFeeThatLotsCarry() throws {
        let (_, slices) = try run([
            Market.fill(.buy, 2, at: 100, fee: 1, rebate: 5), Market.fill(.sell, 1, at: 100),
            Market.fill(.sell, 1, at: 100),
        ])
        #expect(slices.map(\.openFee.units) == [-2, -2])
    }

    @Test func theRingKeepsTheOrderWhileItGrowsAndTurns() throws {
        var book = LotBook()
        var slices = Column<LotClosed>()
        var opened: Int64 = 0
        for round in 1...40 {
            for _ in 0..<round {
                opened += 1
                _ = try book.apply(Market.fill(.buy, 1, at: 100 + opened, time: opened), &slices)
            }
            _ = try book.apply(Market.fill(.sell, Int64(round) / 2 + 1, at: 100), &slices)
        }
        #expect(slices.values.map(\.openedAt.nanoseconds) == (1...slices.count).map(Int64.init))
        #expect(book.lots.map(\.openedAt.nanoseconds) == Array(Int64(slices.count) + 1...opened))
        #expect(book.lotsSum)
    }

    @Test(arguments: [
        [
            Market.fill(.buy, 1, at: 1, notional: .max),
            Market.fill(.buy, 1, at: 1, notional: 1),
        ],
        [
            Market.fill(.buy, 1, at: 1, notional: .max),
            Market.fill(.sell, 1, at: 1, notional: -2),
        ],
        [
            Market.fill(.buy, 1 << 52, at: 1, notional: 1),
            Market.fill(.buy, 1 << 52, at: 1, notional: 1),
        ],
    ])
    func whatDoesNotFitIsAnOverflow(_ fills: [Fill]) {
        #expect(throws: ArithmeticError.overflow) { try run(fills) }
    }
}
