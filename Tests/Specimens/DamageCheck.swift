import LockstepAudit

/// Whether damaged logs are read as what they are: up to the damage, and never as whole.
package struct DamageCheck: Sendable {
    /// What was found on damaged logs of one specimen.
    package struct Tally: Hashable, Sendable {
        package var damages = 0
        package var refused = 0
        package var torn = 0
        package var corrupt = 0
        /// Damaged logs that were taken for whole.
        package var undetected = 0
        /// Damaged logs of which something was read that nobody wrote.
        package var wrong = 0
        /// The first few findings.
        package var findings: [String] = []

        /// Makes an empty tally.
        package init() {}

        /// Adds another one.
        package mutating func add(_ other: Tally) {
            damages += other.damages
            refused += other.refused
            torn += other.torn
            corrupt += other.corrupt
            undetected += other.undetected
            wrong += other.wrong
            findings += other.findings.prefix(max(0, 10 - findings.count))
        }
    }

    private let log: [UInt8]
    private let whole: [AuditRecord]
    private let others: [(log: [UInt8], records: [AuditRecord])]
    /// What was found so far.
    package private(set) var tally = Tally()

    /// Prepares the checks of a log.
    ///
    /// - Parameters:
    ///   - log: A whole log.
    ///   - others: Logs of which blocks are put into this one.
    /// - Throws: What reading them throws.
    package init(_ log: [UInt8], others: [[UInt8]]) throws {
        self.log = log
        whole = try Self.records(log)
        self.others = try others.map { ($0, try Self.records($0)) }
    }

    /// Damages the log in every way and checks what is read.
    package mutating func run(step: Int = 1, moves: Bool = true) throws {
        var check = self
        try LogDamage.each(of: log, others: others.map(\.log), step: step, moves: moves) {
            damage, bytes in
            // What another whole log is has no damage.
            if bytes == log || others.contains(where: { $0.log == bytes }) { return }
            try check.examine(damage, bytes)
        }
        self = check
    }

    private mutating func examine(_ damage: LogDamage, _ bytes: [UInt8]) throws {
        tally.damages += 1
        guard let reader = try Self.open(bytes) else {
            tally.refused += 1
            return
        }
        var records: [AuditRecord] = []
        while let record = try reader.next() { records.append(record) }
        let verified = try AuditVerifier.verify(bytes: bytes)
        let quick = try AuditVerifier.verify(bytes: bytes, quick: true)
        _ = try AuditStatistics(bytes: bytes)
        guard let status = reader.status, status == verified.status else {
            note(damage, "reading and verifying disagree", \.wrong)
            return
        }
        let offset: UInt64
        switch status {
        case .closed:
            note(damage, "taken for whole", \.undetected)
            return
        case .torn(let place):
            tally.torn += 1
            offset = place.offset
        case .corrupt(let place):
            tally.corrupt += 1
            offset = place.offset
        }
        if quick.status.isClosed { note(damage, "a quick check takes it for whole", \.undetected) }
        if let place = damage.place, Int(offset) > place {
            note(damage, "the damaged byte is accepted", \.undetected)
        }
        if records.count != Int(verified.records) {
            note(damage, "\(records.count) records read, \(verified.records) verified", \.wrong)
        }
        // What is accepted is the beginning of a log that was written: this one, or, where the head
        // was exchanged with it, another.
        let accepted = bytes[..<Int(offset)]
        let isRight =
            log.starts(with: accepted) && whole.starts(with: records)
            || others.contains {
                $0.log.starts(with: accepted) && $0.records.starts(with: records)
            }
        if !isRight { note(damage, "another record than was written", \.wrong) }
    }

    private mutating func note(
        _ damage: LogDamage, _ what: String, _ kind: WritableKeyPath<Tally, Int>
    ) {
        tally[keyPath: kind] += 1
        if tally.findings.count < 10 { tally.findings.append("\(damage): \(what)") }
    }

    /// A reader, or nothing where the bytes are not taken for a log.
    private static func open(_ bytes: [UInt8]) throws -> AuditLogReader? {
        do { return try AuditLogReader(bytes: bytes) } catch AuditError.notALog { return nil }
    }

    private static func records(_ log: [UInt8]) throws -> [AuditRecord] {
        let reader = try AuditLogReader(bytes: log)
        var records: [AuditRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }
}
