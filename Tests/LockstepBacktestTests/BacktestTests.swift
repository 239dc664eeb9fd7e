import LockstepBacktest
import LockstepModel
import LockstepStrategy
import Testing

@Suite struct BacktestTests {
    @Test func `a run fills at the next open and marks at the close`() throws {
        // One lot bought on the first bar's close fills at the second open, 101.00; the last close
        // is 104.00, so 100,000 + 3.00.
        let data = try Sample.bars(
            1,
            [
                (10000, 10100, 9900, 10050), (10100, 10300, 10000, 10200),
                (10200, 10500, 10100, 10400),
            ])
        var parameters = BuyAndHold.Parameters()
        parameters.symbol = "S1"
        parameters.lots = 1
        let configuration = try Sample.configuration(
            [data], [try StrategyPlan(BuyAndHold.self, parameters)])
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        #expect(result.status == .completed)
        #expect(result.fills.map(\.price) == [Price(ticks: 10100)])
        #expect(result.accounts.map(\.equityEnd) == [Money(units: 100_003_000_000)])
        #expect(result.digest != nil)
        #expect(result.counters.bars == 3)
    }

    @Test func `the same value run twice gives equal digests`() async throws {
        let data = try (1...3).map { try Sample.walk($0, seed: 7, count: 500) }
        let plans = try (1...3).map { number in
            var parameters = MovingAverageCross.Parameters()
            parameters.symbol = "S\(number)"
            return try StrategyPlan(
                MovingAverageCross.self, parameters, name: "cross-\(number)")
        }
        let backtest = try Backtest(Sample.configuration(data, plans))
        let first = try await backtest.run()
        let second = try await backtest.run()
        #expect(first.orders.fills > 0)
        #expect(first.digest == second.digest)
        #expect(first.digest != nil)
    }
}
