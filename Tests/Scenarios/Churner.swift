package import LockstepModel
package import LockstepStrategy

/// A strategy that draws what it does: orders of every kind, changes, cancels, timers and notes.
package struct Churner: Strategy {
    package struct Parameters: StrategyParameters {
        /// How many instruments it trades.
        package var instruments: Int = 1
        /// It acts in one of so many steps, for each instrument.
        package var calm: Int = 2
        /// The most lots of an order.
        package var lots: Int64 = 5
        /// Whether it also asks for what nobody can give.
        package var isWild = false
        /// Whether it answers its fills.
        package var answers = true

        package init() {}
    }

    private let parameters: Parameters
    private var fills: Int64 = 0

    package init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
    }

    package static func plan(
        _ name: String, account: UInt32 = 1, _ change: (inout Parameters) -> Void = { _ in }
    ) throws -> StrategyPlan {
        var parameters = Parameters()
        change(&parameters)
        return try StrategyPlan(
            Self.self, parameters, account: AccountID(account), name: name)
    }

    package var subscriptions: Subscriptions { .none }

    package mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        for number in 1...parameters.instruments {
            let draw = context.random("act")
            if draw % UInt64(parameters.calm) != 0 { continue }
            let instrument = InstrumentID(UInt32(number))
            guard let price = context.lastPrice(instrument) else { continue }
            act(draw >> 8, instrument, price, &context)
        }
    }

    package mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        fills += 1
        context.note("filled \(fills)", Double(fill.quantity.lots))
        guard parameters.answers, fills % 3 == 0 else { return }
        context.submit(
            OrderTerms(fill.side.opposite, fill.quantity, of: fill.instrument),
            tag: "answer \(fills)")
    }

    package mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) throws {
        if update.change == .cancelled { context.note("cancelled", Double(update.leaves.lots)) }
    }

    package mutating func onReject(_ update: OrderUpdate, _ context: inout Context) throws {
        context.note("refused \(update.reason.rawValue)", Double(update.limit))
    }

    package mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws {
        context.note("timer", Double(timer.rawValue & 0xFFFF))
        context.cancelAll()
    }

    package mutating func onEnd(_ context: inout Context) throws {
        if parameters.isWild { context.submit(OrderTerms(.buy, .init(lots: 1), of: .init(1))) }
    }

    private func act(
        _ draw: UInt64, _ instrument: InstrumentID, _ price: Price, _ context: inout Context
    ) {
        let lots = Quantity(lots: Int64(draw >> 8) % parameters.lots + 1)
        let away = Int64(draw >> 20) % 40
        let side: Side = (draw >> 32) & 1 == 0 ? .buy : .sell
        let better = Price(ticks: price.ticks - side.sign * away)
        let worse = Price(ticks: price.ticks + side.sign * (away + 1))
        func submit(_ kind: OrderKind, tag: String? = nil, reduceOnly: Bool = false) {
            context.submit(
                OrderTerms(side, lots, of: instrument, kind, reduceOnly: reduceOnly), tag: tag)
        }
        switch draw % (parameters.isWild ? 20 : 14) {
        case 0...2: submit(.market())
        case 3, 4: submit(.limit(better), tag: "rest \(draw % 97)")
        case 5: submit(.stop(worse))
        case 6: submit(.market(.immediateOrCancel))
        case 7: submit(.limitTaking(worse, .fillOrKill), tag: "all or nothing")
        case 8: submit(.limit(better, .day), reduceOnly: true)
        case 9:
            submit(
                .limit(
                    better,
                    .goodTilDate(Timestamp(nanoseconds: context.now.nanoseconds + 150_000_000_000)))
            )
        case 10, 11:
            guard let order = context.openOrders.first else { return }
            context.cancel(OrderHandle(order.id))
        case 12:
            guard let order = context.openOrders.last else { return }
            let amendment =
                switch order.terms.kind {
                case .stop: OrderAmendment(quantity: lots, stop: worse)
                case .limit: OrderAmendment(quantity: lots, price: better)
                default: OrderAmendment(quantity: lots)
                }
            context.amend(OrderHandle(order.id), amendment)
        case 13:
            context.wake(
                at: Timestamp(nanoseconds: context.now.nanoseconds + 7_000_000_000 * (away + 1)))
        case 14: context.submit(OrderTerms(side, .zero, of: instrument))
        case 15: context.submit(OrderTerms(side, lots, of: InstrumentID(77)), tag: "nowhere")
        case 16: submit(.limit(Price(ticks: -5)))
        case 17: submit(.limit(better, postOnly: true))
        case 18:
            context.cancel(
                OrderHandle(OrderID(strategy: context.strategy, ordinal: UInt32(away) + 1)))
        default:
            context.submit(OrderTerms(side, Quantity(lots: 1_000_000), of: instrument))
        }
    }
}
