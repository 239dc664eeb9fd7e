import LockstepBus

/// What the checks of a log's meaning have found.
public struct AuditSemanticsReport: Hashable, Sendable {
    /// A rule, and how much it has seen and found.
    public struct Line: Hashable, Sendable {
        /// The rule.
        public let rule: SemanticRule
        /// How many records it has looked at.
        public let examined: UInt64
        /// How many findings it has.
        public let findings: UInt64
    }

    /// What messages call the log: its path.
    public let name: String
    /// In what state the log is; of a torn one, everything before the tear was examined.
    public let status: AuditStatus
    /// How many records were examined.
    public let records: UInt64
    /// All rules, in the order of their numbers.
    public let lines: [Line]
    /// The first findings, in the order of the log.
    public let findings: [SemanticFinding]

    /// How many findings there are, those that were not kept included.
    public var count: UInt64 { lines.reduce(0) { $0 + $1.findings } }

    init(_ semantics: AuditSemantics, name: String, status: AuditStatus) {
        self.name = name
        self.status = status
        records = semantics.records
        lines = SemanticRule.allCases.map { rule in
            Line(rule: rule, examined: semantics.examined(rule), findings: semantics.count(rule))
        }
        findings = semantics.kept
    }
}

extension AuditSemantics {
    /// Checks the meaning of a log in a file, from its first record to the last that can be read.
    ///
    /// Bytes and checksums are ``AuditVerifier``'s.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most findings that are kept.
    /// - Returns: What was found.
    /// - Throws: ``AuditError/files(_:)``, ``AuditError/notALog(path:_:)`` or
    ///   ``AuditError/otherFields(topic:)``.
    public static func check(
        path: String, limit: Int = 20
    ) throws(AuditError) -> AuditSemanticsReport {
        try check(AuditLogReader(path: path), limit: limit)
    }

    /// Checks the meaning of a log in memory.
    ///
    /// - Parameters:
    ///   - bytes: The log.
    ///   - limit: The most findings that are kept.
    /// - Returns: What was found.
    /// - Throws: ``AuditError/notALog(path:_:)`` or ``AuditError/otherFields(topic:)``.
    public static func check(
        bytes: [UInt8], limit: Int = 20
    ) throws(AuditError) -> AuditSemanticsReport {
        try check(AuditLogReader(bytes: bytes), limit: limit)
    }

    private static func check(
        _ reader: AuditLogReader, limit: Int
    ) throws(AuditError) -> AuditSemanticsReport {
        var semantics = AuditSemantics(limit: limit)
        while let record = try reader.next() { try semantics.take(record) }
        // A reader that has returned its last record knows why it was the last.
        let status = reader.status ?? .closed(.failed)
        semantics.finish(status)
        return AuditSemanticsReport(semantics, name: reader.name, status: status)
    }
}
