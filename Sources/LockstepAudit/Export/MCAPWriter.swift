import LockstepFiles

/// Writes an MCAP file (https://mcap.dev/spec): chunks of messages with zstd, an index of each, and
/// a summary at the end; every checksum of the format is set.
///
/// Equal messages give equal bytes.
final class MCAPWriter {
    /// The marks in front of records.
    enum Opcode: UInt8 {
        case header = 1
        case footer = 2
        case schema = 3
        case channel = 4
        case message = 5
        case chunk = 6
        case messageIndex = 7
        case chunkIndex = 8
        case statistics = 11
        case summaryOffset = 14
        case dataEnd = 15
    }

    private struct ChunkIndex {
        let times: (first: UInt64, last: UInt64)
        let start: UInt64
        let length: UInt64
        let indexes: [(channel: UInt16, offset: UInt64)]
        let indexLength: UInt64
        let compressed: UInt64
        let uncompressed: UInt64
    }

    private static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
    private static let compression = "zstd"
    /// The size from which a chunk is written, before compression.
    private static let chunkSize = 1 << 20

    private let file: AsideFile
    private var compressor: ZstdCompressor
    private var checksum = CRC32()
    /// How many bytes were written.
    private var offset: UInt64 = 0

    private var chunk: [UInt8] = []
    private var frame: [UInt8] = []
    private var times: (first: UInt64, last: UInt64)?
    private var places: [UInt16: [(time: UInt64, offset: UInt64)]] = [:]

    private var schemas: [UInt8] = []
    private var channels: [UInt8] = []
    private var counts: [UInt16: UInt64] = [:]
    private var total: UInt64 = 0
    private var allTimes: (first: UInt64, last: UInt64) = (0, 0)
    private var chunks: [ChunkIndex] = []

    /// Begins a file.
    ///
    /// - Parameter file: The file, still empty.
    /// - Throws: ``AuditError/files(_:)``.
    init(_ file: AsideFile) throws(AuditError) {
        self.file = file
        do { compressor = try ZstdCompressor() } catch { throw .files(error) }
        var header: [UInt8] = []
        header.appendText("")
        header.appendText("lockstep")
        try put(Self.magic + Self.record(.header, header))
    }

    /// Declares a channel of JSON messages with a schema of its own, of the same number.
    func declare(channel: UInt16, name: String, schema: String) {
        var bytes: [UInt8] = []
        bytes.appendNumber(channel)
        bytes.appendText(name)
        bytes.appendText("jsonschema")
        bytes.appendText(schema)
        let schemaRecord = Self.record(.schema, bytes)
        bytes = []
        bytes.appendNumber(channel)
        bytes.appendNumber(channel)
        bytes.appendText(name)
        bytes.appendText("json")
        bytes.appendNumber(UInt32(0))
        let channelRecord = Self.record(.channel, bytes)
        counts[channel] = 0
        chunk += schemaRecord
        chunk += channelRecord
        schemas += schemaRecord
        channels += channelRecord
    }

    /// Whether a channel was declared.
    func has(_ channel: UInt16) -> Bool { counts[channel] != nil }

    /// Appends a message to a channel that was declared; times do not fall.
    func write(
        channel: UInt16, sequence: UInt32, time: UInt64, _ data: String
    ) throws(AuditError) {
        places[channel, default: []].append((time, UInt64(chunk.count)))
        times = (times?.first ?? time, time)
        if total == 0 { allTimes.first = time }
        allTimes.last = time
        counts[channel, default: 0] += 1
        total += 1
        let text = data.utf8
        chunk.append(Opcode.message.rawValue)
        chunk.appendNumber(UInt64(22 + text.count))
        chunk.appendNumber(channel)
        chunk.appendNumber(sequence)
        chunk.appendNumber(time)
        chunk.appendNumber(time)
        chunk += text
        if chunk.count >= Self.chunkSize { try writeChunk() }
    }

    /// Writes what is left, and the summary.
    func finish() throws(AuditError) {
        if !chunk.isEmpty { try writeChunk() }
        var end: [UInt8] = []
        end.appendNumber(checksum.value)
        try put(Self.record(.dataEnd, end))
        try put(summary())
        try file.finish()
    }

    // MARK: Parts

    private func writeChunk() throws(AuditError) {
        let times = times ?? (0, 0)
        let start = offset
        let content = chunk
        let length: Int
        do {
            length = try compressor.compress(content.span, into: &frame)
        } catch { throw .files(error) }
        var bytes: [UInt8] = []
        bytes.appendNumber(times.first)
        bytes.appendNumber(times.last)
        bytes.appendNumber(UInt64(content.count))
        bytes.appendNumber(CRC32.checksum(content.span))
        bytes.appendText(Self.compression)
        bytes.appendNumber(UInt64(length))
        bytes += frame[..<length]
        try put(Self.record(.chunk, bytes))
        let end = offset
        var indexes: [(channel: UInt16, offset: UInt64)] = []
        for channel in places.keys.sorted() {
            indexes.append((channel, offset))
            var index: [UInt8] = []
            index.appendNumber(channel)
            let entries = places[channel] ?? []
            index.appendNumber(UInt32(entries.count * 16))
            for entry in entries {
                index.appendNumber(entry.time)
                index.appendNumber(entry.offset)
            }
            try put(Self.record(.messageIndex, index))
        }
        chunks.append(
            ChunkIndex(
                times: times, start: start, length: end - start, indexes: indexes,
                indexLength: offset - end, compressed: UInt64(length),
                uncompressed: UInt64(content.count)))
        chunk = []
        places.removeAll(keepingCapacity: true)
        self.times = nil
    }

    /// The summary, the table of its groups, and the footer.
    private func summary() -> [UInt8] {
        let start = offset
        var bytes: [UInt8] = []
        var groups: [(Opcode, start: UInt64, length: UInt64)] = []
        func add(_ opcode: Opcode, _ records: [UInt8]) {
            if records.isEmpty { return }
            groups.append((opcode, start + UInt64(bytes.count), UInt64(records.count)))
            bytes += records
        }
        add(.schema, schemas)
        add(.channel, channels)
        add(.statistics, Self.record(.statistics, statistics()))
        add(.chunkIndex, chunks.flatMap { Self.record(.chunkIndex, Self.bytes(of: $0)) })
        let table = start + UInt64(bytes.count)
        for group in groups {
            var entry: [UInt8] = [group.0.rawValue]
            entry.appendNumber(group.start)
            entry.appendNumber(group.length)
            bytes += Self.record(.summaryOffset, entry)
        }
        bytes.append(Opcode.footer.rawValue)
        bytes.appendNumber(UInt64(20))
        bytes.appendNumber(start)
        bytes.appendNumber(table)
        let checksum = CRC32.checksum(bytes.span)
        bytes.appendNumber(checksum)
        return bytes + Self.magic
    }

    private func statistics() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendNumber(total)
        bytes.appendNumber(UInt16(counts.count))
        bytes.appendNumber(UInt32(counts.count))
        bytes.appendNumber(UInt32(0))
        bytes.appendNumber(UInt32(0))
        bytes.appendNumber(UInt32(chunks.count))
        bytes.appendNumber(allTimes.first)
        bytes.appendNumber(allTimes.last)
        bytes.appendNumber(UInt32(counts.count * 10))
        for channel in counts.keys.sorted() {
            bytes.appendNumber(channel)
            bytes.appendNumber(counts[channel] ?? 0)
        }
        return bytes
    }

    private static func bytes(of index: ChunkIndex) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendNumber(index.times.first)
        bytes.appendNumber(index.times.last)
        bytes.appendNumber(index.start)
        bytes.appendNumber(index.length)
        bytes.appendNumber(UInt32(index.indexes.count * 10))
        for (channel, offset) in index.indexes {
            bytes.appendNumber(channel)
            bytes.appendNumber(offset)
        }
        bytes.appendNumber(index.indexLength)
        bytes.appendText(compression)
        bytes.appendNumber(index.compressed)
        bytes.appendNumber(index.uncompressed)
        return bytes
    }

    private static func record(_ opcode: Opcode, _ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [opcode.rawValue]
        bytes.appendNumber(UInt64(content.count))
        return bytes + content
    }

    private func put(_ bytes: [UInt8]) throws(AuditError) {
        checksum.update(bytes.span)
        do { try file.write(bytes.span) } catch { throw .files(error) }
        offset += UInt64(bytes.count)
    }
}

extension [UInt8] {
    /// Appends a text with its length in front, as MCAP has it.
    fileprivate mutating func appendText(_ text: String) {
        appendNumber(UInt32(text.utf8.count))
        self += text.utf8
    }
}
