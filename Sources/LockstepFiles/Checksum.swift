import CChecksum

/// CRC32C (Castagnoli) of bytes: finds damage, proves nothing against intent.
package struct Checksum: Hashable, Sendable {
    /// The checksum of all bytes so far; 0 for none.
    package private(set) var value: UInt32 = 0

    /// Begins with no bytes.
    package init() {}

    /// Goes on with more bytes.
    package mutating func update(_ bytes: Span<UInt8>) {
        value = unsafe bytes.withUnsafeBytes {
            // Safe because: the call reads exactly the buffer it is given and keeps nothing.
            unsafe cchecksum_crc32c(value, $0.baseAddress, $0.count)
        }
    }

    /// The checksum of one run of bytes.
    package static func crc32c(_ bytes: Span<UInt8>) -> UInt32 {
        var checksum = Checksum()
        checksum.update(bytes)
        return checksum.value
    }

    /// The checksum of an array.
    package static func crc32c(_ bytes: [UInt8]) -> UInt32 { crc32c(bytes.span) }

    /// The same by table, for processors without the instruction, and to compare both.
    static func crc32cByTable(_ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBytes {
            // Safe because: the call reads exactly the buffer it is given and keeps nothing.
            unsafe cchecksum_crc32c_table(0, $0.baseAddress, $0.count)
        }
    }
}
