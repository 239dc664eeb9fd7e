import LockstepBus
import LockstepFiles
import LockstepModel

/// Makes a closed log of one that was cut or damaged.
///
/// Everything that is right is copied byte for byte, and behind it come a record that says where and
/// why the rest was left out, index and seek table. The log itself is never changed, and the copy
/// has its name only when it is whole.
public struct AuditRecovery: Hashable, Sendable {
    /// In what state the log was.
    public let status: AuditStatus
    /// What the copy holds.
    public let summary: AuditLogSummary

    /// How many bytes of the log are not in the copy.
    public let leftOut: UInt64

    /// Copies what is right of a log.
    ///
    /// A log that is whole is copied as it is.
    ///
    /// - Parameters:
    ///   - path: The log.
    ///   - target: The copy, a new file.
    /// - Returns: What was found and written.
    /// - Throws: ``AuditError/sameFile(path:)``, ``AuditError/nothingToRecover(path:)``,
    ///   ``AuditError/files(_:)`` or ``AuditError/notALog(path:_:)``; nothing is left behind then.
    public static func recover(
        path: String, to target: String
    ) throws(AuditError) -> AuditRecovery {
        let source = try AuditSource.open(path)
        if File.identity(of: target) == (try source.identity()) { throw .sameFile(path: path) }
        if File.identity(of: target) != nil { throw .files(.targetExists(path: target)) }
        return try recover(source) { () throws(FilesError) in
            RecoverySink(try AsideFile(creating: target))
        }
    }

    /// Copies what is right of a log to where a closure says, once that is known.
    static func recover(
        _ source: AuditSource, to sink: () throws(FilesError) -> any AuditSink
    ) throws(AuditError) -> AuditRecovery {
        // Once to see how far it is right, and once to stop there: a block that is refused has left
        // its trace in what was found so far.
        let status = try BlockScanner(source).accept(blocks: nil)
        let scanner = try BlockScanner(source)
        try scanner.accept(blocks: status.damage?.block)
        guard let header = scanner.header else { throw .nothingToRecover(path: source.name) }
        let target: any AuditSink
        do throws(FilesError) { target = try sink() } catch { throw .files(error) }
        let size = try source.size()
        guard let damage = status.damage else {
            try copy(source, upTo: size, to: target)
            do throws(FilesError) {
                try target.synchronize()
                try target.close()
            } catch { throw .files(error) }
            return AuditRecovery(
                status: status, summary: try scanner.summary(storedBytes: size), leftOut: 0)
        }
        try copy(source, upTo: scanner.offset, to: target)
        return AuditRecovery(
            status: status, summary: try close(scanner, header, damage, target),
            leftOut: size - min(size, scanner.offset))
    }

    /// Appends the record of the recovery, index and table.
    private static func close(
        _ scanner: BlockScanner, _ header: AuditHeader, _ damage: AuditDamage,
        _ sink: any AuditSink
    ) throws(AuditError) -> AuditLogSummary {
        let event = ControlEvent.recovered(offset: damage.offset, reason: "\(damage.fault)")
        let time = scanner.lastTime ?? 0
        let block = SealedBlock(capacity: 256)
        block.writer.recordTime = time
        let start = block.writer.beginRecord(
            topic: 0, time: time, sequence: scanner.nextSequence, distance: 0, producer: 0)
        event.encode(into: &block.writer)
        block.writer.prefixLength(from: start)
        block.tally = BlockTally(
            firstSequence: scanner.nextSequence, count: 1, earliest: time, latest: time, topics: 1,
            base: time, schemaChecksum: scanner.schemaChecksum.value)
        let file = try BlockFile(
            continuing: scanner, salt: header.salt, sink: sink, settings: AuditLogSettings())
        let ending = BlockQueue.Ending(
            status: .recovered, topics: scanner.totals(with: block.writer.count),
            copies: scanner.copies)
        guard file.hasRoom(for: ending) else {
            throw .tooManyBlocks(path: file.name, blocks: file.blocks)
        }
        do throws(FilesError) { try file.write(block) } catch { throw .files(error) }
        return try file.finish(ending)
    }

    private static func copy(
        _ source: AuditSource, upTo end: UInt64, to sink: any AuditSink
    ) throws(AuditError) {
        var buffer: [UInt8] = []
        var place: UInt64 = 0
        while place < end {
            let wanted = Int(min(end - place, 1 << 20))
            let found = try source.read(into: &buffer, at: place, count: wanted)
            guard found > 0 else { throw .changed(path: source.name, .shorter) }
            do throws(FilesError) {
                try sink.write(buffer.span.extracting(0..<found))
            } catch { throw .files(error) }
            place += UInt64(found)
        }
    }
}

/// A file that has its name only when it is whole.
private final class RecoverySink: AuditSink {
    private let file: AsideFile

    init(_ file: AsideFile) { self.file = file }

    var name: String { file.path }

    func write(_ bytes: Span<UInt8>) throws(FilesError) { try file.write(bytes) }

    func synchronize() throws(FilesError) { try file.synchronize() }

    func close() throws(FilesError) { try file.publish() }
}

extension BlockScanner {
    /// Checks so many blocks, or everything up to the end or to what is not right.
    @discardableResult
    fileprivate func accept(blocks count: UInt64?) throws(AuditError) -> AuditStatus {
        while true {
            if number == count { return .torn(damage(.unfinished)) }
            switch try look() {
            case .end(let status): return status
            case .block(let head):
                if let status = try accept(head, validate: true) { return status }
            }
        }
    }

    /// The totals of topics with one more control record.
    fileprivate func totals(with bytes: Int) -> [AuditIndex.TopicTotal] {
        let control = totals.first { $0.topic == 0 }
        return [
            AuditIndex.TopicTotal(
                topic: 0, records: (control?.records ?? 0) + 1,
                bytes: (control?.bytes ?? 0) + UInt64(bytes))
        ] + totals.filter { $0.topic != 0 }
    }

    /// What a log holds of which everything was accepted.
    fileprivate func summary(storedBytes: UInt64) throws(AuditError) -> AuditLogSummary {
        let digest = try giveDigest()
        do throws(FilesError) {
            return AuditLogSummary(
                digest: try digest.finish(), records: nextSequence - 1, blocks: number,
                rawBytes: rawBytes, storedBytes: storedBytes)
        } catch { throw .files(error) }
    }
}
