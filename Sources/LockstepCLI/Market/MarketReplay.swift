import LockstepAudit
import LockstepBus
import LockstepEvents
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket

/// Tells a venue again what the log of a run says it was told.
struct MarketReplay {
    private(set) var venue: OutcomeMarketVenue
    /// The number of the last step that counts.
    private(set) var step: UInt64 = 0
    /// Its time.
    private(set) var now = Timestamp.distantPast
    private let log: String
    /// What was asked and has not passed risk, by its number in the log.
    private var asked: [SequenceNumber: Intent] = [:]
    /// The fills that the venue made and the log has not confirmed yet, the next one last.
    private var fills: [Fill] = []
    private var hasMatched = false

    init(_ venue: OutcomeMarketVenue, log: String) {
        self.venue = venue
        self.log = log
    }

    /// Reads a log up to a moment.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - wish: The moment.
    /// - Throws: `AuditError`, `MarketError`, and ``CommandError`` where the fills differ.
    mutating func run(_ log: AuditLog, until wish: LoggedMarket.Wish) throws {
        var filter = AuditFilter()
        filter.topics = Set(
            [
                Topics.frame.id, Topics.intent.id, Topics.order.id, Topics.orderUpdate.id,
                Topics.fill.id, Topics.venueEvent.id,
            ].map { UInt32($0.rawValue) })
        let reader = try log.events(where: filter).reader()
        var outputs = MarketOutputs()
        while let event = try reader.next() {
            if case .frame(let frame) = event.payload {
                if isBeyond(wish, frame.time) { break }
                try begin(frame, &outputs)
            } else {
                try take(event, &outputs)
            }
        }
        try confirmAll()
    }

    private func isBeyond(_ wish: LoggedMarket.Wish, _ time: Timestamp) -> Bool {
        switch wish {
        case .end: false
        case .time(let last): time > last
        case .step(let last): step >= last
        }
    }

    private mutating func begin(_ frame: Frame, _ outputs: inout MarketOutputs) throws {
        try confirmAll()
        step += 1
        now = frame.time
        hasMatched = false
        outputs.removeAll()
        try venue.advance(frame, &outputs)
    }

    private mutating func take(
        _ event: AuditEvent<AuditPayload>, _ outputs: inout MarketOutputs
    ) throws {
        switch event.payload {
        case .intent(let intent): asked[event.sequence] = intent
        case .order(let record):
            guard let intent = asked.removeValue(forKey: record.intent), isForVenue(intent) else {
                return
            }
            outputs.removeAll()
            let order = Order(
                intent: intent, intentSequence: record.intent, decidedAt: event.time)
            try venue.execute(
                LockstepMarket.MarketCommand(order: order, arrival: event.time), at: event.time,
                &outputs)
        case .orderUpdate(let update):
            // What only a batch says; what answers it comes later.
            let isTaken = update.change == .accepted
            let isCancelled = update.change == .cancelled && update.reason == .byStrategy
            if isTaken || isCancelled, venue.isToken(update.instrument) { try match(&outputs) }
        case .venueEvent(let told):
            if told.kind == .batch, told.venue == venue.venue { try match(&outputs) }
        case .fill(let fill):
            guard venue.isToken(fill.instrument) else { return }
            // A resting order is told of before whoever has hit it.
            try match(&outputs)
            try confirm(fill)
        default: break
        }
    }

    private func isForVenue(_ intent: Intent) -> Bool {
        switch intent.action {
        case .place(let terms): venue.isToken(terms.instrument)
        case .cancelAll(let instrument): instrument.map(venue.isToken) ?? true
        case .cancel, .amend: true
        }
    }

    /// Runs the batch of the step, once.
    private mutating func match(_ outputs: inout MarketOutputs) throws {
        if hasMatched { return }
        hasMatched = true
        outputs.removeAll()
        try venue.runBatch(at: now, &outputs)
        for place in outputs.indices.reversed() {
            if case .fill(let fill) = outputs[place] { fills.append(fill) }
        }
    }

    private mutating func confirm(_ fill: Fill) throws(CommandError) {
        guard let own = fills.popLast(), own.order == fill.order, own.account == fill.account,
            own.instrument == fill.instrument, own.side == fill.side,
            own.quantity == fill.quantity, own.notional == fill.notional, own.fee == fill.fee,
            own.rebate == fill.rebate
        else { throw differs }
    }

    private func confirmAll() throws(CommandError) {
        if !fills.isEmpty { throw differs }
    }

    private var differs: CommandError {
        .other(
            .badData,
            message: "\(log): The fills of step \(step), \(now), do not follow from its "
                + "configuration and orders: it was made by another version, or was edited. "
                + "See 'lockstep audit verify --semantics'.")
    }
}
