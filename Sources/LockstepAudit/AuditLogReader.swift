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

    /// What the filter asks for, so that it is not copied for every record.
    private let wantsAll: Bool
    private let wantsInstruments: Bool
    private let scanner: BlockScanner
    private let tail: AuditTail?
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
        let file: File
        do { file = try File(reading: path) } catch { throw .files(error) }
        try self.init(.file(file), filter: filter)
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
        try self.init(.memory(bytes), filter: filter)
    }

    init(_ source: AuditSource, filter: AuditFilter) throws(AuditError) {
        name = source.name
        self.filter = filter
        wantsAll = filter.topics == nil && filter.times == nil && filter.sequences == nil
        wantsInstruments = filter.instruments != nil
        let first = try BlockScanner(source)
        tail = try AuditTail.find(source, headLength: first.headLength)
        index = tail?.index
        scanner = try BlockScanner(source, decoder: try Self.prelude(first, index))
    }

    /// The head of the file; `nil` when the file ends within it.
    public var header: AuditHeader? { scanner.header }

    /// Reads fields; knows the schemas and names of the log from the beginning.
    public var decoder: AuditDecoder { scanner.decoder }

    /// The next record that is wanted.
    ///
    /// - Returns: The record, or `nil` at the end; ``status`` then tells which end it is.
    /// - Throws: ``AuditError/files(_:)``; with a filter for instruments also what decoding throws.
    public func next() throws(AuditError) -> AuditRecord? {
        while true {
            if at >= end, try !nextBlock() { return nil }
            guard let record = nextInBlock() else { continue }
            if wantsInstruments {
                guard filter.matches(try scanner.decoder.decode(record)) else { continue }
            }
            return record
        }
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
            return AuditRecord(
                sequence: SequenceNumber(number), time: Timestamp(nanoseconds: head.time),
                topic: UInt32(truncatingIfNeeded: head.topic),
                cause: SequenceNumber(head.distance == 0 ? 0 : number - head.distance),
                producer: ServiceID(UInt16(truncatingIfNeeded: head.producer)),
                payload: raw[head.payload..<head.end])
        }
        return nil
    }

    /// Goes to the next block that may match, and accepts it.
    private func nextBlock() throws(AuditError) -> Bool {
        while status == nil {
            jump()
            switch try scanner.look() {
            case .end(let end): status = end
            case .block(let head):
                if filter.mayMatch(head) {
                    status = try scanner.accept(head)
                    if status != nil { return false }
                    at = 0
                    end = head.rawLength
                    time = head.base.nanoseconds
                    sequence = head.firstSequence
                    return true
                }
                status = try scanner.skip(head)
            }
        }
        return false
    }

    /// Passes over blocks that the index says cannot match, unless the next one may.
    private func jump() {
        guard let index, let present = Int(exactly: scanner.number) else { return }
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
            status = .closed(index.status)
        } else if block > present {
            scanner.jump(to: block, of: index)
        }
    }

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
                    (try? decoder.learn(index.copies[head.payload..<head.end])) != nil
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

@available(*, unavailable)
extension AuditLogReader: Sendable {}
