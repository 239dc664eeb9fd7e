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
        let house = House(
            intents: try port.publisher(Topics.intent), halts: try port.publisher(Topics.halt))
        try port.forEach(Topics.lifecycle) { gate.value.apply($0.payload) }
        try port.forEachLent(Topics.frame) { envelope in
            envelope.borrow { gate.value.apply($0.payload) }
            if !gate.value.view.halts.isClear { try house.goOn(&gate.value) }
        }
        let outlets = Outlets(orders: orders, updates: updates)
        try port.forEachLent(Topics.intent) { envelope in
            if gate.value.passesPlainly(envelope.payload()) {
                try outlets.order(envelope)
            } else {
                try outlets.askRules(
                    envelope, in: &gate.value, isOwn: envelope.value.producer == own)
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
        if gate.value.hasLossSwitch {
            try port.forEachLent(Topics.snapshot) { envelope in
                gate.value.view.apply(envelope.payload())
                try house.watch(envelope.value.payload.account, &gate.value)
            }
        } else {
            try port.forEachLent(Topics.snapshot) { gate.value.view.apply($0.payload()) }
        }
        try port.forEach(Topics.halt) { envelope in
            gate.value.apply(envelope.payload)
            try house.act(on: envelope.payload, &gate.value)
        }
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
    func askRules(
        _ envelope: Lent<Envelope<Intent>>, in gate: inout RiskGate, isOwn: Bool
    ) throws {
        if isOwn {
            gate.pass(envelope.value.payload)
            return try order(envelope)
        }
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

/// Where risk publishes what the run itself asks for.
private struct House {
    let intents: Publisher<Intent>
    let halts: Publisher<Halt>

    /// Cancels and closes what a pulled switch covers.
    @inline(never)
    func act(on halt: Halt, _ gate: inout RiskGate) throws {
        for intent in gate.intents(after: halt) { try intents.publish(intent) }
    }

    /// Clears halts whose time has come, and closes what is still open.
    @inline(never)
    func goOn(_ gate: inout RiskGate) throws {
        if let halt = gate.clearing() { return try halts.publish(halt) }
        for intent in gate.remainingClosings() { try intents.publish(intent) }
    }

    /// Pulls the switch for an account that has lost too much.
    @inline(never)
    func watch(_ account: AccountID, _ gate: inout RiskGate) throws {
        if let halt = gate.breach(of: account) { try halts.publish(halt) }
    }
}
