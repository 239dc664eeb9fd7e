import Foundation
import LockstepAudit
import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

/// A payload with a field of every type, for tests of the log.
struct Sample: EventPayload, Hashable {
    var number: UInt64
    var time: Int64
    var amount: Double
    var text: String

    static let schema = RecordSchema([
        .init("instrument", .unsigned),
        .init("number", .unsigned),
        .init("signed", .integer),
        .init("price", .price),
        .init("high", .relative(.price, to: 3)),
        .init("size", .quantity),
        .init("cash", .money),
        .init("at", .time),
        .init("rate", .decimal(scale: 3)),
        .init("amount", .float64),
        .init("open", .boolean),
        .init("side", .enumeration([.init(0, "buy"), .init(1, "sell")])),
        .init("tag", .symbol),
        .init("text", .string),
        .init("blob", .bytes),
        .init("limit", .optional(.price)),
        .init(
            "levels",
            .list(.row([.init("price", .price), .init("size", .relative(.quantity, to: 0))]))),
        .init(
            "marked",
            .row([
                .init("kind", .inMarks(.enumeration([.init(5, "five")]), bits: 3)),
                .init("open", .inMarks(.boolean, bits: 1)),
                .init("base", .unsigned),
                .init("sum", .combined(.money, of: [.init(2, times: 1 << 32), .init(2)])),
                .init("cause", .record),
                .init("limit", .marked(.optional(.price))),
                .init("more", .marked(.relative(.money, to: 2))),
                .init("until", .marked(.time)),
                .init("list", .marked(.list(.unsigned))),
            ])),
    ])

    init(_ number: UInt64, time: Int64, amount: Double = 1.5, text: String = "text") {
        self.number = number
        self.time = time
        self.amount = amount
        self.text = text
    }

    func encode(into writer: inout RecordWriter) {
        let small = Int64(bitPattern: number & 0xFFFF)
        writer.unsigned(number % 2 + 1)
        writer.unsigned(number)
        writer.integer(-small)
        writer.integer(10_000 + small)
        writer.relative(10_050 + small, to: 10_000 + small)
        writer.unsigned(number & 0xFF)
        writer.integer(-1_500_000)
        writer.time(time - 60)
        writer.integer(-1_250)
        writer.float64(amount)
        writer.boolean(number % 2 == 0)
        writer.unsigned(number % 3)
        writer.unsigned(1)
        writer.string(text)
        writer.bytes([0, 255])
        writer.presence(number % 2 == 1)
        if number % 2 == 1 { writer.integer(10_001) }
        writer.unsigned(2)
        for level in Int64(1)...2 {
            writer.integer(level)
            writer.relative(level + 7, to: level)
        }
        // Kind 5 in three bits, open in one; every third has a limit, more, until and a list.
        let isFull = number % 3 == 0
        writer.unsigned(isFull ? 5 | 1 << 3 | 0xF << 4 : 5)
        writer.unsigned(2)
        writer.integer(-1)
        writer.unsigned(number % 3)
        guard isFull else { return }
        writer.integer(3)
        writer.integer(-4)
        writer.time(time + 60_000_000_000)
        writer.bytes([7])
    }

    init(from reader: inout RecordReader) throws(RecordError) { throw .unknownType }
}

/// The configuration record of the sample logs.
let sampleConfiguration = """
    {"accounts":[{"cash":"1","currency":"USD","name":"main"}],\
    "instruments":[{"currency":"USD","lot":"1","symbol":"AAPL","tick_size":"0.01"},\
    {"currency":"USD","lot":"0.001","symbol":"BTC","tick_size":"0.5"}],\
    "strategies":[{"account":"main","name":"cross"}]}
    """

/// Writes a small log: set-up, then steps of one sample and the end of the step.
struct SampleLog {
    var settings: AuditLogSettings
    var steps = 40
    var text = "text"
    var configuration = sampleConfiguration

    init(
        level: Int = 1, block: Int = 512, steps: Int = 40, sync: AuditLogSettings.Sync = .none,
        salt: UInt8 = 7
    ) throws {
        let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: salt, count: 32)))
        settings = try AuditLogSettings(
            level: level, block: block, sync: sync, salt: .derived(digest))
        self.steps = steps
    }

    static let manifest = AuditManifest(run: "sample", toolVersion: "1.0")

    /// Appends all records, and closes.
    func write(to sink: any AuditSink) throws -> AuditLogSummary {
        let writer = try AuditLogWriter(to: sink, manifest: Self.manifest, settings: settings)
        do {
            try append(to: writer)
        } catch {
            _ = try writer.close(.failed)
            throw error
        }
        return try writer.close(.completed)
    }

    func append(to writer: AuditLogWriter) throws {
        var sequence: UInt64 = 0
        func note(_ event: ControlEvent, at time: Int64) throws {
            sequence += 1
            try writer.append(sequence: sequence, time: time, topic: 0) { event.encode(into: &$0) }
        }
        let start: Int64 = 1_000_000_000
        try note(.schema(topic: 32, name: "sample", schema: Sample.schema), at: start)
        try note(.symbol(id: 1, text: "first"), at: start)
        try note(.configuration(json: configuration), at: start)
        for step in 0..<UInt64(steps) {
            let time = start + Int64(step) * 60
            sequence += 1
            try writer.append(
                sequence: sequence, time: time, topic: 32, cause: step == 0 ? 0 : sequence - 2,
                producer: 4
            ) { Sample(step, time: time, text: text).encode(into: &$0) }
            try note(.stepEnd, at: time)
        }
        try note(.end(.completed, reason: nil), at: start + Int64(steps) * 60)
    }

    /// The bytes of the log.
    func bytes() throws -> [UInt8] {
        let sink = MemorySink()
        _ = try write(to: sink)
        return sink.bytes
    }
}

/// All records of a log, and its state.
func readAll(
    _ bytes: [UInt8], _ filter: AuditFilter = AuditFilter()
) throws -> (records: [AuditRecord], status: AuditStatus) {
    let reader = try AuditLogReader(bytes: bytes, filter: filter)
    var records: [AuditRecord] = []
    while let record = try reader.next() { records.append(record) }
    return (records, try #require(reader.status))
}

/// A directory for one test, removed with everything in it afterwards.
func withScratch(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "lockstep-audit-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}

/// The blocks of a log with their heads, found by walking the frames.
func frames(of bytes: [UInt8]) -> [Range<Int>] {
    func length(_ at: Int) -> Int {
        8 + (0..<4).reduce(0) { $0 | Int(bytes[at + 4 + $1]) << (8 * $1) }
    }
    var at = length(0)
    var blocks: [Range<Int>] = []
    while at < bytes.count, bytes[at] == 0x51 {
        let frame = (0..<4).reduce(0) { $0 | Int(bytes[at + 28 + $1]) << (8 * $1) }
        blocks.append(at..<at + 136 + frame)
        at += 136 + frame
    }
    return blocks
}
