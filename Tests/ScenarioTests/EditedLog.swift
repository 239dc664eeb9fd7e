import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepFiles
import LockstepModel
import LockstepScenarios
import Testing

/// The records of a real run, which a test may change, drop, repeat or move.
///
/// Records keep their own numbers while they are edited; ``renumbered()`` gives them new ones in
/// their order, and every cause, booking and order the number of what it names.
struct EditedLog {
    /// A record and the number it had.
    struct Entry {
        var number: UInt64
        var time: Timestamp
        var topic: UInt32
        var cause: UInt64
        var producer: UInt16
        var payload: [UInt8]
    }

    var entries: [Entry]
    var status: AuditStatus

    /// Runs a configuration and reads its log.
    init(running configuration: BacktestConfiguration) throws {
        (entries, status) = try withScratch { directory in
            let path = directory + "/run.lka"
            do { _ = try Backtest(configuration).runHere(auditLog: path) } catch BacktestError
                .runFailed
            {}
            let reader = try AuditLogReader(path: path)
            var entries: [Entry] = []
            while let record = try reader.next() {
                entries.append(
                    Entry(
                        number: record.sequence.rawValue, time: record.time, topic: record.topic,
                        cause: record.cause.rawValue, producer: record.producer.rawValue,
                        payload: Array(record.payload)))
            }
            return (entries, try #require(reader.status))
        }
    }

    /// The places of the records of a topic.
    func places(_ topic: TopicID) -> [Int] {
        entries.indices.filter { entries[$0].topic == UInt32(topic.rawValue) }
    }

    /// The place of the first record of a topic of which something holds.
    func place<Payload: EventPayload>(
        _ topic: Topic<Payload>, from start: Int = 0, where holds: (Payload) -> Bool = { _ in true }
    ) throws -> Int {
        try #require(
            try places(topic.id).first { place in
                try place >= start && holds(payload(topic, at: place))
            })
    }

    /// The place of the mark that ends a step.
    func mark(ofStep step: UInt64) throws -> Int {
        let marks = try places(TopicID(0)).filter { try control(at: $0) == .stepEnd }
        return try #require(marks.indices.contains(Int(step)) ? marks[Int(step)] : nil)
    }

    func payload<Payload: EventPayload>(_ topic: Topic<Payload>, at place: Int) throws -> Payload {
        var reader = reader(entries[place])
        return try Payload(from: &reader)
    }

    func control(at place: Int) throws -> ControlEvent {
        var reader = reader(entries[place])
        return try ControlEvent(from: &reader)
    }

    private func reader(_ entry: Entry) -> RecordReader {
        RecordReader(
            entry.payload, recordTime: entry.time.nanoseconds, recordSequence: entry.number)
    }

    /// Puts another payload in the place of a record's.
    mutating func put(_ payload: some EventPayload, at place: Int) {
        var writer = RecordWriter(capacity: 256)
        writer.recordTime = entries[place].time.nanoseconds
        writer.recordSequence = entries[place].number
        payload.encode(into: &writer)
        entries[place].payload = writer.bytes
    }

    /// Puts a copy of a record behind it, as one that nothing names.
    mutating func `repeat`(_ place: Int) {
        var copy = entries[place]
        if copy.topic == 7 { copy.payload = [] }
        copy.number = (entries.map(\.number).max() ?? 0) + 1
        entries.insert(copy, at: place + 1)
    }

    /// The records as a log would have them.
    func renumbered() throws -> [AuditRecord] {
        var numbers: [UInt64: UInt64] = [0: 0]
        for (place, entry) in entries.enumerated() { numbers[entry.number] = UInt64(place + 1) }
        return try entries.enumerated().map { place, entry in
            var writer = RecordWriter(capacity: 256)
            writer.recordTime = entry.time.nanoseconds
            writer.recordSequence = UInt64(place + 1)
            var payload = entry.payload
            var reader = reader(entry)
            if entry.topic == 7 {
                let order = try OrderRecord(from: &reader)
                OrderRecord(
                    id: order.id,
                    intent: SequenceNumber(numbers[order.intent.rawValue] ?? 0)
                ).encode(into: &writer)
                payload = writer.bytes
            } else if entry.topic == 10 {
                let old = try Booking(from: &reader)
                old.with(fill: SequenceNumber(numbers[old.fill.rawValue] ?? 0)).encode(
                    into: &writer)
                payload = writer.bytes
            }
            return AuditRecord(
                sequence: SequenceNumber(UInt64(place + 1)), time: entry.time, topic: entry.topic,
                cause: SequenceNumber(numbers[entry.cause] ?? 0),
                producer: ServiceID(entry.producer), payload: payload[...])
        }
    }

    /// Writes it as a file in which all bytes, numbers and digests are right.
    func write(to path: String) throws {
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 1, count: 32)))
        let writer = try AuditLogWriter(
            creating: path, manifest: AuditManifest(run: "edited", toolVersion: "1.0"),
            settings: try AuditLogSettings(sync: .none, salt: .derived(digest)))
        for record in try renumbered() {
            let payload = try Self.payload(of: record)
            try writer.append(
                sequence: record.sequence.rawValue, time: record.time.nanoseconds,
                topic: UInt8(record.topic), cause: record.cause.rawValue,
                producer: record.producer.rawValue
            ) { payload.encode(into: &$0) }
        }
        guard case .closed(let end) = status else { return }
        _ = try writer.close(end)
    }

    private static func payload(of record: AuditRecord) throws -> any EventPayload {
        let types: [UInt32: any EventPayload.Type] = [
            0: ControlEvent.self, 1: Lifecycle.self, 2: Frame.self, 6: Intent.self,
            7: OrderRecord.self, 8: OrderUpdate.self, 9: Fill.self, 10: Booking.self,
            11: LotClosed.self, 12: Snapshot.self, 16: Note.self, 17: Wake.self, 18: Halt.self,
        ]
        var reader = RecordReader(
            record.payload, recordTime: record.time.nanoseconds,
            recordSequence: record.sequence.rawValue)
        return try #require(types[record.topic]).init(from: &reader)
    }

    /// What the checks find in it.
    func findings() throws -> [SemanticFinding] {
        var semantics = AuditSemantics(limit: 1000)
        for record in try renumbered() { try semantics.take(record) }
        semantics.finish(status)
        let counted = SemanticRule.allCases.reduce(0) { $0 + semantics.count($1) }
        #expect(counted >= UInt64(semantics.kept.count))
        return semantics.kept
    }
}

extension Booking {
    func with(
        fill: SequenceNumber? = nil, cashChange: Money? = nil, fee: Money? = nil,
        cashAfter: Money? = nil, positionAfter: SignedQuantity? = nil, realised: Money? = nil
    ) -> Booking {
        Booking(
            fill: fill ?? self.fill, account: account, strategy: strategy, instrument: instrument,
            kind: kind, cashChange: cashChange ?? self.cashChange, fee: fee ?? self.fee,
            cashAfter: cashAfter ?? self.cashAfter,
            positionAfter: positionAfter ?? self.positionAfter, realised: realised ?? self.realised)
    }
}

extension Snapshot {
    func with(
        equity: Money? = nil, realised: Money? = nil, unrealised: Money? = nil,
        fees: Money? = nil, gross: Money? = nil
    ) -> Snapshot {
        Snapshot(
            account: account, cash: cash, equity: equity ?? self.equity,
            realised: realised ?? self.realised, unrealised: unrealised ?? self.unrealised,
            fees: fees ?? self.fees, grossExposure: gross ?? grossExposure,
            netExposure: netExposure)
    }
}

extension Fill {
    func with(
        leaves: Quantity? = nil, label: Timestamp? = nil, notional: Money? = nil, fee: Money? = nil
    ) -> Fill {
        Fill(
            order: order, strategy: strategy, account: account, instrument: instrument, side: side,
            liquidity: liquidity, point: point, rule: rule, price: price, reference: reference,
            quantity: quantity, leaves: leaves ?? self.leaves, notional: notional ?? self.notional,
            fee: fee ?? self.fee,
            slippage: slippage, rebate: rebate, executedAt: executedAt,
            label: label ?? self.label, reportAt: reportAt)
    }
}

extension OrderUpdate {
    func with(
        instrument: InstrumentID? = nil, change: OrderChange? = nil, reason: OrderReason? = nil,
        order: OrderID? = nil, leaves: Quantity? = nil
    ) -> OrderUpdate {
        OrderUpdate(
            order: order ?? self.order, strategy: strategy, account: account,
            instrument: instrument ?? self.instrument, change: change ?? self.change,
            reason: reason ?? self.reason, limit: limit, leaves: leaves ?? self.leaves,
            reportAt: reportAt)
    }
}

extension LotClosed {
    func with(quantity: Quantity? = nil, openFee: Money? = nil) -> LotClosed {
        LotClosed(
            account: account, strategy: strategy, instrument: instrument, side: side,
            quantity: quantity ?? self.quantity, openedAt: openedAt, closedAt: closedAt,
            openNotional: openNotional, closeNotional: closeNotional,
            openFee: openFee ?? self.openFee, closeFee: closeFee, grossProfit: grossProfit)
    }
}

extension EditedLog {
    /// A frame with its bars changed.
    func frame(
        at place: Int, startingEarlierBy nanoseconds: Int64 = 0, closingHigherBy ticks: Int64 = 0
    ) throws -> Frame {
        var frame = try payload(Topics.frame, at: place)
        for slot in frame.slots.indices {
            let bar = frame.slots[slot].bar
            frame.slots[slot] = FrameSlot(
                coverage: frame.slots[slot].coverage,
                bar: Bar(
                    instrument: bar.instrument, series: bar.series,
                    start: Timestamp(nanoseconds: bar.start.nanoseconds - nanoseconds),
                    end: bar.end, label: bar.label, open: bar.open, high: bar.high, low: bar.low,
                    close: Price(ticks: bar.close.ticks + ticks), volume: bar.volume))
        }
        return frame
    }
}
