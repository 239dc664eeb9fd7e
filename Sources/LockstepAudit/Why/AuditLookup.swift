import LockstepBus
import LockstepFiles
import LockstepModel

/// The records of a log by their numbers, and backwards from one of them.
///
/// Of a closed log only the blocks that are asked for are read, and the last few are kept. A log
/// without an index is read once from its beginning, to know how far it is right.
final class AuditLookup {
    /// The most blocks that are kept as records.
    private static let mostKept = 8

    /// What messages call the log: its path.
    let name: String
    /// In what state the log is, as far as that is known without reading all of it.
    let status: AuditStatus
    /// How many records can be asked for.
    let count: UInt64
    private let entries: [AuditIndex.Entry]
    private let scanner: BlockScanner
    private var kept: [(block: Int, records: [AuditRecord])] = []

    /// Opens a log.
    ///
    /// - Throws: ``AuditError/files(_:)`` or ``AuditError/notALog(path:_:)``.
    init(_ log: AuditLog) throws(AuditError) {
        name = log.name
        let scanner = try BlockScanner(log.source, decoder: log.decoder)
        self.scanner = scanner
        if let index = log.index {
            entries = index.entries
            count = index.records
            status = .closed(index.status)
        } else {
            status = try Self.readThrough(scanner)
            entries = scanner.entries
            count = scanner.nextSequence - 1
        }
    }

    /// Reads fields, by all that the log has told so far.
    var decoder: AuditDecoder { scanner.decoder }

    /// The record with a number.
    ///
    /// - Parameter sequence: The number.
    /// - Returns: The record; nil when the log has none of that number.
    /// - Throws: ``AuditError``.
    func record(_ sequence: UInt64) throws(AuditError) -> AuditRecord? {
        guard let block = block(of: sequence) else { return nil }
        let records = try records(ofBlock: block)
        let place = sequence - entries[block].firstSequence
        return place < UInt64(records.count) ? records[Int(place)] : nil
    }

    /// The records before a number, from the nearest to the farthest, until one is the last.
    ///
    /// - Parameters:
    ///   - sequence: Only records before this one.
    ///   - topics: Only records of these topics.
    ///   - body: Takes a record and tells whether to go on.
    /// - Throws: ``AuditError``.
    func walk(
        before sequence: UInt64, topics: Set<UInt32>,
        _ body: (AuditRecord) throws(AuditError) -> Bool
    ) throws(AuditError) {
        guard sequence > 1, let last = block(of: min(sequence - 1, count)) else { return }
        let bits = topics.reduce(UInt64(0)) { $0 | AuditBlockHead.bit(UInt64($1)) }
        for block in stride(from: last, through: 0, by: -1) {
            if entries[block].topics & bits == 0 { continue }
            let records = try records(ofBlock: block)
            for place in records.indices.reversed() {
                let record = records[place]
                if record.sequence.rawValue >= sequence || !topics.contains(record.topic) {
                    continue
                }
                if try !body(record) { return }
            }
        }
    }

    // MARK: Parts

    /// The block that should have a record: the last one that begins at or before it.
    private func block(of sequence: UInt64) -> Int? {
        guard sequence >= 1, sequence <= count else { return nil }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].firstSequence <= sequence {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low > 0 ? low - 1 : nil
    }

    private func records(ofBlock block: Int) throws(AuditError) -> [AuditRecord] {
        if let known = kept.first(where: { $0.block == block }) { return known.records }
        scanner.jump(to: entries[block].place(of: block))
        let records: [AuditRecord]
        switch try scanner.look() {
        case .end(let status): throw .damaged(path: name, status)
        case .block(let head):
            if let status = try scanner.accept(head) { throw .damaged(path: name, status) }
            records = Self.records(scanner.raw, head)
        }
        if kept.count == Self.mostKept { kept.removeFirst() }
        kept.append((block, records))
        return records
    }

    /// The records of a block that was accepted.
    private static func records(_ raw: [UInt8], _ head: AuditBlockHead) -> [AuditRecord] {
        let bytes = raw.span
        var records: [AuditRecord] = []
        records.reserveCapacity(head.count)
        var (at, time, sequence) = (0, head.base.nanoseconds, head.firstSequence)
        while at < head.rawLength,
            let record = try? RecordHead(bytes, &at, count: head.rawLength, after: time)
        {
            time = record.time
            records.append(AuditRecord(record, number: sequence, in: raw))
            sequence += 1
        }
        return records
    }

    private static func readThrough(_ scanner: BlockScanner) throws(AuditError) -> AuditStatus {
        while true {
            switch try scanner.look() {
            case .end(let status): return status
            case .block(let head):
                if let status = try scanner.accept(head) { return status }
            }
        }
    }
}

@available(*, unavailable)
extension AuditLookup: Sendable {}
