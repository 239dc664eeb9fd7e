import LockstepFiles

/// The head of a log: what kind of file it is, and which run wrote it.
///
/// A skippable zstd frame; everything in it lies outside of the digest.
public struct AuditHeader: Hashable, Sendable {
    static let tag: [UInt8] = Array("LKA1".utf8)
    static let minor: UInt16 = 0
    static let leastPayload = 32
    static let greatestPayload = 1 << 20

    /// A number that is in the head of every block of the file, and hardly in those of another.
    public let salt: UInt64
    /// Run, versions and settings as JSON.
    public let manifest: String

    init(salt: UInt64, manifest: String) {
        self.salt = salt
        self.manifest = manifest
    }

    /// The frame, and the checksum at its end, to which the first block refers.
    var encoded: (bytes: [UInt8], checksum: UInt32) {
        var manifest = Array(manifest.utf8)
        // A payload has at least 32 bytes; blanks may stand around JSON.
        while manifest.count < Self.leastPayload - 20 { manifest.append(UInt8(ascii: " ")) }
        var bytes: [UInt8] = []
        bytes.appendNumber(SkippableFrame.fileHead)
        bytes.appendNumber(UInt32(manifest.count + 20))
        bytes += Self.tag
        bytes.appendNumber(Self.minor)
        bytes.appendNumber(UInt16(0))
        bytes.appendNumber(salt)
        bytes += manifest
        let checksum = Checksum.crc32c(bytes)
        bytes.appendNumber(checksum)
        return (bytes, checksum)
    }

    /// The length of the frame, as far as its first bytes tell.
    ///
    /// - Parameter bytes: The first bytes of the file, at least 12 of them unless it is shorter.
    /// - Returns: The length with mark and length field.
    /// - Throws: ``AuditFault``: the file is cut here, or no log.
    static func length(_ bytes: Span<UInt8>) throws(AuditFault) -> Int {
        var mark: [UInt8] = []
        mark.appendNumber(SkippableFrame.fileHead)
        for index in 0..<min(bytes.count, 12) {
            let expected: UInt8? =
                index < 4 ? mark[index] : index >= 8 && index < 11 ? tag[index - 8] : nil
            if let expected, bytes[index] != expected { throw .fileHead }
        }
        guard bytes.count >= 12 else { throw .fileHeadCut }
        if bytes[11] != tag[3] { throw .version("an unknown major version") }
        let payload = bytes.number(UInt32.self, at: 4)
        guard payload >= UInt32(leastPayload), payload <= UInt32(greatestPayload) else {
            throw .fileHead
        }
        return Int(payload) + SkippableFrame.prefix
    }

    /// Reads a frame.
    ///
    /// - Parameter bytes: Exactly as many bytes as ``length(_:)`` told.
    /// - Returns: The head, and the checksum at the end of the frame.
    /// - Throws: ``AuditFault``: it is damaged, or of an unknown version.
    static func decode(
        _ bytes: Span<UInt8>
    ) throws(AuditFault) -> (header: AuditHeader, checksum: UInt32) {
        let end = bytes.count - 4
        let checksum = bytes.number(UInt32.self, at: end)
        guard Checksum.crc32c(bytes.extracting(0..<end)) == checksum else {
            throw .fileHeadChecksum
        }
        let features = bytes.number(UInt16.self, at: 14)
        if features & 0xFF != 0 { throw .version("a feature that this program does not know") }
        guard
            let manifest = String(validating: bytes.copy(24..<end), as: UTF8.self)
        else { throw .fileHead }
        let salt = bytes.number(UInt64.self, at: 16)
        return (AuditHeader(salt: salt, manifest: manifest), checksum)
    }
}
