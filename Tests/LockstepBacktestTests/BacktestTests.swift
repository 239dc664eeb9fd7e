import LockstepBacktest
import LockstepBus
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

/// Sets another timer whenever one is due.
private struct Restless: Strategy {
    struct Parameters: StrategyParameters {}

    private let instrument: InstrumentID

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = instruments[0].id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) { context.wake(at: context.now) }

    mutating func onTimer(_ timer: TimerID, _ context: inout Context) {
        context.wake(at: context.now)
    }
}

@Suite struct EndlessTimerTests {
    @Test func `a timer that always sets another ends the run with a reason`() throws {
        var configuration = try Sample.configuration(
            [try Sample.walk(1, seed: 1, count: 10)], [try StrategyPlan(Restless.self)])
        configuration.bus.deliveriesPerStep = 500
        let backtest = try Backtest(configuration)
        do {
            _ = try backtest.runHere()
            Issue.record("the run ended")
        } catch BacktestError.runFailed(let result) {
            guard case BacktestError.endlessWakes(let steps, _)? = result.failure?.cause else {
                Issue.record("another failure: \(result.failure?.message ?? "none")")
                return
            }
            // The first bar makes step 1; 500 steps without data follow it.
            #expect(steps == 500)
            #expect(result.counters.steps == 501)
            #expect(result.failure?.step == StepNumber(501))
        }
    }
}
