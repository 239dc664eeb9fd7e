import LockstepFiles

/// The index of a closed log, found from the end of the file.
struct AuditTail: Sendable {
    let index: AuditIndex
    let table: SeekTable
    /// Where the index begins.
    let offset: UInt64

    /// Looks for the end of a closed log.
    ///
    /// - Parameters:
    ///   - source: The log.
    ///   - headLength: The bytes of the head of the file.
    /// - Returns: The tail, or `nil` when there is none or it is not right.
    /// - Throws: ``AuditError/files(_:)``.
    static func find(_ source: AuditSource, headLength: Int) throws(AuditError) -> AuditTail? {
        let size = try source.size()
        let footer = UInt64(SeekTable.footer)
        guard size > UInt64(headLength) + footer,
            let end = try source.bytes(SeekTable.footer, at: size - footer)
        else { return nil }
        guard let length = try? SeekTable.length(footer: end.span),
            length <= SkippableFrame.prefix + AuditIndex.greatestPayload,
            UInt64(length) < size,
            let bytes = try source.bytes(length, at: size - UInt64(length)),
            let table = try? SeekTable(bytes.span), let last = table.entries.last
        else { return nil }
        var indexLength = Int(last.compressed)
        if table.entries.count == 1 { indexLength -= headLength }
        guard indexLength > 0,
            indexLength <= SkippableFrame.prefix + AuditIndex.greatestPayload,
            UInt64(length + indexLength) <= size
        else { return nil }
        let offset = size - UInt64(length + indexLength)
        guard let frame = try source.bytes(indexLength, at: offset),
            let index = try? AuditIndex(frame.span)
        else { return nil }
        let tail = AuditTail(index: index, table: table, offset: offset)
        return tail.isConsistent(headLength: headLength) ? tail : nil
    }

    /// Whether index and table speak of the same blocks, which fill the file.
    private func isConsistent(headLength: Int) -> Bool {
        guard index.records < .max, table.entries.count == index.entries.count + 1,
            table.entries.last?.decompressed == 0
        else { return false }
        var place = UInt64(headLength)
        var sequence: UInt64 = 1
        for (number, entry) in index.entries.enumerated() {
            let length = UInt64(table.entries[number].compressed)
            let own = number == 0 ? length &- UInt64(headLength) : length
            guard entry.offset == place, own > UInt64(AuditBlockHead.length), own <= length,
                entry.firstSequence >= sequence, entry.earliest <= entry.latest
            else { return false }
            place += own
            sequence = entry.firstSequence
        }
        return place == offset && (index.entries.isEmpty || sequence <= index.records)
    }

    /// The bytes of the records, by the table.
    var rawBytes: UInt64 { table.entries.reduce(0) { $0 + UInt64($1.decompressed) } }
}
