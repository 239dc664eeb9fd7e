import LockstepBus
import LockstepFiles
import LockstepModel

/// Reads the records of a log in order.
///
/// A log that is cut or damaged is read up to there. Memory is bounded whatever the file says: one
/// block of at most 8 MiB, its compressed bytes, a window of 8 MiB, and the index. With a filter,
/// blocks that cannot match are passed over without being decompressed; the digest is then not
/// checked, which ``AuditVerifier`` does.
public final class AuditLogReader {
    /// What messages call the log: its path.
    public let name: String
    /// The index of a closed log; `nil` while there is none.
    public let index: AuditIndex?
    /// Which records are wanted.
    public let filter: AuditFilter
    /// In what state the log is; known when ``next()`` has returned `nil`.
    public private(set) var status: AuditStatus?
    /// What was left out so far, where reading goes on behind damage.
    public private(set) var gaps: [AuditGap] = []

    /// What the filter asks for, so that it is not copied for every record.
    private let wantsAll: Bool
    private let wantsInstruments: Bool
    private let salvaging: Bool
    let scanner: BlockScanner
    private var at = 0
    private var end = 0
    private var time: Int64 = 0
    private var sequence: UInt64 = 1

    /// Opens a log.
    ///
    /// - Parameters:
    ///   - path: The file; nothing in it is run or used as a path.
    ///   - filter: Which records are wanted.
    /// - Throws: ``AuditError/files(_:)`` or ``AuditError/notALog(path:_:)``.
    public convenience init(
        path: String, filter: AuditFilter = AuditFilter()
    ) throws(AuditError) {
        try self.init(AuditLog(path: path), filter: filter)
    }

    /// Opens a log in memory.
    ///
    /// - Parameters:
    ///   - bytes: The log.
    ///   - filter: Which records are wanted.
    /// - Throws: ``AuditError/notALog(path:_:)``.
    public convenience init(
        bytes: [UInt8], filter: AuditFilter = AuditFilter()
    ) throws(AuditError) {
        try self.init(AuditLog(bytes: bytes), filter: filter)
    }

    /// Reads a log from a place on.
    init(
        _ log: AuditLog, filter: AuditFilter, from place: BlockPlace? = nil,
        salvaging: Bool = false
    ) throws(AuditError) {
        name = log.name
        index = log.index
        self.filter = filter
        self.salvaging = salvaging
        wantsAll = filter.topics == nil && filter.times == nil && filter.sequences == nil
        wantsInstruments = filter.instruments != nil
        scanner = try BlockScanner(log.source, decoder: log.decoder)
        if let place, place.number > 0 { scanner.jump(to: place) }
    }

    /// The head of the file; `nil` when the file ends within it.
    public var header: AuditHeader? { scanner.header }

    /// Reads fields; knows the schemas and names of the log from the beginning.
    public var decoder: AuditDecoder { scanner.decoder }

    /// How many blocks were read and decompressed, and not passed over.
    public var blocksRead: UInt64 { scanner.blocksRead }

    /// The next record that is wanted.
    ///
    /// - Returns: The record, or `nil` at the end; ``status`` then tells which end it is.
    /// - Throws: ``AuditError/files(_:)``; with a filter for instruments also what decoding throws.
    public func next() throws(AuditError) -> AuditRecord? {
        while true {
            if at >= end, try !nextBlock() { return nil }
            guard let record = nextInBlock() else { continue }
            if try matches(record) { return record }
        }
    }

    /// Whether the fields of a record match; its head does.
    private func matches(_ record: AuditRecord) throws(AuditError) -> Bool {
        if !wantsInstruments { return true }
        return filter.matches(try scanner.decoder.decode(record))
    }

    /// The next record of the present block that is wanted, by its head.
    private func nextInBlock() -> AuditRecord? {
        let raw = scanner.raw
        let bytes = raw.span
        while at < end {
            // The block was walked when it was accepted.
            guard let head = try? RecordHead(bytes, &at, count: end, after: time) else {
                at = end
                return nil
            }
            time = head.time
            let number = sequence
            sequence &+= 1
            guard
                wantsAll
                    || filter.matches(topic: head.topic, time: head.time, sequence: number)
            else { continue }
            return AuditRecord(head, number: number, in: raw)
        }
        return nil
    }

    /// Looks again where the log ended: more of it may be there now.
    func resume() { status = nil }

    /// Goes to the next block that may match, and accepts it.
    private func nextBlock() throws(AuditError) -> Bool {
        while status == nil {
            if jumpsToEnd() { break }
            switch try scanner.look() {
            case .end(let end): try settle(end)
            case .block(let head):
                guard filter.mayMatch(head) else {
                    if let end = try scanner.skip(head) { try settle(end) }
                    continue
                }
                if let end = try scanner.accept(head) {
                    try settle(end)
                    continue
                }
                begin(head)
                return true
            }
        }
        return false
    }

    /// Goes to the first record of the block that was accepted.
    private func begin(_ head: AuditBlockHead) {
        at = 0
        end = head.rawLength
        time = head.base.nanoseconds
        sequence = head.firstSequence
    }

    /// How many records of the block at a place match; `nil` where the block is not accepted.
    func count(at place: BlockPlace) throws(AuditError) -> Int? {
        scanner.jump(to: place)
        guard case .block(let head) = try scanner.look(), try scanner.accept(head) == nil else {
            return nil
        }
        begin(head)
        var count = 0
        while let record = nextInBlock() {
            if try matches(record) { count += 1 }
        }
        return count
    }

    /// Takes what ends the log, or goes on behind it.
    private func settle(_ end: AuditStatus) throws(AuditError) {
        if salvaging, let damage = end.damage, let gap = try scanner.pass(damage) {
            gaps.append(gap)
        } else {
            status = gaps.first.map { .corrupt($0.damage) } ?? end
        }
    }

    /// Passes over blocks that the index says cannot match.
    ///
    /// - Returns: Whether nothing is left that may match; the end of the log is then known.
    private func jumpsToEnd() -> Bool {
        guard let index, let present = Int(exactly: scanner.number) else { return false }
        var block = present
        while block < index.entries.count {
            let entry = index.entries[block]
            let next =
                block + 1 < index.entries.count
                ? index.entries[block + 1].firstSequence : index.records + 1
            if filter.mayMatch(
                first: entry.firstSequence, end: next, earliest: entry.earliest,
                latest: entry.latest, topics: entry.topics)
            {
                break
            }
            block += 1
        }
        if block == index.entries.count, block > present {
            // Nothing is left that matches, and the index was checked when the log was opened.
            status = gaps.first.map { .corrupt($0.damage) } ?? .closed(index.status)
            return true
        }
        if block > present {
            scanner.jump(to: index.entries[block].place(of: block))
        }
        return false
    }
}

@available(*, unavailable)
extension AuditLogReader: Sendable {}
