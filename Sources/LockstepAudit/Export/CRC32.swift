/// The checksum of zlib, PNG and MCAP: CRC-32 with the polynomial 0xEDB88320, reflected.
struct CRC32: Hashable, Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    /// The checksum of all bytes so far; 0 for none.
    var value: UInt32 { ~state }

    /// Goes on with more bytes.
    mutating func update(_ bytes: Span<UInt8>) {
        let tables = Self.tables
        let table = tables.span
        var crc = state
        var at = 0
        while at + 8 <= bytes.count {
            let low = crc ^ bytes.number(UInt32.self, at: at)
            let high = bytes.number(UInt32.self, at: at + 4)
            crc =
                table[0x700 | Int(low & 255)] ^ table[0x600 | Int(low >> 8 & 255)]
                ^ table[0x500 | Int(low >> 16 & 255)] ^ table[0x400 | Int(low >> 24)]
                ^ table[0x300 | Int(high & 255)] ^ table[0x200 | Int(high >> 8 & 255)]
                ^ table[0x100 | Int(high >> 16 & 255)] ^ table[Int(high >> 24)]
            at += 8
        }
        while at < bytes.count {
            crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[at])) & 255)]
            at += 1
        }
        state = crc
    }

    /// The checksum of one run of bytes.
    static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }

    /// Eight tables of 256: what a byte does, with so many bytes behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
            tables[byte] = crc
        }
        for place in 256..<2048 {
            let before = tables[place - 256]
            tables[place] = before >> 8 ^ tables[Int(before & 255)]
        }
        return tables
    }()
}
