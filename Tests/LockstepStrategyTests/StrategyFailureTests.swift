import LockstepEvents
import LockstepModel
import LockstepStrategy
import Testing

private let apple = InstrumentID(1)
private let other = InstrumentID(2)

@Suite("What a strategy cannot do")
struct StrategyFailureTests {
    struct Broken: Error {}

    @Test("A handler that throws ends the run, named with the strategy and the handler")
    func throwing() throws {
        let script = Script.make { call, _, _ in
            if case .timer = call { throw Broken() }
            if case .end = call { throw Broken() }
        }
        let outcome = try run([script.plan(name: "mine")], [frame(10, 1)])
        #expect(
            outcome.error
                == .handlerThrew(strategy: "mine", handler: "onEnd", reason: "Broken()"))
    }

    @Test("A bar's handler that throws is named, though a frame called it")
    func throwingBar() throws {
        let outcome = try run([StrategyPlan(Failing.self)], [frame(10, nil), frame(20, 1)])
        #expect(
            outcome.error
                == .handlerThrew(strategy: "Failing", handler: "onBar", reason: "Broken()"))
    }

    /// Throws at the first bar, which the default of the frame's handler hands on.
    struct Failing: Strategy {
        struct Parameters: StrategyParameters {}

        init(_ parameters: Parameters, _ instruments: Instruments) throws {}
        var subscriptions: Subscriptions { Bars(apple) }
        mutating func onBar(_ bar: Bar, _ context: inout Context) throws { throw Broken() }
    }

    @Test("A target beyond exact arithmetic ends the run")
    func overflow() throws {
        let script = Script.make { call, context, _ in
            guard case .bar = call else { return }
            context.target(SignedQuantity(lots: .max), apple)
            context.target(SignedQuantity(lots: .min), apple)
        }
        let outcome = try run([script.plan()], [frame(10, 1)])
        #expect(outcome.error == .overflow(strategy: "scripted", what: "a target"))
    }

    @Test("An account, an instrument and bars that the run lacks are refused before it")
    func refusedPlans() throws {
        let script = Script.make { _, _, _ in }
        #expect(throws: StrategyError.unknownAccount(strategy: "scripted", account: AccountID(2))) {
            try run([script.plan(account: 2)], [])
        }
        #expect(throws: StrategyError.self) { try run([script.plan(["AAPLE"])], []) }
        let hourly = try StrategyPlan(Hourly.self)
        #expect(
            throws: StrategyError.unknownSeries(
                strategy: "Hourly", symbol: "AAPL", interval: try BarInterval("1h"),
                known: [try BarInterval("1d"), try BarInterval("7d")])
        ) { try run([hourly], []) }
    }

    /// Wants bars the run does not have.
    struct Hourly: Strategy {
        struct Parameters: StrategyParameters {}
        let interval: BarInterval

        init(_ parameters: Parameters, _ instruments: Instruments) throws {
            interval = try BarInterval("1h")
        }
        var subscriptions: Subscriptions { Bars(apple, every: interval) }
    }
}
