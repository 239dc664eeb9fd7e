package import LockstepModel

/// Asks again for what a participant once asked for, at the same times.
package struct FlowReplay: Strategy {
    /// How much is replayed; the orders themselves are in the log as they are asked for.
    package struct Parameters: StrategyParameters {
        /// How many recorded rows there are.
        package var orders: Int64 = 0

        package init() {}
    }

    package static var name: String { "RecordedFlow" }

    private let orders: [RecordedOrder]
    private var next = 0
    /// The order for whose time it has asked to be woken.
    private var waited = 0
    /// The last step in which it had its turn.
    private var turn = StepNumber.setUp
    /// The handles of the orders placed so far, by recorded number.
    private var handles: [UInt32: OrderHandle] = [:]

    package var subscriptions: Subscriptions { Subscriptions() }

    /// A participant that asks for nothing.
    package init(_ parameters: Parameters, _ instruments: Instruments) throws { orders = [] }

    init(_ orders: [RecordedOrder]) { self.orders = orders }

    package mutating func onStart(_ context: inout Context) {
        ask(&context)
        wait(&context)
    }

    package mutating func onFrame(_ frame: Frame, _ context: inout Context) {
        turn = context.step
        // Answers whose cause did not come this time are late rather than lost.
        ask(&context)
    }

    package mutating func onTimer(_ timer: TimerID, _ context: inout Context) { wait(&context) }

    package mutating func onFill(_ fill: Fill, _ context: inout Context) { answer(&context) }

    package mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) {
        answer(&context)
    }

    package mutating func onReject(_ update: OrderUpdate, _ context: inout Context) {
        answer(&context)
    }

    /// Asks for what is due in its turn.
    private mutating func ask(_ context: inout Context) {
        while next < orders.count, orders[next].time <= context.now,
            !orders[next].isAnswer || orders[next].time < context.now
        {
            ask(for: orders[next], &context)
            next += 1
        }
    }

    /// Asks for what answers the batch of this step.
    private mutating func answer(_ context: inout Context) {
        guard turn == context.step else { return }
        while next < orders.count, orders[next].isAnswer, orders[next].time <= context.now {
            ask(for: orders[next], &context)
            next += 1
        }
    }

    /// Sees to it that there is a step at the time of the next order.
    private mutating func wait(_ context: inout Context) {
        while waited < orders.count, orders[waited].time <= context.now { waited += 1 }
        if waited < orders.count { context.wake(at: orders[waited].time) }
    }

    private mutating func ask(for order: RecordedOrder, _ context: inout Context) {
        switch order.action {
        case .place(let terms): handles[order.number] = context.submit(terms)
        case .cancel(let target):
            if let handle = handle(of: target) { context.cancel(handle) }
        case .cancelAll(let instrument): context.cancelAll(instrument)
        case .amend(let target, let amendment):
            if let handle = handle(of: target) { context.amend(handle, amendment) }
        }
    }

    private func handle(of target: OrderID) -> OrderHandle? {
        UInt32(exactly: target.rawValue).flatMap { handles[$0] }
    }
}

extension StrategyPlan {
    /// Plans the replay of what a participant once asked for.
    ///
    /// - Parameters:
    ///   - orders: What it asked for, in order of time.
    ///   - name: The name of the participant in this run.
    ///   - account: The account it trades on.
    /// - Throws: ``StrategyError/refusedParameters(strategy:reason:)``.
    package init(
        replaying orders: [RecordedOrder], name: String, account: AccountID
    ) throws(StrategyError) {
        var parameters = FlowReplay.Parameters()
        parameters.orders = Int64(orders.count)
        self.init(
            name: name, use: FlowReplay.name, account: account,
            parameters: try ParameterEntry.list(of: parameters, strategy: FlowReplay.name)
        ) { _ in
            HostedStrategy.host(FlowReplay(orders))
        }
    }
}
