import LockstepBus
import LockstepFiles
import LockstepModel

/// Goes from block to block and accepts what is right, up to the first byte that is not.
final class BlockScanner {
    /// What stands at the present place.
    enum Step {
        case block(AuditBlockHead)
        case end(AuditStatus)
    }

    let source: AuditSource
    let header: AuditHeader?
    let headLength: Int
    private(set) var decoder: AuditDecoder
    /// The buffer that begins with the records of the block accepted last.
    private(set) var raw: [UInt8] = []

    private(set) var offset: UInt64
    private(set) var number: UInt64 = 0
    private(set) var nextSequence: UInt64 = 1
    private(set) var rawBytes: UInt64 = 0
    private(set) var earliest: Timestamp?
    private(set) var latest: Timestamp?
    private(set) var topics: UInt64 = 0
    private(set) var hadNotices = false
    /// The digest that the last head tells; `nil` before the first.
    private(set) var lastDigest: SHA256Digest?
    private var headFault: AuditFault?
    /// The checksum of the head before the present place; `nil` where it is not known.
    private(set) var previousChecksum: UInt32?
    /// Where the head before the present place begins; `nil` before the first block.
    private(set) var lastHead: UInt64?
    private var nextChecksum: UInt32 = 0
    /// The time of the record before the present place; `nil` where it is not known.
    private(set) var lastTime: Int64? = 0
    /// How many blocks were read from the file, and not passed over.
    private(set) var blocksRead: UInt64 = 0
    private var frame: [UInt8] = []
    private var digest: Digest
    private(set) var schemaChecksum = Checksum()
    private var decompressor: ZstdDecompressor
    private(set) var records = InlineArray<64, UInt64>(repeating: 0)
    private(set) var bytes = InlineArray<64, UInt64>(repeating: 0)
    private(set) var copies: [UInt8] = []
    private(set) var entries: [AuditIndex.Entry] = []
    private(set) var seekEntries: [SeekTable.Entry] = []
    /// Whether the records of every block were read, and whether every head was.
    private(set) var hasReadAll = true
    private(set) var hasSeenAll = true

    /// Opens a log.
    ///
    /// - Parameters:
    ///   - source: Its bytes.
    ///   - decoder: What is known of it already.
    /// - Throws: ``AuditError/notALog(path:_:)`` or ``AuditError/files(_:)``.
    init(_ source: AuditSource, decoder: AuditDecoder = AuditDecoder()) throws(AuditError) {
        self.source = source
        self.decoder = decoder
        do {
            digest = try Digest()
            decompressor = try ZstdDecompressor()
        } catch { throw .files(error) }
        var buffer: [UInt8] = []
        let found = try source.read(into: &buffer, at: 0, count: 12)
        do throws(AuditFault) {
            headLength = try AuditHeader.length(buffer.span.extracting(0..<found))
        } catch .fileHeadCut {
            (header, headLength, offset, headFault) = (nil, 0, 0, .fileHeadCut)
            return
        } catch { throw .notALog(path: source.name, error) }
        guard let bytes = try source.bytes(headLength, at: 0) else {
            (header, offset, headFault) = (nil, 0, .fileHeadCut)
            return
        }
        do throws(AuditFault) {
            let (header, checksum) = try AuditHeader.decode(bytes.span)
            self.header = header
            previousChecksum = checksum
            offset = UInt64(headLength)
        } catch { throw .notALog(path: source.name, error) }
    }

    /// Looks at what stands at the present place.
    func look() throws(AuditError) -> Step {
        if let headFault { return .end(.torn(damage(headFault))) }
        var buffer: [UInt8] = []
        let found = try source.read(into: &buffer, at: offset, count: AuditBlockHead.length)
        if found == 0 { return .end(.torn(damage(.unfinished))) }
        let bytes = buffer.span.extracting(0..<found)
        if found >= 4, bytes.number(UInt32.self, at: 0) == SkippableFrame.index {
            return .end(try readEnd())
        }
        guard found == AuditBlockHead.length else {
            return .end(.torn(damage(.headCut)))
        }
        do throws(AuditFault) {
            let (head, checksum) = try AuditBlockHead.decode(bytes)
            try checkChain(head)
            nextChecksum = checksum
            return .block(head)
        } catch { return .end(try search(error)) }
    }

    /// Passes over a block, of which only the head was read.
    func skip(_ head: AuditBlockHead) throws(AuditError) -> AuditStatus? {
        let end = offset + UInt64(AuditBlockHead.length + head.frameLength)
        if try source.size() < end { return .torn(damage(.frameCut)) }
        hasReadAll = false
        advance(head, lastTime: nil)
        return nil
    }

    /// Goes straight to where a block begins, or the last one ends.
    func jump(to place: BlockPlace) {
        hasReadAll = false
        hasSeenAll = false
        offset = place.offset
        number = place.number
        nextSequence = place.sequence
        previousChecksum = nil
        lastHead = nil
        lastDigest = nil
        lastTime = nil
    }

    /// Gives away the digest of everything accepted; nothing is accepted afterwards.
    func giveDigest() throws(AuditError) -> Digest {
        do throws(FilesError) {
            var given = try Digest()
            swap(&given, &digest)
            return given
        } catch { throw .files(error) }
    }

    /// Reads only as much of a block as its checksum needs.
    func checkFrame(_ head: AuditBlockHead) throws(AuditError) -> AuditStatus? {
        let status = try readFrame(head)
        if status == nil {
            hasReadAll = false
            advance(head, lastTime: nil)
        }
        return status
    }

    /// Reads a block and checks everything about it; its records are then in ``raw``.
    ///
    /// - Parameters:
    ///   - head: The head that ``look()`` has just told.
    ///   - validate: Whether payloads are checked against their schemas too.
    /// - Returns: `nil`, or why the block is not accepted.
    /// - Throws: ``AuditError/files(_:)``.
    func accept(
        _ head: AuditBlockHead, validate: Bool = false
    ) throws(AuditError) -> AuditStatus? {
        if let status = try readFrame(head) { return status }
        do throws(FilesError) {
            let bytes = frame
            try decompressor.decompress(
                bytes.span.extracting(0..<head.frameLength), size: head.rawLength, into: &raw)
        } catch .frameRefused(let fault) {
            return try refuse(head, .frame(fault))
        } catch { throw .files(error) }
        do throws(AuditFault) {
            let content = raw
            let walk = try BlockWalk(content.span, head)
            try learn(walk, head)
            if validate { try decoder.validate(content, head) }
            try checkDigest(content.span.extracting(0..<head.rawLength), head)
            for slot in 0..<64 {
                records[slot] &+= walk.records[slot]
                bytes[slot] &+= walk.bytes[slot]
            }
            hadNotices = !walk.notices.isEmpty
            advance(head, lastTime: walk.lastTime)
            return nil
        } catch { return try refuse(head, error) }
    }

    /// The digest of a stream without records.
    var emptyDigest: SHA256Digest? { try? Digest().finish() }

    // MARK: Parts

    private func advance(_ head: AuditBlockHead, lastTime: Int64?) {
        let length = AuditBlockHead.length + head.frameLength
        if hasSeenAll {
            entries.append(AuditIndex.Entry(of: head, at: offset))
            seekEntries.append(
                SeekTable.Entry(
                    compressed: UInt32(length), decompressed: UInt32(head.rawLength)))
        }
        lastHead = offset
        offset += UInt64(length)
        number += 1
        nextSequence = head.endSequence
        previousChecksum = nextChecksum
        self.lastTime = lastTime
        lastDigest = head.digest
        rawBytes += UInt64(head.rawLength)
        earliest = min(earliest ?? head.earliest, head.earliest)
        latest = max(latest ?? head.latest, head.latest)
        topics |= head.topics
    }

    private func checkChain(_ head: AuditBlockHead) throws(AuditFault) {
        guard head.salt == header?.salt else { throw .chain("salt") }
        guard head.number == number else { throw .chain("block number") }
        guard head.firstSequence == nextSequence else { throw .chain("first sequence") }
        if let previousChecksum, head.previousChecksum != previousChecksum {
            throw .chain("checksum of the head before")
        }
        if let lastTime, head.base.nanoseconds != lastTime { throw .chain("base time") }
    }

    private func readFrame(_ head: AuditBlockHead) throws(AuditError) -> AuditStatus? {
        let start = offset + UInt64(AuditBlockHead.length)
        blocksRead += 1
        let found = try source.read(into: &frame, at: start, count: head.frameLength)
        guard found == head.frameLength else { return .torn(damage(.frameCut)) }
        let bytes = frame
        let checksum = Checksum.crc32c(bytes.span.extracting(0..<found))
        return checksum == head.frameChecksum ? nil : try refuse(head, .frameChecksum)
    }

    private func learn(_ walk: BlockWalk, _ head: AuditBlockHead) throws(AuditFault) {
        for notice in walk.notices {
            do throws(RecordError) {
                try decoder.learn(raw[notice.payload])
            } catch { throw .record(sequence: notice.sequence, error) }
            guard hasReadAll else { continue }
            let copy = Array(raw[notice.record])
            if notice.isSchema { schemaChecksum.update(copy.span) }
            if copies.count + copy.count <= AuditIndex.greatestCopy { copies += copy }
        }
        if hasReadAll, head.schemaChecksum != schemaChecksum.value {
            throw .contents("checksum of schemas")
        }
    }

    private func checkDigest(_ bytes: Span<UInt8>, _ head: AuditBlockHead) throws(AuditFault) {
        guard hasReadAll else { return }
        digest.update(bytes)
        guard let found = try? digest.snapshot(), found == head.digest else { throw .digest }
    }

    /// A block that is wrong is a torn tail where the file ends with it.
    private func refuse(
        _ head: AuditBlockHead, _ fault: AuditFault
    ) throws(AuditError) -> AuditStatus {
        let end = offset + UInt64(AuditBlockHead.length + head.frameLength)
        return try source.size() == end ? .torn(damage(fault)) : .corrupt(damage(fault))
    }

    /// A fault with its place: everything before it is right.
    func damage(_ fault: AuditFault) -> AuditDamage {
        AuditDamage(offset: offset, block: number, lastSequence: nextSequence - 1, fault: fault)
    }
}
