public import LockstepFiles
public import LockstepModel

/// What a check of a whole log found.
public struct AuditVerification: Hashable, Sendable {
    /// What messages call the log: its path.
    public let name: String
    /// In what state it is.
    public let status: AuditStatus
    /// How many blocks are right, from the beginning.
    public let blocks: UInt64
    /// How many records they hold.
    public let records: UInt64
    /// The bytes of these records.
    public let rawBytes: UInt64
    /// The digest up to there; `nil` without any block, unless the log is closed and empty.
    public let digest: SHA256Digest?
    /// The least time.
    public let earliest: Timestamp?
    /// The greatest time.
    public let latest: Timestamp?

    /// One line: `FILE: corrupt at byte 123456 (block 7, after seq 98765): frame checksum`.
    public var message: String { "\(name): \(status)" }
}

/// Checks a log from its first byte to its last.
///
/// Heads, their chain and their numbers; checksums and digests; every record, its cause and its
/// payload under the schema in the file; index and table; and that nothing follows.
public enum AuditVerifier: Sendable {
    /// Checks a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - quick: Whether only heads and checksums of frames are checked, and nothing is
    ///     decompressed.
    /// - Returns: What was found; a damaged log is a finding, not an error.
    /// - Throws: ``AuditError/files(_:)`` or ``AuditError/notALog(path:_:)``.
    public static func verify(
        path: String, quick: Bool = false
    ) throws(AuditError) -> AuditVerification {
        try verify(.open(path), quick: quick)
    }

    /// Checks a log in memory.
    ///
    /// - Parameters:
    ///   - bytes: The log.
    ///   - quick: Whether only heads and checksums of frames are checked.
    /// - Returns: What was found.
    /// - Throws: ``AuditError/notALog(path:_:)``.
    public static func verify(
        bytes: [UInt8], quick: Bool = false
    ) throws(AuditError) -> AuditVerification {
        try verify(.memory(bytes), quick: quick)
    }

    private static func verify(
        _ source: AuditSource, quick: Bool
    ) throws(AuditError) -> AuditVerification {
        let scanner = try BlockScanner(source)
        while true {
            let status: AuditStatus?
            switch try scanner.look() {
            case .end(let end): status = end
            case .block(let head):
                status =
                    quick
                    ? try scanner.checkFrame(head) : try scanner.accept(head, validate: true)
            }
            if let status {
                return AuditVerification(
                    name: source.name, status: status, blocks: scanner.number,
                    records: scanner.nextSequence - 1, rawBytes: scanner.rawBytes,
                    digest: scanner.lastDigest ?? (status.isClosed ? scanner.emptyDigest : nil),
                    earliest: scanner.earliest, latest: scanner.latest)
            }
        }
    }
}
