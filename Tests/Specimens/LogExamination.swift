import LockstepAudit
import LockstepModel

/// Reads bytes as a log in every way there is; whatever they are, the ways must agree.
enum LogExamination {
    static func run(_ bytes: [UInt8]) throws {
        guard let verified = try verify(bytes) else {
            try refused(bytes)
            return
        }
        let quick = try AuditVerifier.verify(bytes: bytes, quick: true)
        try FuzzTarget.require(
            quick.records >= verified.records, "a quick check accepts less than a whole one")
        let statistics = try AuditStatistics(bytes: bytes)
        try FuzzTarget.require(
            !verified.status.isClosed
                || statistics.status == verified.status && statistics.records == verified.records,
            "statistics of a whole log differ")
        try readAll(bytes, verified)
        try readSome(bytes, verified)
        // A log may have other fields than this version knows, and say so.
        _ = try? AuditSemantics.check(bytes: bytes)
        if verified.records > 0 { try question(bytes, verified) }
    }

    /// What the commands ask of a log: none of it may trap, whatever the records say.
    private static func question(_ bytes: [UInt8], _ verified: AuditVerification) throws {
        let log = try AuditLog(bytes: bytes)
        let last = try log.reader(AuditFilter(), last: 3)
        var count = 0
        while try last.next() != nil { count += 1 }
        try FuzzTarget.require(
            !verified.status.isClosed || count == min(3, Int(verified.records)),
            "\(count) of the last three records")
        let middle = SequenceNumber(verified.records / 2 + 1)
        if let record = try? log.record(middle) {
            try FuzzTarget.require(record.sequence == middle, "another record than was asked for")
            _ = try? AuditReasons(log).explain(middle)
            _ = try? AuditMoment(at: record.time, in: log)
        }
        let compared = try AuditComparison().compare(log, log)
        try FuzzTarget.require(compared.difference == nil, "a log differs from itself")
    }

    private static func verify(_ bytes: [UInt8]) throws -> AuditVerification? {
        do { return try AuditVerifier.verify(bytes: bytes) } catch AuditError.notALog { return nil }
    }

    /// What is no log for one reader is none for the others.
    private static func refused(_ bytes: [UInt8]) throws {
        do { _ = try AuditLogReader(bytes: bytes) } catch AuditError.notALog { return }
        throw FuzzTarget.Finding("one reader takes it for a log, another does not")
    }

    private static func readAll(_ bytes: [UInt8], _ verified: AuditVerification) throws {
        let reader = try AuditLogReader(bytes: bytes)
        var count: UInt64 = 0
        while let record = try reader.next() {
            count += 1
            try FuzzTarget.require(record.sequence.rawValue == count, "a number is left out")
            try FuzzTarget.require(
                record.cause < record.sequence, "a cause is not before its effect")
            let isVerified = count <= verified.records
            do {
                let value = try reader.decoder.decode(record)
                if record.topic != 0 { try writeAgain(value, record, reader.decoder) }
                if count > 16 { continue }
                for line in try lines(record, reader.decoder) {
                    try FuzzTarget.require(isHarmless(line), "a character that steers terminals")
                }
            } catch let error as AuditError {
                try FuzzTarget.require(!isVerified, "a verified record cannot be decoded: \(error)")
            }
        }
        try FuzzTarget.require(
            count >= verified.records, "\(count) records read, \(verified.records) verified")
        if verified.status.isClosed {
            try FuzzTarget.require(
                reader.status == verified.status && count == verified.records,
                "reading and verifying disagree")
        }
    }

    private static func lines(
        _ record: AuditRecord, _ decoder: AuditDecoder
    ) throws -> [String] {
        [
            try AuditText(decoder).line(record), try AuditJSON(decoder).line(record),
            try AuditCSV(decoder).line(record),
        ]
    }

    /// Every value has one encoding: what was read is written as the same bytes.
    private static func writeAgain(
        _ value: RecordValue, _ record: AuditRecord, _ decoder: AuditDecoder
    ) throws {
        guard let topic = decoder.schemas.first(where: { $0.topic == record.topic }) else { return }
        let bytes = try SchemaExamination.bytes(
            value, topic.schema, time: record.time.nanoseconds,
            sequence: record.sequence.rawValue)
        try FuzzTarget.require(
            bytes == Array(record.payload), "record \(record.sequence) has another encoding too")
        try FuzzTarget.require(decoder.passes(record), "a check refuses what is decoded")
    }

    /// A filter yields what reading everything and choosing by hand yields.
    private static func readSome(_ bytes: [UInt8], _ verified: AuditVerification) throws {
        guard verified.status.isClosed, verified.records > 0 else { return }
        let all = try records(bytes, AuditFilter())
        let middle = all[all.count / 2]
        let filters = [
            AuditFilter(topics: [middle.topic]), AuditFilter(times: middle.time...middle.time),
            AuditFilter(sequences: middle.sequence.rawValue...verified.records),
        ]
        for filter in filters {
            let chosen = all.filter { record in
                (filter.topics?.contains(record.topic) ?? true)
                    && (filter.times?.contains(record.time) ?? true)
                    && (filter.sequences?.contains(record.sequence.rawValue) ?? true)
            }
            try FuzzTarget.require(
                try records(bytes, filter) == chosen, "a filter yields other records")
        }
    }

    private static func records(_ bytes: [UInt8], _ filter: AuditFilter) throws -> [AuditRecord] {
        let reader = try AuditLogReader(bytes: bytes, filter: filter)
        var records: [AuditRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    private static func isHarmless(_ line: String) -> Bool {
        line.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
