import LockstepBus
import LockstepFiles
import LockstepModel

/// The bytes of a log as they are written: head, blocks, index, table.
// Safe because: the writer makes it and from then on its thread alone uses it.
final class BlockFile: @unchecked Sendable {
    private let sink: any AuditSink
    private let settings: AuditLogSettings
    private let salt: UInt64
    private let headLength: Int
    private var digest: Digest
    private var compressor: ZstdCompressor
    /// A block as it is written: the frame behind room for its head.
    private var output: [UInt8] = []
    private var previousChecksum: UInt32
    private var offset: UInt64
    private var records: UInt64 = 0
    private var rawBytes: UInt64 = 0
    private var entries: [AuditIndex.Entry] = []
    private var seekEntries: [SeekTable.Entry] = []

    /// Writes the head of the file.
    init(
        sink: any AuditSink, manifest: AuditManifest, settings: AuditLogSettings
    ) throws(FilesError) {
        self.sink = sink
        self.settings = settings
        switch settings.salt {
        case .random:
            var system = SystemRandomNumberGenerator()
            salt = system.next()
        case .derived(let digest): salt = digest.bytes.span.number(UInt64.self, at: 0)
        }
        digest = try Digest()
        compressor = try ZstdCompressor(settings.compression)
        let head = AuditHeader(salt: salt, manifest: manifest.json(settings)).encoded
        headLength = head.bytes.count
        previousChecksum = head.checksum
        offset = UInt64(headLength)
        try sink.write(head.bytes.span)
        if settings.sync == .block { try sink.synchronize() }
    }

    /// Goes on where a log ceases to be right, of which everything before that is written already.
    ///
    /// - Parameters:
    ///   - scanner: Stands behind the last block, and has accepted all before; it gives its digest.
    ///   - salt: The salt of the log.
    ///   - sink: Where the rest goes.
    ///   - settings: How it is written.
    /// - Throws: ``AuditError/files(_:)``.
    init(
        continuing scanner: BlockScanner, salt: UInt64, sink: any AuditSink,
        settings: AuditLogSettings
    ) throws(AuditError) {
        self.sink = sink
        self.settings = settings
        self.salt = salt
        digest = try scanner.giveDigest()
        do { compressor = try ZstdCompressor(settings.compression) } catch { throw .files(error) }
        headLength = scanner.headLength
        previousChecksum = scanner.previousChecksum ?? 0
        offset = scanner.offset
        records = scanner.nextSequence - 1
        rawBytes = scanner.rawBytes
        entries = scanner.entries
        seekEntries = scanner.seekEntries
    }

    /// Writes a block in one go.
    func write(_ block: SealedBlock) throws(FilesError) {
        let tally = block.tally
        let rawLength = block.writer.count
        var length = 0
        // The buffer is this call's own until the end, so that nothing of it is copied.
        var output: [UInt8] = []
        swap(&output, &self.output)
        defer { swap(&output, &self.output) }
        try block.writer.withBytes { (bytes) throws(FilesError) in
            let raw = Span<UInt8>(_bytes: bytes)
            digest.update(raw)
            length = try compressor.compress(raw, into: &output, at: AuditBlockHead.length)
        }
        var head = AuditBlockHead(digest: try digest.snapshot())
        head.number = UInt64(entries.count)
        head.rawLength = rawLength
        head.frameLength = length
        head.count = tally.count
        head.schemaChecksum = tally.schemaChecksum
        head.firstSequence = tally.firstSequence
        head.earliest = Timestamp(nanoseconds: tally.earliest)
        head.latest = Timestamp(nanoseconds: tally.latest)
        head.topics = tally.topics
        head.salt = salt
        head.previousChecksum = previousChecksum
        let end = AuditBlockHead.length + length
        head.frameChecksum = Checksum.crc32c(
            output.span.extracting(AuditBlockHead.length..<end))
        head.base = Timestamp(nanoseconds: tally.base)
        let encoded = head.encoded
        output.replaceSubrange(0..<AuditBlockHead.length, with: encoded.bytes)
        try sink.write(output.span.extracting(0..<end))
        if settings.sync == .block { try sink.synchronize() }
        entries.append(AuditIndex.Entry(of: head, at: offset))
        seekEntries.append(
            SeekTable.Entry(
                compressed: UInt32(end), decompressed: UInt32(rawLength)))
        previousChecksum = encoded.checksum
        offset += UInt64(end)
        records += UInt64(tally.count)
        rawBytes += UInt64(rawLength)
    }

    /// Writes index and table, and closes.
    func finish(_ ending: BlockQueue.Ending) throws(AuditError) -> AuditLogSummary {
        do throws(FilesError) {
            let digest = try digest.snapshot()
            let index = AuditIndex(
                digest: digest, records: records, status: ending.status, entries: entries,
                topics: ending.topics, copies: ending.copies
            ).encoded
            let table = SeekTable(
                headLength: headLength, blocks: seekEntries, indexLength: index.count)
            let end = index + table.encoded
            try sink.write(end.span)
            if settings.sync != .none { try sink.synchronize() }
            try sink.close()
            return AuditLogSummary(
                digest: digest, records: records, blocks: UInt64(entries.count),
                rawBytes: rawBytes, storedBytes: offset + UInt64(end.count))
        } catch { throw .files(error) }
    }

    /// Whether an index with these copies is one that a reader takes.
    func hasRoom(for ending: BlockQueue.Ending) -> Bool {
        AuditIndex.payload(
            blocks: entries.count, topics: ending.topics.count, copies: ending.copies.count)
            <= AuditIndex.greatestPayload
    }

    /// What messages call it.
    var name: String { sink.name }

    /// How many blocks were written.
    var blocks: Int { entries.count }

    /// Closes without an index, after a failure or when nobody asked for an end.
    func abandon() throws(FilesError) { try sink.close() }
}
