import LockstepBus
import LockstepEvents
public import LockstepModel

/// How a run stood at a moment, rebuilt from its log alone.
///
/// The moment is the end of the last step that is not later than the time asked for: everything of
/// steps with a time up to it has happened, and nothing of later ones. Between steps nothing
/// happens, so any time before the next step gives the same.
///
/// ```swift
/// let log = try AuditLog(path: "runs/ma-cross-001/audit.lka")
/// let moment = try AuditMoment(at: time, in: log)
/// for account in moment.accounts { print(account.cash, account.positions) }
/// ```
public struct AuditMoment: Sendable {
    /// The time asked for.
    public let time: Timestamp
    /// The number of the last step that ended; nil before the first.
    public private(set) var step: UInt64?
    /// The time of the last record that counts; nil where there is none.
    public private(set) var lastTime: Timestamp?
    /// The last record that counts; 0 for none.
    public private(set) var lastSequence = SequenceNumber.none
    /// Whether the step of the last record ended; a log that is torn may end within a step.
    public private(set) var isComplete = true
    /// The time of the next step; nil where the log ends before one.
    public private(set) var nextTime: Timestamp?
    /// In what state the log is, where it was read to its end.
    public private(set) var status: AuditStatus?

    /// What the configuration of the run calls its instruments, strategies and accounts.
    public private(set) var names: AuditNames

    private var terms = RunTerms()
    private var bars = LastBars()
    private var orders = WorkingOrders()
    private var books = AccountBooks()
    private var tokens = TokenPrices()
    private var fills: [UInt32: LastPrice] = [:]
    private var sealed: UInt64 = 0

    /// Rebuilds a moment by reading a log from its beginning to the first later step.
    ///
    /// - Parameters:
    ///   - time: The moment.
    ///   - log: The log; damage behind the moment is not looked at.
    /// - Throws: ``AuditError``; ``AuditError/otherFields(topic:)`` where the log describes a topic
    ///   by other fields than this version reads.
    public init(at time: Timestamp, in log: AuditLog) throws(AuditError) {
        self.time = time
        names = log.decoder.names
        let reader = try log.reader()
        while let record = try reader.next() {
            if record.time > time {
                nextTime = record.time
                return
            }
            try take(record)
        }
        status = reader.status
    }

    /// The accounts, by identity: those of the configuration and those the log tells of.
    public var accounts: [AccountMoment] {
        let ids = Set(books.accounts).union((0..<names.accounts.count).map { UInt32($0 + 1) })
        let open = orders.all
        return ids.sorted().map { id in
            let account = AccountID(id)
            return books.moment(
                of: account, orders: open.filter { $0.account == account }, bars, tokens, terms)
        }
    }

    /// The last prices, by instrument: of the bar that marks it, else of its last fill.
    public var prices: [LastPrice] {
        let last = UInt32(clamping: max(terms.ratios.count, fills.keys.max().map(Int.init) ?? 0))
        return (0..<last).compactMap { place in
            let instrument = InstrumentID(place + 1)
            guard let bar = bars[instrument]?.bar else { return fills[instrument.rawValue] }
            return LastPrice(
                instrument: instrument, price: Price(ticks: bar.close),
                at: Timestamp(nanoseconds: bar.end), isOfFill: false)
        }
    }

    // MARK: Records

    private mutating func take(_ record: AuditRecord) throws(AuditError) {
        lastSequence = record.sequence
        lastTime = record.time
        do throws(RecordError) {
            if record.topic == TopicNumber.control {
                try takeControl(record)
            } else {
                isComplete = false
                try takeEvent(record)
            }
        } catch .unknownType {
            throw .otherFields(topic: UInt8(truncatingIfNeeded: record.topic))
        } catch {
            throw .undecodable(
                sequence: record.sequence.rawValue, topic: UInt64(record.topic), error)
        }
    }

    private mutating func takeControl(_ record: AuditRecord) throws(RecordError) {
        var reader = RecordReader(record.payload)
        switch try ControlEvent(from: &reader) {
        case .schema(let topic, _, let schema):
            // A topic that is read by other fields than it was written with would tell nonsense.
            if let known = Self.schemas[topic], !schema.isRead(as: known) { throw .unknownType }
        case .configuration(let json):
            terms = RunTerms(configuration: json)
            names = AuditNames(configuration: json)
        case .stepEnd:
            step = sealed
            sealed &+= 1
            isComplete = true
            orders.seal()
        case .symbol, .end, .recovered: break
        }
    }

    private mutating func takeEvent(_ record: AuditRecord) throws(RecordError) {
        var reader = RecordReader(
            record.payload, recordTime: record.time.nanoseconds,
            recordSequence: record.sequence.rawValue)
        switch record.topic {
        case TopicNumber.frame: try bars.take(&reader, in: sealed, terms)
        case TopicNumber.intent: orders.take(try Intent(from: &reader), record.sequence)
        case TopicNumber.order: orders.take(try OrderRecord(from: &reader), at: record.time)
        case TopicNumber.orderUpdate:
            // What risk refuses never became an order.
            if record.producer != ServiceID(3) { orders.take(try OrderUpdate(from: &reader)) }
        case TopicNumber.fill:
            let fill = try Fill(from: &reader)
            orders.take(fill)
            books.take(fill, in: sealed, terms)
            fills[fill.instrument.rawValue] = LastPrice(
                instrument: fill.instrument, price: fill.price, at: record.time, isOfFill: true)
        case TopicNumber.outcomeQuote: tokens.take(try OutcomeQuote(from: &reader))
        case TopicNumber.booking: books.take(try Booking(from: &reader), terms)
        default: break
        }
    }

    private static let schemas: [UInt8: RecordSchema] = [
        2: Frame.schema, 6: Intent.schema, 7: OrderRecord.schema, 8: OrderUpdate.schema,
        9: Fill.schema, 10: Booking.schema, 14: OutcomeQuote.schema,
    ]
}

/// The price that an instrument had last.
public struct LastPrice: Hashable, Sendable {
    /// The instrument.
    public let instrument: InstrumentID
    /// The price.
    public let price: Price
    /// When it was known: the end of the bar, or the step of the fill.
    public let at: Timestamp
    /// Whether it is of a fill, as there was no bar.
    public let isOfFill: Bool
}
