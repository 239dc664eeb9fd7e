import LockstepModel
import LockstepPortfolio
import Testing

@Suite struct MarkToMarketTests {
    @Test func equityIsCashAndPositionsAtTheCloses() throws {
        // Cash 10,000.00; long 10 @ 100.00, short 5 @ 40.00; closes 103.00 and 41.00:
        // cash 9,200.00, values 1,030.00 and −205.00.
        var portfolio = try Market.portfolio()
        _ = try portfolio.book(Market.fill(.buy, 10, at: 10_000, fee: 100))
        _ = try portfolio.book(Market.fill(.sell, 5, at: 4_000, of: Market.second))
        try portfolio.settle(Market.frame([10_300, 4_100]), in: StepNumber(1))
        #expect(
            Array(portfolio.snapshots) == [
                Snapshot(
                    account: Market.account, cash: Money(units: 919_900),
                    equity: Money(units: 1_002_400), realised: .zero,
                    unrealised: Money(units: 2_500), fees: Money(units: 100),
                    grossExposure: Money(units: 123_500), netExposure: Money(units: 82_500))
            ])
    }

    @Test func aSnapshotIsToldFirstAndThenOnlyWhenSomethingChanged() throws {
        var portfolio = try Market.portfolio()
        var told: [Int] = []
        func settle(_ frame: Frame) throws {
            try portfolio.settle(frame, in: StepNumber(UInt64(told.count) + 1))
            told.append(portfolio.snapshots.count)
        }
        try settle(Market.frame([100, 100]))  // the first step
        try settle(Market.frame([101, 100]))  // nothing is held
        _ = try portfolio.book(Market.fill(.buy, 1, at: 101))
        try settle(Market.frame([101, 100]))  // a position
        try settle(Market.frame([101, 105]))  // another instrument moved
        try settle(Market.frame([102, 105]))  // the mark
        try settle(Market.frame([103, 105], coverage: .filled))  // carried bars mark nothing
        try settle(Market.frame([nil, nil]))  // no bars
        _ = try portfolio.book(Market.fill(.sell, 1, at: 104))
        try settle(Market.frame([nil, nil]))  // cash and position
        try settle(Market.frame([110, 110]))
        #expect(told == [1, 0, 1, 0, 1, 0, 0, 1, 0])
        let summary = try #require(portfolio.summaries.first)
        #expect(summary.steps == 9)
        #expect(summary.heldSteps == 5)
        #expect(summary.snapshots == 4)
        #expect(summary.exposure == 5.0 / 9)
        #expect(summary.last.equity.units == 1_000_003)
    }

    @Test func theEndOfTheFeedIsToldUnlessTheLastStepWasIt() throws {
        var portfolio = try Market.portfolio(accounts: 2)
        try portfolio.settle(Market.frame([100, 100]), in: StepNumber(1))
        _ = try portfolio.book(Market.fill(.buy, 1, at: 100, for: AccountID(2)))
        try portfolio.settle(Market.frame([105, 100]), in: StepNumber(2))
        #expect(portfolio.snapshots.map(\.account.rawValue) == [2])
        let last = try #require(portfolio.snapshots.first)
        try portfolio.finish()
        #expect(portfolio.snapshots.map(\.account.rawValue) == [1])
        try portfolio.finish()
        #expect(portfolio.snapshots.isEmpty)
        #expect(portfolio.summaries.map(\.last.equity.units) == [1_000_000, last.equity.units])
        _ = try portfolio.book(Market.fill(.sell, 1, at: 104, for: AccountID(2)))
        try portfolio.finish()
        #expect(portfolio.snapshots.map(\.equity.units) == [1_000_004])
    }

    @Test func aPositionWithoutABarIsMarkedAtThePriceThatOpenedIt() throws {
        var portfolio = try Market.portfolio()
        _ = try portfolio.book(Market.fill(.buy, 2, at: 100))
        try portfolio.settle(Market.frame([nil, nil]), in: StepNumber(1))
        #expect(portfolio.snapshots.map(\.netExposure.units) == [200])
        // Long again, long after: the mark of the first time is forgotten.
        _ = try portfolio.book(Market.fill(.sell, 2, at: 100))
        _ = try portfolio.book(Market.fill(.buy, 2, at: 150))
        try portfolio.settle(Market.frame([nil, nil]), in: StepNumber(2))
        #expect(portfolio.snapshots.map(\.netExposure.units) == [300])
    }

    @Test func snapshotsComeInTheOrderOfAccounts() throws {
        var portfolio = try Market.portfolio(accounts: 130)
        try portfolio.settle(Market.frame([100, 100]), in: StepNumber(1))
        #expect(portfolio.snapshots.map(\.account.rawValue) == Array(1...130))
        for account: UInt32 in [129, 3, 64, 65] {
            _ = try portfolio.book(Market.fill(.buy, 1, at: 100, for: AccountID(account)))
        }
        try portfolio.settle(Market.frame([101, 100]), in: StepNumber(2))
        #expect(portfolio.snapshots.map(\.account.rawValue) == [3, 64, 65, 129])
    }

    @Test func aValueThatDoesNotFitNamesAccountAndInstrument() throws {
        var portfolio = try Market.portfolio()
        _ = try portfolio.book(Market.fill(.buy, 1 << 20, at: 1))
        do {
            try portfolio.settle(Market.frame([1 << 50, nil]), in: StepNumber(1))
            Issue.record("an overflow was valued")
        } catch {
            #expect(
                error
                    == .arithmetic(
                        .overflow, Market.valuation))
        }
    }
}
