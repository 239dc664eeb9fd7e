import LockstepBus
import LockstepModel

extension AuditDecoder {
    /// Checks that every payload of a block fits the schema of its topic.
    ///
    /// - Parameters:
    ///   - raw: A buffer that begins with the records of a block that was walked already.
    ///   - head: The head of the block.
    /// - Throws: ``AuditFault/record(sequence:_:)``.
    func validate(_ raw: [UInt8], _ head: AuditBlockHead) throws(AuditFault) {
        let bytes = raw.span
        let check = check
        var at = 0
        var time = head.base.nanoseconds
        var sequence = head.firstSequence
        while at < head.rawLength {
            do throws(RecordError) {
                let record = try RecordHead(bytes, &at, count: head.rawLength, after: time)
                time = record.time
                if record.topic == 0 {
                    try Self.checkControl(raw, bytes, record)
                } else {
                    try check.run(record, bytes, sequence: sequence)
                }
            } catch { throw .record(sequence: sequence, error) }
            sequence &+= 1
        }
    }

    /// The end of a step, which every step has, is checked without being read.
    private static func checkControl(
        _ raw: [UInt8], _ bytes: Span<UInt8>, _ record: RecordHead
    ) throws(RecordError) {
        let size = record.end - record.payload
        if size > 0, bytes[record.payload] == 3 {
            if size > 1 { throw .trailingBytes(size - 1) }
        } else {
            var reader = RecordReader(raw[record.payload..<record.end])
            _ = try ControlEvent(from: &reader)
            try reader.expectEnd()
        }
    }
}

extension AuditDecoder {
    /// Whether a payload fits the schema of its topic, without reading its values.
    ///
    /// - Parameter record: A record of a topic other than 0.
    /// - Returns: What ``decode(_:)`` would say too.
    package func passes(_ record: AuditRecord) -> Bool {
        let bytes = Array(record.payload)
        var at = 0
        do throws(RecordError) {
            try check.run(
                topic: UInt64(record.topic), bytes.span, &at, bytes.count,
                record.sequence.rawValue)
        } catch { return false }
        return true
    }
}

/// Schemas as a list of what to pass over, so that payloads are checked without reading values.
struct PayloadCheck: Sendable {
    /// One field, or the beginning of several.
    enum Step: Sendable {
        /// So many numbers.
        case numbers(Int)
        /// A length of time.
        case span
        case byte
        case eight
        case text
        case bytes
        /// A distance to a record that is not before the first.
        case record
        /// A byte, and what follows up to a place where it is 1.
        case optional(end: Int)
        /// A count, and what follows up to a place that many times.
        case list(end: Int, least: Int)
        /// A row with marks of at most so many bits, up to a place.
        case row(end: Int, bits: UInt64)
        /// So many bits that a truth value has; only the lowest may be set.
        case boolean(at: UInt64, bits: UInt64)
        /// A number that is not zero, where a bit of the marks is set.
        case markedNumber(at: UInt64)
        /// A distance to an earlier record, where a bit of the marks is set.
        case markedRecord(at: UInt64)
        /// A length of time that is not zero, where a bit of the marks is set.
        case markedSpan(at: UInt64)
        /// What follows up to a place, where a bit of the marks is set.
        case marked(at: UInt64, end: Int)
        /// A list that is not empty, where a bit of the marks is set.
        case markedList(at: UInt64, end: Int, least: Int)
        /// Something that no reader knows how to take.
        case refused
    }

    var steps: [Step] = []
    /// Steps before this place belong to another group: numbers are not counted together with them.
    var floor = 0

    /// The steps of each topic that has a schema.
    private var topics = [Range<Int>?](repeating: nil, count: 63)

    init() {}

    /// Adds the schema of a topic from 1 to 62.
    mutating func add(_ schema: RecordSchema, of topic: Int) {
        let start = steps.count
        floor = start
        addRow(schema.fields)
        topics[topic] = start..<steps.count
    }

    /// Forgets the schema of a topic.
    mutating func remove(_ topic: Int) { if topic < topics.count { topics[topic] = nil } }

    /// Goes over the payload of a record.
    func run(
        _ record: RecordHead, _ bytes: Span<UInt8>, sequence: UInt64
    ) throws(RecordError) {
        var at = record.payload
        try run(topic: record.topic, bytes, &at, record.end, sequence)
    }

    /// Goes over a payload that begins and ends at places.
    func run(
        topic: UInt64, _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, _ sequence: UInt64
    ) throws(RecordError) {
        guard topic < 63, let range = topics[Int(topic)] else { throw .unknownType }
        try run(range, bytes, &at, end, marks: 0, sequence)
        if at != end { throw .trailingBytes(end - at) }
    }

    private func run(
        _ range: Range<Int>, _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, marks: UInt64,
        _ sequence: UInt64
    ) throws(RecordError) {
        var place = range.lowerBound
        while place < range.upperBound {
            switch steps[place] {
            case .numbers(let count):
                for _ in 0..<count { try RecordHead.skip(bytes, &at, end) }
            case .span: _ = try RecordHead.span(bytes, &at, end)
            case .record:
                guard try RecordHead.number(bytes, &at, end) < max(sequence, 1) else {
                    throw .outOfRange(field: "record")
                }
            case .markedRecord(let bit):
                if marks &>> bit & 1 == 1 {
                    let distance = try RecordHead.number(bytes, &at, end)
                    guard distance != 0, distance < sequence else {
                        throw .outOfRange(field: "record")
                    }
                }
            case .markedNumber(let bit):
                if marks &>> bit & 1 == 1 {
                    guard try RecordHead.number(bytes, &at, end) != 0 else {
                        throw .outOfRange(field: "marks")
                    }
                }
            case .markedSpan(let bit):
                if marks &>> bit & 1 == 1 {
                    guard try RecordHead.span(bytes, &at, end) != 0 else {
                        throw .outOfRange(field: "marks")
                    }
                }
            case .row(let close, let bits):
                let marks = try RecordHead.number(bytes, &at, end)
                // A shift by 64 bits or more leaves nothing.
                guard marks >> bits == 0 else { throw .outOfRange(field: "marks") }
                try run(place + 1..<close, bytes, &at, end, marks: marks, sequence)
                place = close
                continue
            case .boolean(let bit, let bits):
                guard marks &>> bit & (1 &<< bits &- 1) <= 1 else {
                    throw .outOfRange(field: "boolean")
                }
            case .marked(let bit, let close):
                if marks &>> bit & 1 == 1 {
                    try run(place + 1..<close, bytes, &at, end, marks: 0, sequence)
                }
                place = close
                continue
            case .markedList(let bit, let close, let least):
                if marks &>> bit & 1 == 1 {
                    let count = try count(bytes, &at, end, least: least)
                    guard count > 0 else { throw .outOfRange(field: "marks") }
                    for _ in 0..<count {
                        try run(place + 1..<close, bytes, &at, end, marks: 0, sequence)
                    }
                }
                place = close
                continue
            case .byte:
                guard try RecordHead.number(bytes, &at, end) <= 1 else {
                    throw .outOfRange(field: "boolean")
                }
            case .eight:
                guard end - at >= 8 else { throw .truncated }
                let value = Double(bitPattern: bytes.number(UInt64.self, at: at))
                if value.isNaN, value.bitPattern != 0x7FF8_0000_0000_0000 {
                    throw .outOfRange(field: "float64")
                }
                at += 8
            case .text:
                let text = try slice(bytes, &at, end)
                guard String(validating: bytes.copy(text), as: UTF8.self) != nil else {
                    throw .notUTF8
                }
            case .bytes: _ = try slice(bytes, &at, end)
            case .optional(let close):
                let present = try RecordHead.number(bytes, &at, end)
                guard present <= 1 else { throw .outOfRange(field: "boolean") }
                if present == 1 { try run(place + 1..<close, bytes, &at, end, marks: 0, sequence) }
                place = close
                continue
            case .list(let close, let least):
                let count = try count(bytes, &at, end, least: least)
                for _ in 0..<count {
                    try run(place + 1..<close, bytes, &at, end, marks: 0, sequence)
                }
                place = close
                continue
            case .refused: throw .unknownType
            }
            place += 1
        }
    }

    /// How many values follow; refused when they cannot fit.
    private func count(
        _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, least: Int
    ) throws(RecordError) -> UInt64 {
        let count = try RecordHead.number(bytes, &at, end)
        guard count <= UInt64((end - at) / least) else { throw .truncated }
        return count
    }

    private func slice(
        _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int
    ) throws(RecordError) -> Range<Int> {
        let count = try RecordHead.number(bytes, &at, end)
        guard count <= UInt64(end - at) else { throw .truncated }
        let start = at
        at += Int(count)
        return start..<at
    }
}
