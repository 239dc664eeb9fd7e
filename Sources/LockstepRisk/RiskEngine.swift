public import LockstepBus
import LockstepEvents
public import LockstepModel

/// Asks a gate about every intent and publishes the order or the refusal.
public actor RiskEngine: BusService {
    public nonisolated let name = "risk"
    public nonisolated let executor: RunExecutor
    private let gate: Confined<RiskGate>
    private let hearsBooks: Bool
    /// The instruments, in runs with dated events.
    private let dated: Instruments?

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - gate: What decides.
    ///   - executor: The loop of the run.
    ///   - hearsBooks: Whether there is an order-book market, whose marks are last prices.
    ///   - dated: The instruments, in a run with dated events.
    public init(
        _ gate: consuming RiskGate, on executor: RunExecutor, hearsBooks: Bool = false,
        dated: Instruments? = nil
    ) {
        self.dated = dated
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
        let gate = gate
        // A closure over one reference is called as it is; over several, through another function.
        let desk = RiskDesk(
            gate: gate, service: port.service, orders: try port.publisher(Topics.order),
            updates: try port.publisher(Topics.orderUpdate))
        let house = House(
            gate: gate, intents: try port.publisher(Topics.intent),
            halts: try port.publisher(Topics.halt))
        try port.forEach(Topics.lifecycle) { gate.value.apply($0.payload) }
        try port.forEachLent(Topics.frame) { try house.begin($0) }
        try port.forEachLent(Topics.intent) { try desk.review($0) }
        try port.forEachLent(Topics.orderUpdate) { try desk.hear($0) }
        try port.forEachLent(Topics.fill) { envelope in
            try gate.value.view.hear(envelope.payload(), sequence: envelope.value.sequence)
        }
        try port.forEachLent(Topics.booking) { gate.value.view.apply($0.payload()) }
        if gate.value.watchesMargin {
            try port.forEachLent(Topics.decide) { envelope in
                try envelope.borrow { try house.liquidate($0.payload, &gate.value) }
            }
        }
        if gate.value.hasLossSwitch {
            try port.forEachLent(Topics.snapshot) { try house.watch($0) }
        } else if gate.value.view.watchesEquity {
            try port.forEachLent(Topics.snapshot) { gate.value.view.apply($0.payload()) }
        }
        try port.forEach(Topics.halt) { envelope in
            gate.value.apply(envelope.payload)
            try house.act(on: envelope.payload)
        }
        if let dated {
            try port.forEachLent(Topics.marketEvent) { envelope in
                try gate.value.view.apply(envelope.value.payload, dated)
            }
        }
        if hearsBooks {
            try port.forEachLent(Topics.bookTop) { gate.value.view.apply($0.value.payload) }
        }
    }
}

/// What risk decides with, and where it publishes that.
private final class RiskDesk {
    private let gate: Confined<RiskGate>
    private let service: ServiceID
    private let orders: Publisher<Order>
    private let updates: Publisher<OrderUpdate>

    init(
        gate: Confined<RiskGate>, service: ServiceID, orders: Publisher<Order>,
        updates: Publisher<OrderUpdate>
    ) {
        self.gate = gate
        self.service = service
        self.orders = orders
        self.updates = updates
    }

    @inline(__always)
    func hear(_ envelope: Lent<Envelope<OrderUpdate>>) throws {
        try gate.value.view.hear(
            envelope.payload(), isOwn: envelope.value.producer == service)
    }

    @inline(__always)
    func review(_ envelope: Lent<Envelope<Intent>>) throws {
        if gate.value.view.inHand.isEmpty, gate.value.passesPlainly(envelope.payload()) {
            gate.value.view.tally.intents &+= 1
            try publish(envelope)
        } else {
            try askRules(envelope)
        }
    }

    @inline(__always)
    private func publish(_ envelope: Lent<Envelope<Intent>>) throws {
        try orders.publish(made: {
            Order(
                intent: envelope.value.payload, intentSequence: envelope.value.sequence,
                decidedAt: envelope.value.time)
        })
    }

    /// Asks the rules about an intent that is no plain order.
    @inline(never)
    private func askRules(_ envelope: Lent<Envelope<Intent>>) throws {
        if case .place = envelope.value.payload.action { gate.value.view.tally.intents += 1 }
        try gate.value.view.countInHand()
        if envelope.value.producer == service {
            gate.value.pass(envelope.value.payload)
            return try publish(envelope)
        }
        guard let refusal = gate.value.refusal(of: envelope.payload()) else {
            return try publish(envelope)
        }
        let update = gate.value.answer(
            to: envelope.value.payload, refusal.reason, limit: refusal.limit,
            time: envelope.value.time)
        #if PLANTED_DEFECTS
            if PlantedDefect.rejectionWithoutRecord.isOn { return }
        #endif
        try updates.publish(update)
    }
}

/// Where risk publishes what the run itself asks for.
private final class House {
    private let gate: Confined<RiskGate>
    private let intents: Publisher<Intent>
    private let halts: Publisher<Halt>

    init(gate: Confined<RiskGate>, intents: Publisher<Intent>, halts: Publisher<Halt>) {
        self.gate = gate
        self.intents = intents
        self.halts = halts
    }

    /// Takes the last prices of a frame.
    @inline(__always)
    func begin(_ envelope: Lent<Envelope<Frame>>) throws {
        envelope.borrow { gate.value.apply($0.payload) }
        if !gate.value.view.halts.isClear { try goOn() }
    }

    /// Cancels and closes what a pulled switch covers.
    @inline(never)
    func act(on halt: Halt) throws {
        try gate.value.view.countInHand()
        for intent in gate.value.intents(after: halt) { try intents.publish(intent) }
    }

    /// Clears halts whose time has come, and closes what is still open.
    @inline(never)
    private func goOn() throws {
        try gate.value.view.countInHand()
        if let halt = gate.value.clearing() { return try halts.publish(halt) }
        for intent in gate.value.remainingClosings() { try intents.publish(intent) }
    }

    /// Liquidates accounts that have too little left.
    @inline(never)
    func liquidate(_ frame: borrowing Frame, _ gate: inout RiskGate) throws {
        for intent in gate.liquidations(frame) { try intents.publish(intent) }
    }

    /// Pulls the switch for an account that has lost too much.
    func watch(_ envelope: Lent<Envelope<Snapshot>>) throws {
        try gate.value.view.countInHand()
        gate.value.view.apply(envelope.payload())
        let account = envelope.value.payload.account
        if let halt = gate.value.breach(of: account) { try halts.publish(halt) }
    }
}
