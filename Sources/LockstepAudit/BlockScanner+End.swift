import LockstepFiles

/// What follows the blocks: index and table of a log that is closed, or nothing to rely on.
extension BlockScanner {
    /// Whether a fault lies in the middle: there is a later head of this file.
    func search(_ fault: AuditFault) throws(AuditError) -> AuditStatus {
        try nextHead(from: offset + 1) == nil ? .torn(damage(fault)) : .corrupt(damage(fault))
    }

    /// Reads index and table where a log is closed.
    func readEnd() throws(AuditError) -> AuditStatus {
        let bytes = try endBytes()
        do throws(AuditFault) { return try checkEnd(bytes) } catch { return try search(error) }
    }

    /// What follows the blocks, if it is not longer than an end can be.
    private func endBytes() throws(AuditError) -> [UInt8] {
        let limit = 2 * (AuditIndex.greatestPayload + 64)
        let size = try source.size()
        guard size > offset, size - offset <= UInt64(limit) else { return [] }
        return try source.bytes(Int(size - offset), at: offset) ?? []
    }

    private func checkEnd(_ bytes: [UInt8]) throws(AuditFault) -> AuditStatus {
        let all = bytes.span
        guard bytes.count >= SkippableFrame.prefix else { throw .index("length") }
        let length = SkippableFrame.prefix + Int(all.number(UInt32.self, at: 4))
        guard length <= bytes.count,
            length <= SkippableFrame.prefix + AuditIndex.greatestPayload
        else { throw .index("length") }
        let index = try AuditIndex(all.extracting(0..<length))
        guard UInt64(index.entries.count) == number else { throw .index("blocks") }
        guard index.records == nextSequence - 1 else { throw .index("records") }
        if let lastDigest {
            guard index.digest == lastDigest else { throw .index("digest") }
        } else if number == 0 {
            guard let emptyDigest, index.digest == emptyDigest else { throw .index("digest") }
        }
        if hasSeenAll, index.entries != entries { throw .index("entries") }
        if hasReadAll {
            guard index.topics == totals else { throw .index("topics") }
            guard index.copies == copies else { throw .index("copies") }
        }
        let rest = all.extracting(length..<bytes.count)
        guard rest.count >= SkippableFrame.prefix else { throw .seekTable }
        let tableLength = SkippableFrame.prefix + Int(rest.number(UInt32.self, at: 4))
        guard tableLength <= rest.count else { throw .seekTable }
        guard tableLength == rest.count else { throw .bytesAfterEnd }
        let table = try SeekTable(rest)
        if hasSeenAll {
            let expected = SeekTable(
                headLength: headLength, blocks: seekEntries, indexLength: length)
            guard table == expected else { throw .seekTable }
        }
        return .closed(index.status)
    }

    /// The topics that occur, by number.
    var totals: [AuditIndex.TopicTotal] {
        (0..<64).compactMap { slot in
            records[slot] == 0
                ? nil
                : AuditIndex.TopicTotal(
                    topic: UInt32(slot), records: records[slot], bytes: bytes[slot])
        }
    }
}
