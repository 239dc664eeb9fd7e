import LockstepBus
import LockstepEvents
import LockstepModel

/// Checks what the records of a log say against each other, record by record.
///
/// It knows nothing but the log: a value that is fed records in order, and may be asked at any time.
/// Its memory is bounded by the orders and lots that are open, the instruments and accounts, and the
/// longest step; never by the length of the log. What a log does not tell is not guessed.
///
/// ```swift
/// let found = try AuditSemantics.check(path: "runs/ma-cross-001/audit.lka")
/// for finding in found.findings { print(finding) }
/// ```
public struct AuditSemantics: Sendable {
    /// How many records it was fed.
    public private(set) var records: UInt64 = 0

    private var findings: SemanticFindings
    private var terms = RunTerms()
    private var scope = StepScope()
    private var bars = LastBars()
    private var orders = OpenOrders()
    private var holdings = Holdings()
    private var slices: [LotClosed] = []
    /// For the topics that have other fields in the log than in this version.
    private var adapters: [UInt32: SchemaAdapter] = [:]

    private var steps = StepCheck()
    private var times = TimeCheck()
    private let parents = ParentCheck()
    private let causes = CauseCheck()
    private let risk = RiskCheck()
    private let states = OrderCheck()
    private let leaves = LeavesCheck()
    private let fills = FillCheck()
    private let decisions = DecisionCheck()
    private var cash = CashCheck()
    private var positions = PositionCheck()
    private var lots = LotCheck()
    private var profits = ProfitCheck()
    private var equity = EquityCheck()

    /// Makes the checks of a log of which nothing was read yet.
    ///
    /// - Parameter limit: The most findings that are kept; the others are only counted.
    public init(limit: Int = 20) { findings = SemanticFindings(limit: max(0, limit)) }

    // MARK: Reading

    /// The first findings, in the order of the log.
    public var kept: [SemanticFinding] { findings.kept }

    /// How many records a rule has looked at.
    public func examined(_ rule: SemanticRule) -> UInt64 {
        findings.counts[Int(rule.rawValue)].examined
    }

    /// How many findings a rule has.
    public func count(_ rule: SemanticRule) -> UInt64 {
        findings.counts[Int(rule.rawValue)].findings
    }

    // MARK: Feeding

    /// Takes the next record.
    ///
    /// - Parameter record: The record; of the first log position first, and none left out.
    /// - Throws: ``AuditError/otherFields(topic:)`` where a field of Lockstep's is of another
    ///   type in the log; fields that one of both lacks are no hindrance.
    public mutating func take(_ record: AuditRecord) throws(AuditError) {
        records &+= 1
        findings.sequence = record.sequence
        findings.step = StepNumber(scope.sealed)
        findings.time = record.time
        if !record.isRecoveryNote { steps.take(&findings) }
        if record.topic == 0 {
            try takeControl(record)
            return
        }
        findings.examine(.records)
        let isEndOfFeed =
            scope.time == nil && record.topic == 1 && record.payload.elementsEqual([2])
        note(record, isEndOfFeed: isEndOfFeed)
        do throws(RecordError) { try dispatch(record) } catch { malformed(error) }
        scope.note(topic: record.topic)
    }

    /// Takes the state of the log, after its last record.
    public mutating func finish(_ status: AuditStatus) {
        steps.finish(status, open: scope.count, &findings)
    }

    // MARK: Parts

    /// Compares time and cause of a record with its step.
    @inline(__always)
    private mutating func note(_ record: AuditRecord, isEndOfFeed: Bool = false) {
        if let time = scope.time {
            scope.time = times.goOn(from: time, to: record.time, &findings)
        } else {
            times.begin(at: record.time, isEndOfFeed: isEndOfFeed, &findings)
            scope.time = record.time
        }
        if record.cause != .none {
            parents.take(record.cause, of: record.sequence, scope, &findings)
        }
        if record.topic != 0 {
            causes.take(record.topic, record.producer, record.cause, scope, &findings)
        }
    }

    private mutating func takeControl(_ record: AuditRecord) throws(AuditError) {
        findings.examine(.records)
        let event: ControlEvent
        do throws(RecordError) {
            var reader = Self.reader(record)
            event = try ControlEvent(from: &reader)
            try reader.expectEnd()
        } catch {
            malformed(error)
            return
        }
        switch event {
        case .end(let status, _):
            steps.takeEnd(status, open: scope.count, &findings)
            return
        case .recovered: return
        case .schema(let topic, _, let schema):
            if let known = Self.schemas[topic], !schema.isRead(as: known) {
                guard let adapter = SchemaAdapter(topic: topic, from: schema, to: known) else {
                    throw .otherFields(topic: topic)
                }
                adapters[UInt32(topic)] = adapter
            }
        case .configuration(let json): terms = RunTerms(configuration: json)
        case .symbol, .stepEnd: break
        }
        note(record)
        scope.note(topic: 0)
        if case .stepEnd = event {
            steps.takeEndOfStep(open: scope.count, &findings)
            risk.seal(scope, &findings)
            cash.seal(scope, &findings)
            lots.seal(&findings)
            scope.seal(by: record.sequence.rawValue)
        }
    }

    private mutating func dispatch(_ record: AuditRecord) throws(RecordError) {
        var reader = Self.reader(record)
        if !adapters.isEmpty, let adapter = adapters[record.topic] {
            reader = RecordReader(
                try adapter.payload(of: record), recordTime: record.time.nanoseconds,
                recordSequence: record.sequence.rawValue)
        }
        switch record.topic {
        case 1: _ = try Self.read(Lifecycle.self, &reader)
        case 2: try bars.take(&reader, in: scope.sealed, terms)
        case 6:
            let intent = try Self.read(Intent.self, &reader)
            scope.intents.append(
                StepScope.PendingIntent(sequence: record.sequence.rawValue, intent: intent))
        case 7: take(try Self.read(OrderRecord.self, &reader), record)
        case 8: take(try Self.read(OrderUpdate.self, &reader), record)
        case 9: take(try Self.read(Fill.self, &reader), record)
        case 10: take(try Self.read(Booking.self, &reader), record)
        case 11:
            lots.take(
                try Self.read(LotClosed.self, &reader), cause: record.cause, terms, &findings)
        case 12: take(try Self.read(Snapshot.self, &reader))
        case 13: bars.take(try Self.read(BookTop.self, &reader), terms)
        case 14: _ = try Self.read(OutcomeQuote.self, &reader)
        case 15: take(try Self.read(VenueEvent.self, &reader), record)
        case 16: _ = try Self.read(Note.self, &reader)
        case 17: _ = try Self.read(Wake.self, &reader)
        case 18: _ = try Self.read(Halt.self, &reader)
        case 19: take(try Self.read(MarketEvent.self, &reader), record)
        default: break
        }
    }

    private mutating func take(_ order: OrderRecord, _ record: AuditRecord) {
        guard let place = risk.take(order, cause: record.cause, scope, &findings) else { return }
        scope.intents[place].isJudged = true
        orders.pass(scope.intents[place].intent, at: record.time)
    }

    private mutating func take(_ update: OrderUpdate, _ record: AuditRecord) {
        // Risk refuses what has not passed: nothing of it is known to the venue.
        if record.producer == Self.riskService {
            if let place = risk.take(update, cause: record.cause, scope, &findings) {
                scope.intents[place].isJudged = true
            }
            return
        }
        if update.order.isLiquidationAtVenue, update.change == .accepted {
            // It lies where the bar begins, so that its fill may be of any time within.
            orders.begin(
                update,
                closing: holdings.position(of: update.account, in: update.instrument),
                at: .distantPast)
        }
        let order = orders[update.order]
        states.take(update, order, orders, &findings)
        leaves.take(update, order, &findings)
        orders.apply(update)
    }

    private mutating func take(_ fill: Fill, _ record: AuditRecord) {
        let order = orders[fill.order]
        fills.take(fill, order, orders, &findings)
        leaves.take(fill, order, &findings)
        decisions.take(fill, order, bars, in: scope.sealed, terms, &findings)
        orders.apply(fill)
        if fill.quantity.lots <= 0 { return }
        while !slices.isEmpty { slices.removeLast() }
        do {
            let after = try holdings.apply(fill, in: scope.sealed, terms, &slices)
            lots.expect(slices, of: record.sequence)
            scope.fills.append(
                StepScope.PendingFill(
                    sequence: record.sequence.rawValue, fill: fill, position: after.position,
                    profit: after.profit))
        } catch {
            findings.add(
                .lots, expected: "amounts that lots can be made of", found: "\(error)")
        }
    }

    /// A payout closes lots as a fill does, without an order behind it.
    private mutating func take(_ event: VenueEvent, _ record: AuditRecord) {
        guard event.kind == .payout, event.quantity.lots > 0 else { return }
        while !slices.isEmpty { slices.removeLast() }
        do {
            _ = try holdings.apply(
                event.redemption(at: record.time), in: scope.sealed, terms, &slices)
            lots.expect(slices, of: record.sequence)
        } catch {
            findings.add(
                .lots, expected: "amounts that lots can be made of", found: "\(error)")
        }
    }

    /// A settlement closes all lots of its instrument; events move last prices.
    private mutating func take(_ event: MarketEvent, _ record: AuditRecord) {
        bars.take(event)
        guard event.kind == .settlement else { return }
        while !slices.isEmpty { slices.removeLast() }
        do {
            try holdings.settle(event, in: scope.sealed, terms, &slices)
            lots.expect(slices, of: record.sequence)
        } catch {
            findings.add(
                .lots, expected: "amounts that lots can be made of", found: "\(error)")
        }
    }

    /// A split makes other lots of those there are.
    private mutating func split(_ booking: Booking) {
        guard let event = bars.split(of: booking.instrument) else {
            return findings.add(
                .positions, expected: "a split after its event", found: "one without")
        }
        let due = holdings.split(event, booking)
        findings.examine(.positions)
        findings.check(
            .positions, due.map { $0.position == Int128(booking.positionAfter.lots) } ?? false,
            expected: "\(due?.position ?? 0)lots after a split",
            found: "\(booking.positionAfter.lots)lots")
        findings.check(
            .profits, due.map { $0.profit == Int128(booking.realised.units) } ?? false,
            expected:
                "a profit of \(terms.text(due?.profit ?? 0, of: booking.account)), by the split",
            found: terms.text(Int128(booking.realised.units), of: booking.account))
    }

    private mutating func take(_ booking: Booking, _ record: AuditRecord) {
        if booking.kind == .split { split(booking) }
        equity.take(booking)
        let place = booking.kind.isOfFill ? scope.fill(at: booking.fill.rawValue) : nil
        cash.take(booking, cause: record.cause, fill: place, scope, terms, &findings)
        profits.take(booking, fill: place, scope, terms, &findings)
        guard let place else { return }
        positions.take(booking, scope.fills[place], &findings)
        scope.fills[place].isBooked = true
    }

    private mutating func take(_ snapshot: Snapshot) {
        cash.take(snapshot, terms, &findings)
        profits.take(snapshot, terms, &findings)
        equity.take(snapshot, holdings, bars, terms, &findings)
    }

    @inline(never)
    private mutating func malformed(_ error: RecordError) {
        findings.add(.records, expected: "fields that the topic may have", found: "\(error)")
    }

    // MARK: Formats

    private static let riskService = ServiceID(3)

    /// The fields that the topics of Lockstep have in this version.
    private static let schemas: [UInt8: RecordSchema] = [
        1: Lifecycle.schema, 2: Frame.schema, 6: Intent.schema, 7: OrderRecord.schema,
        8: OrderUpdate.schema, 9: Fill.schema, 10: Booking.schema, 11: LotClosed.schema,
        12: Snapshot.schema, 13: BookTop.schema, 14: OutcomeQuote.schema,
        15: VenueEvent.schema, 16: Note.schema, 17: Wake.schema, 18: Halt.schema,
        19: MarketEvent.schema,
    ]

    @inline(__always)
    private static func reader(_ record: AuditRecord) -> RecordReader {
        RecordReader(
            record.payload, recordTime: record.time.nanoseconds,
            recordSequence: record.sequence.rawValue)
    }

    @inline(__always)
    private static func read<Payload: EventPayload>(
        _ type: Payload.Type, _ reader: inout RecordReader
    ) throws(RecordError) -> Payload {
        let payload = try Payload(from: &reader)
        try reader.expectEnd()
        return payload
    }
}
