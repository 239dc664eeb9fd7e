import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

/// A log of steps with one sample each, some of which are told otherwise.
private struct EditedLog {
    var block = 512
    var steps = 200
    /// Another number in the sample of this step.
    var changed: Int?
    /// A second sample in this step.
    var doubled: Int?
    /// Another text in every sample.
    var text = "text"
    /// Another configuration.
    var configuration = sampleConfiguration

    func bytes() throws -> [UInt8] {
        let settings = try SampleLog(block: block).settings
        let sink = MemorySink()
        let writer = try AuditLogWriter(to: sink, manifest: SampleLog.manifest, settings: settings)
        var sequence: UInt64 = 0
        func note(_ event: ControlEvent, _ time: Int64) throws {
            sequence += 1
            try writer.append(sequence: sequence, time: time, topic: 0) { event.encode(into: &$0) }
        }
        try note(.schema(topic: 32, name: "sample", schema: Sample.schema), 0)
        try note(.configuration(json: configuration), 0)
        try note(.symbol(id: 1, text: "first"), 0)
        for step in 0..<steps {
            let time = Int64(step) * 60
            for number in 0..<(step == doubled ? 2 : 1) {
                sequence += 1
                try writer.append(sequence: sequence, time: time, topic: 32, cause: 1) {
                    Sample(
                        UInt64(step + number * 1000 + (step == changed ? 6_000_000 : 0)),
                        time: time,
                        text: text
                    ).encode(into: &$0)
                }
            }
            try note(.stepEnd, time)
        }
        try note(.end(.completed, reason: nil), Int64(steps) * 60)
        _ = try writer.close(.completed)
        return sink.bytes
    }

    func log() throws -> AuditLog { try AuditLog(bytes: bytes()) }
}

@Suite struct AuditComparisonTests {
    @Test("equal digests are the same at once, whatever the sizes of blocks")
    func equal() throws {
        for block in [512, 700, 4096] {
            let found = try AuditComparison().compare(
                EditedLog().log(), EditedLog(block: block).log())
            #expect(found.difference == nil)
            #expect(found.blocksRead == 0)
        }
    }

    @Test(
        "one other event is found where it is, with few blocks read",
        arguments: [0, 1, 7, 100, 150, 199])
    func oneEvent(step: Int) throws {
        let one = try EditedLog().log()
        for block in [512, 700] {
            let found = try AuditComparison().compare(
                one, EditedLog(block: block, changed: step).log())
            let difference = try #require(found.difference)
            // Three records of the set-up, two a step.
            #expect(difference.one?.sequence.rawValue == UInt64(4 + 2 * step))
            #expect(difference.other?.sequence == difference.one?.sequence)
            #expect(
                difference.fields.contains {
                    $0.path == "number" && $0.other == "\(6_000_000 + step)"
                })
            #expect(!difference.fields.contains { $0.path == "text" })
            #expect(found.one.isClosed && found.other.isClosed)
            if block == 512 {
                #expect(found.blocksRead <= 2, "step \(step)")
            }
        }
    }

    @Test("an event that one log alone has is found where it is", arguments: [0, 3, 99, 199])
    func insertion(step: Int) throws {
        let found = try AuditComparison().compare(
            EditedLog().log(), EditedLog(doubled: step).log())
        let difference = try #require(found.difference)
        #expect(difference.one?.sequence.rawValue == UInt64(5 + 2 * step))
        // In the place of the end of the step stands another sample.
        #expect(difference.one?.topic == 0)
        #expect(difference.other?.topic == 32)
        #expect(found.blocksRead <= 2)
    }

    @Test("fields and topics that do not count are passed over")
    func conditions() throws {
        let one = try EditedLog().log()
        let other = try EditedLog(changed: 50, doubled: 120).log()
        func first(_ comparison: AuditComparison) throws -> AuditDifference? {
            try comparison.compare(one, other).difference
        }
        #expect(try first(AuditComparison())?.one?.sequence.rawValue == 104)
        let names: Set<String> = ["number", "signed", "price", "high", "size"]
        #expect(try first(AuditComparison(ignored: names))?.one?.sequence.rawValue == 245)
        let own = Set(names.map { "sample.\($0)" })
        #expect(try first(AuditComparison(ignored: own))?.one?.sequence.rawValue == 245)
        // The second sample of step 120 stands against the first of step 121.
        #expect(
            try first(AuditComparison(topics: ["sample"], ignored: names))?.fields.map(\.path)
                .contains("time") == true)
        #expect(
            try AuditComparison(topics: ["control"], ignored: []).compare(one, other).difference
                == nil)
        #expect(throws: AuditError.self) { _ = try first(AuditComparison(ignored: ["nmber"])) }
        #expect(throws: AuditError.self) { _ = try first(AuditComparison(topics: ["smple"])) }
    }

    @Test("equal bytes that mean something else in the other log differ")
    func meaning() throws {
        let one = try EditedLog().log()
        let renamed = sampleConfiguration.replacing("BTC", with: "ETH")
        let other = try EditedLog(configuration: renamed).log()
        let difference = try #require(
            try AuditComparison(topics: ["sample"]).compare(one, other).difference)
        #expect(difference.fields == [.init(path: "instrument", one: "BTC", other: "ETH")])
        // Unlike all else, the configuration itself is no sample.
        #expect(
            try AuditComparison().compare(one, other).difference?.fields.map(\.path) == ["json"])
    }

    @Test("a log that is cut is compared as far as it goes")
    func cut() throws {
        let bytes = try EditedLog().bytes()
        let blocks = frames(of: bytes)
        let whole = try AuditLog(bytes: bytes)
        for length in [blocks[10].upperBound, blocks[10].upperBound + 50, 0] {
            let log = try AuditLog(bytes: Array(bytes[..<length]))
            let prefix = try AuditComparison(isOfPrefix: true).compare(log, whole)
            #expect(prefix.difference == nil)
            #expect(!prefix.one.isClosed && prefix.other.isClosed)
            let found = try AuditComparison().compare(whole, log)
            #expect(found.difference?.other == nil)
            #expect(found.difference?.one != nil)
            let same = try AuditComparison().compare(log, log)
            #expect(same.difference == nil)
            #expect(!same.one.isClosed)
        }
        let other = try EditedLog(changed: 30).bytes()
        let log = try AuditLog(bytes: Array(other.dropLast(200)))
        let found = try AuditComparison(isOfPrefix: true).compare(whole, log)
        #expect(found.difference?.one?.sequence.rawValue == 64)
    }

    @Test("where a log was recovered is no difference of a prefix")
    func recovered() throws {
        let bytes = try EditedLog().bytes()
        let sink = MemorySink()
        _ = try AuditRecovery.recover(.memory(Array(bytes[..<(bytes.count / 2)]))) { sink }
        let log = try AuditLog(bytes: sink.bytes)
        let whole = try AuditLog(bytes: bytes)
        #expect(try AuditComparison(isOfPrefix: true).compare(whole, log).difference == nil)
        #expect(try AuditComparison().compare(whole, log).difference != nil)
    }
}
