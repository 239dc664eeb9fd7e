public import LockstepBus
import LockstepEvents
import LockstepModel

/// Asks a gate about every intent and publishes the order or the refusal.
public actor RiskEngine: BusService {
    public nonisolated let name = "risk"
    public nonisolated let executor: RunExecutor
    private let gate: Confined<RiskGate>
    private let hearsBooks: Bool

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - gate: What decides.
    ///   - executor: The loop of the run.
    ///   - hearsBooks: Whether there is an order-book market, whose marks are last prices.
    public init(
        _ gate: consuming RiskGate, on executor: RunExecutor, hearsBooks: Bool = false
    ) {
        self.hearsBooks = hearsBooks
        self.gate = Confined(gate)
        self.executor = executor
    }

    /// Shows what risk knows of the run; ask when the run is idle.
    ///
    /// - Parameter body: Looks at it.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    public func inspect<Result: Sendable>(
        _ body: @Sendable (borrowing RiskView) throws -> Result
    ) rethrows -> Result {
        try body(gate.value.view)
    }

    public func connect(_ port: BusPort) throws {
        let (gate, own) = (gate, port.service)
        let orders = try port.publisher(Topics.order)
        let updates = try port.publisher(Topics.orderUpdate)
        try port.forEach(Topics.lifecycle) { gate.value.apply($0.payload) }
        try port.forEachLent(Topics.frame) { $0.borrow { gate.value.apply($0.payload) } }
        let outlets = Outlets(orders: orders, updates: updates)
        try port.forEachLent(Topics.intent) { envelope in
            if gate.value.passesPlainly(envelope.payload()) {
                try outlets.order(envelope)
            } else {
                try outlets.askRules(envelope, in: &gate.value)
            }
        }
        try port.forEachLent(Topics.orderUpdate) { envelope in
            // Its own refusals come back to it: nothing of the order was kept.
            if envelope.value.producer != own { try gate.value.view.apply(envelope.payload()) }
        }
        try port.forEachLent(Topics.fill) { envelope in
            try gate.value.view.apply(envelope.payload(), sequence: envelope.value.sequence)
        }
        try port.forEachLent(Topics.booking) { gate.value.view.apply($0.payload()) }
        try port.forEachLent(Topics.snapshot) { gate.value.view.apply($0.payload()) }
        try port.forEach(Topics.halt) { gate.value.apply($0.payload) }
        if hearsBooks {
            try port.forEachLent(Topics.bookTop) { gate.value.view.apply($0.value.payload) }
        }
    }
}

/// Where risk publishes what it has decided.
private struct Outlets {
    let orders: Publisher<Order>
    let updates: Publisher<OrderUpdate>

    @inline(__always)
    func order(_ envelope: Lent<Envelope<Intent>>) throws {
        try orders.publish(made: {
            Order(
                intent: envelope.value.payload, intentSequence: envelope.value.sequence,
                decidedAt: envelope.value.time)
        })
    }

    /// Asks the rules about an intent that is no plain order.
    @inline(never)
    func askRules(_ envelope: Lent<Envelope<Intent>>, in gate: inout RiskGate) throws {
        guard let refusal = gate.refusal(of: envelope.payload()) else {
            return try order(envelope)
        }
        let update = gate.answer(
            to: envelope.value.payload, refusal.reason, limit: refusal.limit,
            time: envelope.value.time)
        #if PLANTED_DEFECTS
            if PlantedDefect.rejectionWithoutRecord.isOn { return }
        #endif
        try updates.publish(update)
    }
}
