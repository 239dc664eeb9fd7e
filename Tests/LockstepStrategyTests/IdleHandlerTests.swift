import LockstepEvents
import LockstepModel
import LockstepStrategy
import Testing

/// Buys one lot at every bar, and has no handlers of its own besides.
private struct Quiet: Strategy {
    struct Parameters: StrategyParameters {
        var script = 0
    }

    let script: Int

    init(_ parameters: Parameters, _ instruments: Instruments) { script = parameters.script }

    var subscriptions: Subscriptions { Bars(InstrumentID(1)) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        let held = context.position(bar.instrument).lots
        Script.of(script)?.note("held \(held) open \(context.openOrders.count)")
        context.submit(OrderTerms(.buy, Quantity(lots: 1), of: bar.instrument))
    }
}

/// Has another strategy within, whose handlers it calls in its own.
private struct Wrapping: Strategy {
    typealias Parameters = Quiet.Parameters

    private var inner: Quiet

    init(_ parameters: Parameters, _ instruments: Instruments) {
        inner = Quiet(parameters, instruments)
    }

    var subscriptions: Subscriptions { inner.subscriptions }

    mutating func onBar(_ bar: Bar, _ context: inout Context) { inner.onBar(bar, &context) }

    mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        try inner.onFill(fill, &context)
        Script.of(inner.script)?.note("fill")
    }

    mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) throws {
        try inner.onUpdate(update, &context)
        Script.of(inner.script)?.note("update")
    }

    mutating func onReject(_ update: OrderUpdate, _ context: inout Context) throws {
        try inner.onReject(update, &context)
        Script.of(inner.script)?.note("reject")
    }
}

@Suite("Handlers that a strategy leaves as they are")
struct IdleHandlerTests {
    private static let frames = [10, 20, 30].map { frame($0, 100) }

    private static func trace<S: Strategy>(
        _ type: S.Type, _ answers: @escaping ScriptedMarket.Answers
    ) throws -> [String] where S.Parameters == Quiet.Parameters {
        let script = Script.make { _, _, _ in }
        var parameters = Quiet.Parameters()
        parameters.script = script.number
        _ = try run([StrategyPlan(type, parameters)], frames, answers)
        return script.trace
    }

    // An order is accepted in the step that asks for it and filled in the next one.
    @Test("Without handlers for what happens to orders, the view of them is the same")
    func view() throws {
        #expect(
            try Self.trace(Quiet.self, fillsNextStep)
                == ["held 0 open 0", "held 1 open 0", "held 2 open 0"])
        #expect(
            try Self.trace(Quiet.self) { _ in ([.update(.accepted, leaves: 1)], []) }
                == ["held 0 open 0", "held 0 open 1", "held 0 open 2"])
        #expect(
            try Self.trace(Quiet.self) { _ in ([.update(.rejected, leaves: 0)], []) }
                == ["held 0 open 0", "held 0 open 0", "held 0 open 0"])
    }

    @Test("A strategy hears of everything, whatever one within it leaves as it is")
    func wrapped() throws {
        #expect(
            try Self.trace(Wrapping.self, fillsNextStep) == [
                "held 0 open 0", "update", "fill", "held 1 open 0", "update", "fill",
                "held 2 open 0", "update",
            ])
        #expect(
            try Self.trace(Wrapping.self) { _ in ([.update(.rejected, leaves: 0)], []) } == [
                "held 0 open 0", "reject", "held 0 open 0", "reject", "held 0 open 0", "reject",
            ])
    }
}
