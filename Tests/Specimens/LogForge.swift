import LockstepBus
import LockstepFiles

/// Writes logs without the writer, byte by byte, with every checksum and digest right.
///
/// What an attacker may choose is taken from the input: records, and with the options also fields of
/// heads and of the index, and bytes of frames.
struct LogForge: ~Copyable {
    /// What is chosen besides the records.
    struct Options {
        /// Bits: 1 a field of a head, 2 a byte of a frame, 4 an index, 8 a field of the index; the two
        /// bits above tell how many blocks there are.
        var kind: UInt8
        var field: UInt8
        var value: UInt8
        var place: UInt8
    }

    private let options: Options
    private var log: [UInt8] = []
    private var previous: UInt32 = 0
    private var digest: Digest
    private var schemas = Checksum()
    private var compressor: ZstdCompressor
    private var number: UInt64 = 0
    private var sequence: UInt64 = 1
    private var time: Int64 = 0
    private var entries: [UInt8] = []
    private var seek: [(UInt32, UInt32)] = []
    private var copies: [UInt8] = []
    private var totals: [UInt32: (records: UInt64, bytes: UInt64)] = [:]
    private var last: [UInt8] = []

    /// Makes a log from an input: records, and four bytes of options at the end.
    static func log(from input: [UInt8]) throws -> [UInt8] {
        let options = input.suffix(4)
        guard options.count == 4 else { return input }
        let at = options.startIndex
        var forge = LogForge(
            Options(
                kind: options[at], field: options[at + 1], value: options[at + 2],
                place: options[at + 3]), try Digest(), try ZstdCompressor())
        return try forge.make(Array(input.dropLast(4)))
    }

    private init(
        _ options: Options, _ digest: consuming Digest, _ compressor: consuming ZstdCompressor
    ) {
        self.options = options
        self.digest = digest
        self.compressor = compressor
    }

    private mutating func make(_ stream: [UInt8]) throws -> [UInt8] {
        var head = Bytes.skippable(0x184D_2A50)
        head +=
            Array("LKA1".utf8) + [0, 0, 0, 0] + Bytes.of(7 as UInt64)
            + Array("{\"run\":\"x\"} ".utf8)
        previous = Self.seal(&head)
        log = head
        let records = Self.records(stream)
        let blocks = min(Int(options.kind >> 4 & 3) + 1, records.count)
        for block in 0..<blocks {
            let part = records[
                records.count * block / blocks..<records.count * (block + 1) / blocks]
            if let first = part.first, let end = part.last {
                try append(Array(stream[first.lowerBound..<end.upperBound]), Array(part), block)
            }
        }
        if options.kind & 4 != 0 { appendIndex(headLength: head.count) }
        return log
    }

    // MARK: Blocks

    private mutating func append(_ raw: [UInt8], _ records: [Range<Int>], _ block: Int) throws {
        var frame: [UInt8] = []
        let length = try compressor.compress(raw.span, into: &frame)
        frame = Array(frame[..<length])
        // One of the blocks may have a frame of the attacker's own.
        let isChosen = block == Int(options.place >> 6) % 4
        if options.kind & 2 != 0, isChosen {
            frame[Int(options.place) % frame.count] ^= max(1, options.value)
        }
        digest.update(raw.span)
        let facts = learn(raw, records)
        var fields: [UInt64] = [
            number, UInt64(raw.count), UInt64(frame.count), UInt64(records.count),
            UInt64(schemas.value), sequence, UInt64(bitPattern: facts.least),
            UInt64(bitPattern: facts.greatest), facts.topics, 7, UInt64(previous),
            UInt64(bitPattern: facts.base), 0, 0,
        ]
        if options.kind & 1 != 0, isChosen {
            let field = Int(options.field) % fields.count
            fields[field] &+= UInt64(bitPattern: Int64(Int8(bitPattern: options.value)))
        }
        var head = Bytes.skippable(0x184D_2A51)
        head += Array("LKB1".utf8) + Bytes.of(UInt32(truncatingIfNeeded: fields[12]))
        head += Bytes.of(fields[0])
        for field in fields[1...4] { head += Bytes.of(UInt32(truncatingIfNeeded: field)) }
        for field in fields[5...9] { head += Bytes.of(field) }
        head += try digest.snapshot().bytes
        head += Bytes.of(UInt32(truncatingIfNeeded: fields[10])) + Bytes.of(Checksum.crc32c(frame))
        head += Bytes.of(fields[11]) + Bytes.of(UInt32(truncatingIfNeeded: fields[13]))
        previous = Self.seal(&head)
        for value in [UInt64(log.count), fields[5], fields[6], fields[7], fields[8]] {
            entries += Bytes.of(value)
        }
        seek.append((UInt32(head.count + frame.count), UInt32(raw.count)))
        log += head + frame
        number += 1
        sequence += UInt64(records.count)
    }

    /// What the head of a block says of its records, as far as they can be understood.
    private mutating func learn(
        _ raw: [UInt8], _ records: [Range<Int>]
    ) -> (least: Int64, greatest: Int64, topics: UInt64, base: Int64) {
        let base = time
        var (least, greatest) = (Int64.max, Int64.min)
        var topics: UInt64 = 0
        let start = records.first?.lowerBound ?? 0
        for range in records {
            let record = Array(raw[range.lowerBound - start..<range.upperBound - start])
            var reader = RecordReader(record)
            guard (try? reader.unsigned()) != nil, let what = try? reader.unsigned() else {
                continue
            }
            if what & 1 == 1, let later = try? reader.span() { time &+= later }
            least = min(least, time)
            greatest = max(greatest, time)
            let slot = min(what >> 1, 63)
            topics |= 1 << slot
            let total = totals[UInt32(slot)] ?? (0, 0)
            totals[UInt32(slot)] = (total.records + 1, total.bytes + UInt64(record.count))
            guard slot == 0, let from = try? reader.unsigned() else { continue }
            if from & 15 == 15 { _ = try? reader.unsigned() }
            guard let kind = try? reader.unsigned(), kind <= 2 else { continue }
            copies += record
            if kind == 0 { schemas.update(record.span) }
        }
        return least > greatest ? (0, 0, 1, base) : (least, greatest, topics, base)
    }

    // MARK: End

    private mutating func appendIndex(headLength: Int) {
        guard let sum = try? digest.snapshot() else { return }
        var index = Bytes.of(0x184D_2A52 as UInt32) + Bytes.of(0 as UInt32)
        var numbers: [UInt64] = [number, sequence - 1, 0, number, UInt64(totals.count)]
        if options.kind & 8 != 0 {
            numbers[Int(options.field) % numbers.count] &+= UInt64(options.value)
        }
        index += Bytes.of(numbers[0]) + sum.bytes + Bytes.of(numbers[1])
        index.append(UInt8(truncatingIfNeeded: numbers[2]))
        index += Bytes.of(UInt32(truncatingIfNeeded: numbers[3])) + entries
        index += Bytes.of(UInt32(truncatingIfNeeded: numbers[4]))
        for topic in totals.keys.sorted() {
            let total = totals[topic] ?? (0, 0)
            index += Bytes.of(topic) + Bytes.of(total.records) + Bytes.of(total.bytes)
        }
        index += Bytes.of(UInt32(copies.count)) + copies
        index.replaceSubrange(4..<8, with: Bytes.of(UInt32(index.count - 4)))
        _ = Self.seal(&index, hasLength: true)
        var sizes = seek + [(UInt32(index.count), 0)]
        sizes[0].0 += UInt32(headLength)
        var table = Bytes.of(0x184D_2A5E as UInt32) + Bytes.of(UInt32(sizes.count * 8 + 9))
        for size in sizes { table += Bytes.of(size.0) + Bytes.of(size.1) }
        table += Bytes.of(UInt32(sizes.count)) + [0] + Bytes.of(0x8F92_EAB1 as UInt32)
        log += index + table
    }

    // MARK: Parts

    /// Where records begin and end by their lengths; what cannot be told is one record.
    private static func records(_ stream: [UInt8]) -> [Range<Int>] {
        var records: [Range<Int>] = []
        var at = 0
        while at < stream.count {
            var reader = RecordReader(stream[at...])
            let before = reader.remaining
            var end = stream.count
            if let length = try? reader.unsigned(), length <= UInt64(reader.remaining) {
                end = at + before - reader.remaining + Int(length)
            }
            records.append(at..<end)
            at = end
        }
        return records
    }

    /// Puts length and checksum into a frame.
    private static func seal(_ frame: inout [UInt8], hasLength: Bool = false) -> UInt32 {
        if !hasLength { frame.replaceSubrange(4..<8, with: Bytes.of(UInt32(frame.count - 4))) }
        let checksum = Checksum.crc32c(frame)
        frame += Bytes.of(checksum)
        return checksum
    }
}

/// Numbers as bytes, the lowest first.
private enum Bytes {
    static func of(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    static func skippable(_ mark: UInt32) -> [UInt8] { of(mark) + of(0 as UInt32) }
}
