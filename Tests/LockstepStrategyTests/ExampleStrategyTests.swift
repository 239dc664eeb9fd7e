import LockstepEvents
import LockstepModel
import LockstepStrategy
import Testing

private let apple = InstrumentID(1)
private let other = InstrumentID(2)

@Suite("Example strategies")
struct ExampleTests {
    @Test("The moving average cross buys above, sells below, and does nothing at a tie")
    func cross() throws {
        var parameters = MovingAverageCross.Parameters()
        (parameters.fast, parameters.slow, parameters.lots) = (1, 2, 10)
        // Averages of 1 against 2 closes, from the second: 3 > 2.5, 3 = 3, 2 < 2.5, 2 = 2, 4 > 3.
        let closes: [Int64] = [2, 3, 3, 2, 2, 4]
        let frames = closes.enumerated().map { frame(Int64($0.offset + 1) * 10, $0.element) }
        let outcome = try run(
            [StrategyPlan(MovingAverageCross.self, parameters)], frames, fillsNextStep)
        #expect(outcome.lots == [10, -10, 10])
        #expect(
            outcome.lines.filter { $0.contains("intent") }
                == ["2 intent 1", "4 intent 2", "6 intent 3"])
    }

    @Test("Buy and hold buys once")
    func hold() throws {
        let outcome = try run(
            [StrategyPlan(BuyAndHold.self)], [frame(10, nil), frame(20, 5), frame(30, 6)])
        #expect(outcome.lots == [10])
        #expect(outcome.lines == ["2 intent 1"])
    }

    @Test("The rotation holds what rose more, over bars in which both traded")
    func rotation() throws {
        var parameters = StrengthRotation.Parameters()
        parameters.lookback = 1
        // Rises from bar to bar: 11/10 against 10/10 buys the first; 11/11 against 11/10 rotates;
        // a bar of the first alone is left out; 22/11 against 22/11 is a tie.
        let frames = [
            frame(10, 10, 10), frame(20, 11, 10), frame(30, 11, 11), frame(40, 50, nil),
            frame(50, 22, 22),
        ]
        let outcome = try run(
            [StrategyPlan(StrengthRotation.self, parameters)], frames, fillsNextStep)
        #expect(outcome.lots == [10, -10, 10])
    }
}
