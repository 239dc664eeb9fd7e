import LockstepModel
import LockstepStrategy

/// Asks for anything, by draws of its own.
struct RandomTrader: OutcomeStrategy {
    struct Parameters: StrategyParameters {
        /// The tokens it trades.
        var tokens: Int64 = 6
        /// How many wishes in a step, at most.
        var wishes: Int64 = 3
    }

    private let parameters: Parameters
    private var orders: [OrderHandle] = []

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
    }

    var subscriptions: Subscriptions { .none }

    mutating func onStart(_ context: inout Context) throws { sleep(&context) }

    /// It acts by its own clock: others' timers make steps too.
    mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws {
        sleep(&context)
        for _ in 0..<draw(0, parameters.wishes, &context) { ask(&context) }
    }

    mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        // Some answer their fills at once, from the middle of a batch.
        if draw(0, 9, &context) == 0 { ask(&context) }
    }

    private func sleep(_ context: inout Context) {
        context.wake(at: Timestamp(nanoseconds: context.now.nanoseconds + 1_000_000_000))
    }

    private mutating func ask(_ context: inout Context) {
        if draw(0, 5, &context) == 0, let order = orders.last {
            context.cancel(order)
            orders.removeLast()
            return
        }
        let token = InstrumentID(UInt32(draw(1, parameters.tokens, &context)))
        let held = context.position(token).lots
        let side: Side = held > 0 && draw(0, 2, &context) == 0 ? .sell : .buy
        let lots =
            side == .sell && draw(0, 3, &context) != 0
            ? draw(1, max(held, 1), &context) : draw(1, 400_000, &context)
        let isLimit = draw(0, 1, &context) == 0
        let kind: OrderKind =
            isLimit
            ? .limit(Price(ticks: draw(3, 97, &context)), .goodTilCancelled, postOnly: false)
            : .market(nil)
        let handle = context.submit(
            OrderTerms(
                side, Quantity(lots: lots), of: token, kind,
                autoFill: draw(0, 1, &context) == 0,
                maxSlippage: draw(0, 2, &context) == 0 ? nil : Rate(trillionths: .max)))
        if isLimit { orders.append(handle) }
    }

    private func draw(_ least: Int64, _ most: Int64, _ context: inout Context) -> Int64 {
        least + Int64(context.random("wish") % UInt64(most - least + 1))
    }
}
