import LockstepBus
import LockstepFiles
import LockstepModel

/// Goes over the records of a block and compares them with its head.
struct BlockWalk {
    /// A record of topic 0 that readers learn from.
    struct Notice {
        let sequence: UInt64
        // A block has at most 8 MiB, and may consist of nothing else.
        private let start: UInt32
        private let fields: UInt32
        private let end: UInt32
        let isSchema: Bool

        init(sequence: UInt64, record: Range<Int>, payload: Range<Int>, isSchema: Bool) {
            self.sequence = sequence
            start = UInt32(record.lowerBound)
            fields = UInt32(payload.lowerBound)
            end = UInt32(payload.upperBound)
            self.isSchema = isSchema
        }

        var record: Range<Int> { Int(start)..<Int(end) }
        var payload: Range<Int> { Int(fields)..<Int(end) }
    }

    private(set) var notices: [Notice] = []
    private(set) var lastTime: Int64
    private(set) var records = InlineArray<64, UInt64>(repeating: 0)
    private(set) var bytes = InlineArray<64, UInt64>(repeating: 0)

    /// Checks every record and what the head says of them.
    ///
    /// - Parameters:
    ///   - raw: A buffer that begins with the records.
    ///   - head: The head of the block.
    /// - Throws: ``AuditFault``.
    init(_ raw: Span<UInt8>, _ head: AuditBlockHead) throws(AuditFault) {
        lastTime = head.base.nanoseconds
        var sequence = head.firstSequence
        var at = 0
        var topics: UInt64 = 0
        var (earliest, latest) = (Int64.max, Int64.min)
        while at < head.rawLength {
            let record: RecordHead
            do throws(RecordError) {
                record = try RecordHead(raw, &at, count: head.rawLength, after: lastTime)
            } catch { throw .record(sequence: sequence, error) }
            guard record.distance < sequence else { throw .cause(sequence: sequence) }
            if record.time != lastTime || sequence == head.firstSequence {
                earliest = min(earliest, record.time)
                latest = max(latest, record.time)
                lastTime = record.time
            }
            let slot = Int(min(record.topic, 63))
            topics |= 1 << UInt64(slot)
            records[slot] &+= 1
            bytes[slot] &+= UInt64(record.end &- record.start)
            if record.topic == 0, record.payload < record.end, raw[record.payload] <= 2 {
                notices.append(
                    Notice(
                        sequence: sequence, record: record.start..<record.end,
                        payload: record.payload..<record.end, isSchema: raw[record.payload] == 0))
            }
            sequence &+= 1
            // A head that promises fewer records would let the number run over its limit.
            guard sequence <= head.endSequence else { throw .contents("record count") }
        }
        guard sequence == head.endSequence else { throw .contents("record count") }
        guard topics == head.topics else { throw .contents("topics") }
        guard earliest == head.earliest.nanoseconds, latest == head.latest.nanoseconds else {
            throw .contents("times")
        }
    }
}
