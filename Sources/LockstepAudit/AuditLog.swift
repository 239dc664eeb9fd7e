import LockstepBus
import LockstepFiles
public import LockstepModel

/// A log of a run, opened for questions.
///
/// Opening reads the index of a closed log, or else the set-up at its beginning, and no more. The
/// value does not change afterwards: a log that still grows is opened again, or read with
/// ``AuditFollower``. Any number of readers may be made, and used by several threads at once.
///
/// ```swift
/// let log = try AuditLog(path: "runs/ma-cross-001/audit.lka")
/// for try await fill in log.events(of: Topics.fill) {
///     print(fill.time, fill.payload.side, fill.payload.quantity)
/// }
/// ```
public struct AuditLog: Sendable {
    /// What is known before the first record is read: schemas, texts, and names of the
    /// configuration.
    public let decoder: AuditDecoder
    /// The head of the file; `nil` when the file ends within it.
    public let header: AuditHeader?

    /// How many blocks were read to open it: none of a closed log.
    public let blocksRead: UInt64
    /// Whether anything right has been written behind the head of the file.
    public let hasBegun: Bool

    let source: AuditSource
    /// The end of a closed log.
    let tail: AuditTail?

    /// Opens a log.
    ///
    /// - Parameter path: The file; nothing in it is run or used as a path.
    /// - Throws: ``AuditError/files(_:)`` or ``AuditError/notALog(path:_:)``.
    public init(path: String) throws(AuditError) { try self.init(.open(path)) }

    /// Opens a log in memory.
    ///
    /// - Parameter bytes: The log.
    /// - Throws: ``AuditError/notALog(path:_:)``.
    public init(bytes: [UInt8]) throws(AuditError) { try self.init(.memory(bytes)) }

    init(_ source: AuditSource) throws(AuditError) {
        self.source = source
        let scanner = try BlockScanner(source)
        header = scanner.header
        tail = try AuditTail.find(source, headLength: scanner.headLength)
        decoder = try Self.prelude(scanner, tail?.index)
        hasBegun = tail != nil || scanner.number > 0
        blocksRead = scanner.blocksRead
    }

    /// What messages call the log: its path.
    public var name: String { source.name }

    /// The index of a closed log; `nil` while there is none.
    public var index: AuditIndex? { tail?.index }

    // MARK: Reading

    /// Reads the records in order.
    ///
    /// - Parameters:
    ///   - filter: Which records are wanted.
    ///   - salvaging: Whether to go on behind damage, with a gap, instead of ending there.
    /// - Returns: A reader before the first record.
    /// - Throws: ``AuditError/files(_:)``.
    public func reader(
        _ filter: AuditFilter = AuditFilter(), salvaging: Bool = false
    ) throws(AuditError) -> AuditLogReader {
        try AuditLogReader(self, filter: filter, salvaging: salvaging)
    }

    /// The record with a number; one block is read for it.
    ///
    /// - Parameter sequence: The number, from 1.
    /// - Returns: The record, or `nil` where the log, as far as it is right, has none.
    /// - Throws: ``AuditError/files(_:)``.
    public func record(_ sequence: SequenceNumber) throws(AuditError) -> AuditRecord? {
        let number = sequence.rawValue
        guard number > 0 else { return nil }
        return try reader(AuditFilter(sequences: number...number)).next()
    }

    /// A record and what caused it, each one the cause of the one before.
    ///
    /// - Parameters:
    ///   - sequence: The number of the first record.
    ///   - limit: The most records that are given.
    /// - Returns: The records, latest first; none where the log has no such record.
    /// - Throws: ``AuditError/files(_:)``.
    public func causes(
        of sequence: SequenceNumber, limit: Int = 64
    ) throws(AuditError) -> [AuditRecord] {
        var chain: [AuditRecord] = []
        var next = sequence
        while chain.count < limit, let record = try record(next) {
            chain.append(record)
            next = record.cause
        }
        return chain
    }

    // MARK: Parts

    /// What is known before the first record is read: from the index, or from the set-up.
    private static func prelude(
        _ scanner: BlockScanner, _ index: AuditIndex?
    ) throws(AuditError) -> AuditDecoder {
        if let index {
            var decoder = AuditDecoder()
            var at = 0
            while at < index.copies.count {
                // A copy that is no record ends what the index can tell; the blocks tell the rest.
                guard
                    let head = try? RecordHead(
                        index.copies.span, &at, count: index.copies.count, after: 0),
                    (try? decoder.learn(
                        index.copies[head.payload..<head.end], isHint: true)) != nil
                else { break }
            }
            return decoder
        }
        // The set-up is at the beginning: read on while blocks tell something new.
        while case .block(let head) = try scanner.look() {
            if try scanner.accept(head) != nil { break }
            if !scanner.hadNotices { break }
        }
        return scanner.decoder
    }
}
