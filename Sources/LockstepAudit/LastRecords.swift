/// Where the last records of a log begin, found by going backwards from its end.
struct LastRecords {
    /// The block with the first of them.
    let place: BlockPlace
    /// How many records of that block match and come before them.
    let skipped: Int

    /// Goes backwards over the blocks that may have records that match.
    ///
    /// What follows a block that is damaged is not accepted, so counting begins anew before it.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - filter: Which records are wanted.
    ///   - count: How many of them.
    /// - Throws: What reading throws.
    init(_ log: AuditLog, _ filter: AuditFilter, _ count: Int) throws(AuditError) {
        let map = try BlockMap(log)
        let reader = try AuditLogReader(log, filter: filter)
        var missing = count
        var block = map.entries.count
        var start = block
        var surplus = 0
        while block > 0, missing > 0 {
            block -= 1
            let entry = map.entries[block]
            guard
                filter.mayMatch(
                    first: entry.firstSequence, end: map.endSequence(block),
                    earliest: entry.earliest, latest: entry.latest, topics: entry.topics)
            else { continue }
            if let found = try reader.count(at: map.place(block)) {
                missing -= found
                surplus = max(0, -missing)
            } else {
                missing = count
                surplus = 0
            }
            start = block
        }
        place = map.place(start)
        skipped = surplus
    }
}

extension AuditLog {
    /// Reads the last records that are wanted, in order.
    ///
    /// Blocks are read from the end backwards, as many as it takes.
    ///
    /// - Parameters:
    ///   - filter: Which records are wanted.
    ///   - count: How many of them at most, not counting what is written later.
    /// - Returns: A reader before the first of them.
    /// - Throws: ``AuditError/files(_:)``; with a filter for instruments also what decoding throws.
    public func reader(
        _ filter: AuditFilter, last count: Int
    ) throws(AuditError) -> AuditLogReader {
        let last = try LastRecords(self, filter, max(0, count))
        let reader = try AuditLogReader(self, filter: filter, from: last.place)
        for _ in 0..<last.skipped { _ = try reader.next() }
        return reader
    }
}
