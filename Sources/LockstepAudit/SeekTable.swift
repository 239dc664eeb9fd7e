/// The last frame of a closed log: the table of the zstd seekable format, version 0.1.
///
/// One entry for each block, its head and frame taken together; the head of the file is joined to
/// the first entry, and the index is a last entry without content. A log without blocks has one
/// entry for the head of the file and the index.
struct SeekTable: Hashable {
    static let footerMark: UInt32 = 0x8F92_EAB1
    static let footer = 9

    /// One frame of the seekable format.
    struct Entry: Hashable {
        var compressed: UInt32
        var decompressed: UInt32
    }

    var entries: [Entry]

    init(entries: [Entry]) { self.entries = entries }

    /// The table of a log.
    ///
    /// - Parameters:
    ///   - headLength: The bytes of the head of the file.
    ///   - blocks: The bytes of each block with its head, and of its records.
    ///   - indexLength: The bytes of the index.
    init(headLength: Int, blocks: [Entry], indexLength: Int) {
        entries = blocks + [Entry(compressed: UInt32(indexLength), decompressed: 0)]
        entries[0].compressed += UInt32(headLength)
    }

    /// The frame.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(SkippableFrame.prefix + entries.count * 8 + Self.footer)
        bytes.appendNumber(SkippableFrame.seekTable)
        bytes.appendNumber(UInt32(entries.count * 8 + Self.footer))
        for entry in entries {
            bytes.appendNumber(entry.compressed)
            bytes.appendNumber(entry.decompressed)
        }
        bytes.appendNumber(UInt32(entries.count))
        // The descriptor: no checksums.
        bytes.append(0)
        bytes.appendNumber(Self.footerMark)
        return bytes
    }

    /// The length of the whole frame, from the last nine bytes of the file.
    static func length(footer bytes: Span<UInt8>) throws(AuditFault) -> Int {
        guard bytes.count == footer, bytes.number(UInt32.self, at: 5) == footerMark, bytes[4] == 0
        else { throw .seekTable }
        return SkippableFrame.prefix + Int(bytes.number(UInt32.self, at: 0)) * 8 + footer
    }

    /// Reads a frame.
    init(_ bytes: Span<UInt8>) throws(AuditFault) {
        let fixed = SkippableFrame.prefix + Self.footer
        guard bytes.count >= fixed + 8, (bytes.count - fixed) % 8 == 0,
            bytes.number(UInt32.self, at: 0) == SkippableFrame.seekTable,
            Int(bytes.number(UInt32.self, at: 4)) == bytes.count - SkippableFrame.prefix,
            try Self.length(footer: bytes.extracting(bytes.count - Self.footer..<bytes.count))
                == bytes.count
        else { throw .seekTable }
        var entries: [Entry] = []
        for at in stride(from: SkippableFrame.prefix, to: bytes.count - Self.footer, by: 8) {
            entries.append(
                Entry(
                    compressed: bytes.number(UInt32.self, at: at),
                    decompressed: bytes.number(UInt32.self, at: at + 4)))
        }
        self.init(entries: entries)
    }
}
