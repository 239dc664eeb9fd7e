/// Numbers of a fixed size among bytes, the lowest byte first, as everywhere in a log.
extension Span<UInt8> {
    /// The number at a place; the caller has checked that its bytes are there.
    func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
        var result: Value = 0
        for index in 0..<(Value.bitWidth / 8) {
            let byte = self[offset + index]
            result |= Value(truncatingIfNeeded: byte) << Value(truncatingIfNeeded: index * 8)
        }
        return result
    }

    /// Eight bytes as a number, loaded at once.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset &+ 8 <= count)
        // Safe because: the eight bytes lie within the span.
        return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            .littleEndian
    }

    /// A copy of the bytes in a range.
    func copy(_ range: Range<Int>) -> [UInt8] {
        let part = extracting(range)
        // Safe because: the buffer is read within the closure alone.
        return unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
    }
}

extension [UInt8] {
    /// Appends a number, the lowest byte first.
    mutating func appendNumber(_ value: some FixedWidthInteger) {
        for index in 0..<(value.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: value >> (index * 8)))
        }
    }
}

/// The frames a zstd reader passes over: their marks, and the length of mark and length.
enum SkippableFrame {
    static let fileHead: UInt32 = 0x184D_2A50
    static let blockHead: UInt32 = 0x184D_2A51
    static let index: UInt32 = 0x184D_2A52
    static let seekTable: UInt32 = 0x184D_2A5E
    static let prefix = 8
}
