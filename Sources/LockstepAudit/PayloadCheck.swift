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
        var at = 0
        var time = head.base.nanoseconds
        var sequence = head.firstSequence
        while at < head.rawLength {
            do throws(RecordError) {
                let record = try RecordHead(bytes, &at, count: head.rawLength, after: time)
                time = record.time
                if let check = checks[Int(min(record.topic, 63))] {
                    try check.run(bytes, record.payload, record.end)
                } else if record.topic == 0 {
                    try Self.checkControl(raw[record.payload..<record.end])
                } else {
                    throw .unknownType
                }
            } catch { throw .record(sequence: sequence, error) }
            sequence &+= 1
        }
    }

    /// The end of a step, which every step has, is checked without being read.
    private static func checkControl(_ payload: ArraySlice<UInt8>) throws(RecordError) {
        var reader = RecordReader(payload)
        if payload.first == 3 {
            _ = try reader.unsigned()
            _ = try reader.unsigned()
        } else {
            _ = try ControlEvent(from: &reader)
        }
        try reader.expectEnd()
    }
}

/// A schema as a list of what to pass over, so that payloads are checked without reading values.
struct PayloadCheck: Sendable {
    /// One field, or the beginning of several.
    enum Step: Sendable {
        case number
        case byte
        case eight
        case text
        case bytes
        /// A byte, and what follows up to a place where it is 1.
        case optional(end: Int)
        /// A count, and what follows up to a place that many times.
        case list(end: Int, least: Int)
        /// Something that no reader knows how to take.
        case refused
    }

    private var steps: [Step] = []

    init(_ schema: RecordSchema) {
        for field in schema.fields { add(field.type) }
    }

    /// Goes over a payload.
    func run(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(RecordError) {
        var at = start
        try run(0..<steps.count, bytes, &at, end)
        if at != end { throw .trailingBytes(end - at) }
    }

    private func run(
        _ range: Range<Int>, _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int
    ) throws(RecordError) {
        var place = range.lowerBound
        while place < range.upperBound {
            switch steps[place] {
            case .number: _ = try RecordHead.number(bytes, &at, end)
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
                if present == 1 { try run(place + 1..<close, bytes, &at, end) }
                place = close
                continue
            case .list(let close, let least):
                let count = try RecordHead.number(bytes, &at, end)
                guard count <= UInt64((end - at) / least) else { throw .truncated }
                for _ in 0..<count { try run(place + 1..<close, bytes, &at, end) }
                place = close
                continue
            case .refused: throw .unknownType
            }
            place += 1
        }
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

    private mutating func add(_ type: RecordSchema.FieldType) {
        switch type {
        case .unsigned, .integer, .price, .quantity, .money, .time, .decimal, .enumeration,
            .symbol:
            steps.append(.number)
        case .relative(let type, _):
            switch type {
            case .unsigned, .integer, .price, .quantity, .money, .time, .decimal:
                steps.append(.number)
            default: steps.append(.refused)
            }
        case .float64: steps.append(.eight)
        case .boolean: steps.append(.byte)
        case .string: steps.append(.text)
        case .bytes: steps.append(.bytes)
        case .optional(let type):
            let place = steps.count
            steps.append(.refused)
            add(type)
            steps[place] = .optional(end: steps.count)
        case .list(let type):
            let place = steps.count
            steps.append(.refused)
            add(type)
            steps[place] = .list(end: steps.count, least: AuditDecoder.leastBytes(type))
        case .row(let fields):
            if fields.isEmpty { steps.append(.refused) }
            for field in fields { add(field.type) }
        }
    }
}
