/// Reads the fields of a record, checking every length before it is used.
public struct RecordReader: Sendable {
    private let storage: ArraySlice<UInt8>
    private var position: Int

    /// The time of the record being read, in nanoseconds; times are relative to it.
    public var recordTime: Int64

    /// The number of the record being read; distances to earlier records are taken from it.
    public var recordSequence: UInt64

    /// Makes a reader at the first field.
    ///
    /// - Parameters:
    ///   - bytes: The record's payload.
    ///   - recordTime: The time of the record, in nanoseconds.
    ///   - recordSequence: The number of the record.
    public init(_ bytes: ArraySlice<UInt8>, recordTime: Int64 = 0, recordSequence: UInt64 = 0) {
        storage = bytes
        position = bytes.startIndex
        self.recordTime = recordTime
        self.recordSequence = recordSequence
    }

    /// Makes a reader at the first field.
    ///
    /// - Parameters:
    ///   - bytes: The record's payload.
    ///   - recordTime: The time of the record, in nanoseconds.
    ///   - recordSequence: The number of the record.
    public init(_ bytes: [UInt8], recordTime: Int64 = 0, recordSequence: UInt64 = 0) {
        self.init(bytes[...], recordTime: recordTime, recordSequence: recordSequence)
    }

    /// How many bytes are left.
    public var remaining: Int { storage.endIndex - position }

    /// Reads a number without sign.
    public mutating func unsigned() throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < storage.endIndex else { throw .truncated }
            let byte = storage[position]
            position += 1
            if shift == 63, byte > 1 { throw .malformedNumber }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                if byte == 0, shift != 0 { throw .malformedNumber }
                return value
            }
            shift += 7
            if shift > 63 { throw .malformedNumber }
        }
    }

    /// Reads a number with sign.
    public mutating func integer() throws(RecordError) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// Reads a number that was written relative to an earlier one.
    public mutating func relative(to base: Int64) throws(RecordError) -> Int64 {
        base &+ (try integer())
    }

    /// Reads an instant, in nanoseconds.
    public mutating func time() throws(RecordError) -> Int64 { recordTime &+ (try span()) }

    /// Reads a length of time, in nanoseconds.
    package mutating func span() throws(RecordError) -> Int64 {
        guard position < storage.endIndex else { throw .truncated }
        let first = storage[position]
        position += 1
        return try RecordSpan.length(first, more: first < 0x80 ? 0 : try unsigned())
    }

    /// Reads the number of an earlier record; 0 for none.
    ///
    /// - Parameter field: The name of the field, for the error.
    /// - Returns: The number, beneath that of the record being read.
    /// - Throws: ``RecordError/outOfRange(field:)`` when it would stand before the first.
    public mutating func record(_ field: String) throws(RecordError) -> UInt64 {
        let distance = try unsigned()
        if distance == 0 { return 0 }
        guard distance < recordSequence else { throw .outOfRange(field: field) }
        return recordSequence - distance
    }

    /// Reads a truth value.
    public mutating func boolean() throws(RecordError) -> Bool {
        switch try unsigned() {
        case 0: return false
        case 1: return true
        default: throw .outOfRange(field: "boolean")
        }
    }

    /// Reads whether an optional field follows.
    public mutating func presence() throws(RecordError) -> Bool { try boolean() }

    /// Reads a floating-point number.
    public mutating func float64() throws(RecordError) -> Double {
        guard remaining >= 8 else { throw .truncated }
        var bits: UInt64 = 0
        for offset in 0..<8 { bits |= UInt64(storage[position + offset]) << UInt64(offset * 8) }
        position += 8
        let value = Double(bitPattern: bits)
        if value.isNaN, bits != 0x7FF8_0000_0000_0000 { throw .outOfRange(field: "float64") }
        return value
    }

    /// Reads a text.
    public mutating func string() throws(RecordError) -> String {
        guard let text = String(validating: try slice(), as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    /// Reads bytes.
    public mutating func bytes() throws(RecordError) -> [UInt8] { Array(try slice()) }

    /// Reads how many values follow.
    ///
    /// - Parameter atLeastBytesEach: The fewest bytes one value takes, so that a hostile count is
    ///   refused before anything is reserved for it.
    /// - Returns: The count.
    /// - Throws: ``RecordError/truncated`` when that many cannot follow.
    public mutating func count(atLeastBytesEach: Int = 1) throws(RecordError) -> Int {
        let count = try unsigned()
        guard count <= UInt64(remaining / max(1, atLeastBytesEach)) else { throw .truncated }
        return Int(count)
    }

    /// Reads a number that must fit a smaller type.
    ///
    /// - Parameters:
    ///   - type: The type.
    ///   - field: The name of the field, for the error.
    /// - Returns: The number.
    /// - Throws: ``RecordError/outOfRange(field:)`` when it does not fit.
    public mutating func unsigned<Value: FixedWidthInteger>(
        _ type: Value.Type, _ field: String
    ) throws(RecordError) -> Value {
        guard let value = Value(exactly: try unsigned()) else { throw .outOfRange(field: field) }
        return value
    }

    /// Checks that every byte was read.
    ///
    /// - Throws: ``RecordError/trailingBytes(_:)`` when some are left.
    public func expectEnd() throws(RecordError) {
        guard remaining == 0 else { throw .trailingBytes(remaining) }
    }

    private mutating func slice() throws(RecordError) -> ArraySlice<UInt8> {
        let count = try unsigned()
        guard count <= UInt64(remaining) else { throw .truncated }
        let slice = storage[position..<position + Int(count)]
        position += Int(count)
        return slice
    }
}
