import LockstepModel
import LockstepStrategy

/// Sets a timer at every timer.
struct Insomniac: Strategy {
    struct Parameters: StrategyParameters {}

    init(_ parameters: Parameters, _ instruments: Instruments) throws {}

    var subscriptions: Subscriptions { Bars(InstrumentID(1)) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws { wake(&context) }

    mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws { wake(&context) }

    private func wake(_ context: inout Context) {
        _ = context.wake(at: Timestamp(nanoseconds: context.now.nanoseconds + 1))
    }
}
