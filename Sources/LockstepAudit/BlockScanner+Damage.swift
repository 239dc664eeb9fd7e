import LockstepFiles

/// What is behind damage, and whether what was read still stands.
extension BlockScanner {
    /// Looks for a later head of this file.
    ///
    /// - Parameter start: Where it may begin.
    /// - Returns: Where it begins, and what it says; `nil` where there is none.
    /// - Throws: ``AuditError/files(_:)``.
    func nextHead(from start: UInt64) throws(AuditError) -> (place: UInt64, head: AuditBlockHead)? {
        let window = 1 << 20
        var buffer: [UInt8] = []
        var place = start
        while true {
            let found = try source.read(
                into: &buffer, at: place, count: window + AuditBlockHead.length - 1)
            let bytes = buffer.span.extracting(0..<found)
            var at = 0
            while at + AuditBlockHead.length <= found {
                if bytes[at] == 0x51,
                    let head = try? AuditBlockHead.decode(
                        bytes.extracting(at..<at + AuditBlockHead.length)
                    ).head, head.salt == header?.salt, head.number >= number
                {
                    return (place + UInt64(at), head)
                }
                at += 1
            }
            if found < window + AuditBlockHead.length - 1 { return nil }
            place += UInt64(window)
        }
    }

    /// Goes on at the next head behind damage; the digest is not checked from there on.
    ///
    /// - Parameter damage: The damage at the present place.
    /// - Returns: What is left out; `nil` where nothing follows.
    /// - Throws: ``AuditError/files(_:)``.
    func pass(_ damage: AuditDamage) throws(AuditError) -> AuditGap? {
        // A head that is right but does not follow is where to go on.
        var start = offset + 1
        if case .chain = damage.fault { start = offset }
        guard let (place, head) = try nextHead(from: start), head.firstSequence >= nextSequence
        else {
            return nil
        }
        let gap = AuditGap(
            damage: damage, bytes: offset..<place, blocks: number..<head.number,
            sequences: nextSequence..<head.firstSequence)
        jump(
            to: BlockPlace(number: head.number, offset: place, sequence: head.firstSequence))
        return gap
    }

    /// Whether the head of the file and the last head that was accepted are still what they were.
    ///
    /// - Returns: What has changed; `nil` where nothing has.
    /// - Throws: ``AuditError/files(_:)``.
    func change() throws(AuditError) -> AuditChange? {
        if try source.size() < offset { return .shorter }
        if let header {
            guard let bytes = try source.bytes(headLength, at: 0),
                let found = try? AuditHeader.decode(bytes.span).header, found == header
            else { return .head }
        }
        if let lastHead, let previousChecksum {
            let end = lastHead + UInt64(AuditBlockHead.length - 4)
            guard let bytes = try source.bytes(4, at: end),
                bytes.span.number(UInt32.self, at: 0) == previousChecksum
            else { return .head }
        }
        return nil
    }
}

/// What is left out of a log where it is read on behind damage.
public struct AuditGap: Hashable, Sendable {
    /// What is wrong, and where.
    public let damage: AuditDamage
    /// The bytes that are left out.
    public let bytes: Range<UInt64>
    /// The numbers of the blocks that are left out; none where bytes of others lie between blocks.
    public let blocks: Range<UInt64>
    /// The numbers of the records that are left out.
    public let sequences: Range<UInt64>
}

extension AuditGap: CustomStringConvertible {
    public var description: String {
        let blocks =
            blocks.isEmpty
            ? "no block" : Self.text(blocks.lowerBound, blocks.upperBound - 1, "block")
        let records =
            sequences.isEmpty
            ? "no record"
            : Self.text(sequences.lowerBound, sequences.upperBound - 1, "record")
        return "gap at byte \(bytes.lowerBound), \(bytes.count) bytes: \(blocks), \(records) lost: "
            + "\(damage.fault)"
    }

    private static func text(_ first: UInt64, _ last: UInt64, _ what: String) -> String {
        first == last ? "\(what) \(first)" : "\(what)s \(first) to \(last)"
    }
}

/// What has become of a log that was being read.
public enum AuditChange: Hashable, Sendable {
    /// It is shorter than what was read of it.
    case shorter
    /// The head of the file, or of a block that was read, is another one.
    case head
    /// Another file has its name.
    case replaced
}

extension AuditChange: CustomStringConvertible {
    public var description: String {
        switch self {
        case .shorter: "it has become shorter"
        case .head: "its head has changed"
        case .replaced: "another file has taken its name"
        }
    }
}
