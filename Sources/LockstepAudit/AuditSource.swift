import LockstepFiles

/// Where the bytes of a log come from.
enum AuditSource: Sendable {
    case file(File)
    case memory([UInt8])

    /// A file that can be read at any place.
    static func open(_ path: String) throws(AuditError) -> AuditSource {
        do { return .file(try File(readingAnywhere: path)) } catch { throw .files(error) }
    }

    /// What messages call it.
    var name: String {
        switch self {
        case .file(let file): file.path
        case .memory: "memory"
        }
    }

    /// Which file it is; nil in memory.
    func identity() throws(AuditError) -> File.Identity? {
        guard case .file(let file) = self else { return nil }
        do { return try file.identity() } catch { throw .files(error) }
    }

    /// How many bytes there are, now.
    func size() throws(AuditError) -> UInt64 {
        switch self {
        case .file(let file):
            do { return UInt64(clamping: try file.size()) } catch { throw .files(error) }
        case .memory(let bytes): return UInt64(bytes.count)
        }
    }

    /// Reads as much of a stretch as there is.
    ///
    /// - Parameters:
    ///   - buffer: Takes the bytes from its beginning; made longer if needed, never shorter.
    ///   - offset: Where the stretch begins.
    ///   - count: How long it is.
    /// - Returns: How many bytes there were.
    /// - Throws: ``AuditError/files(_:)``.
    func read(
        into buffer: inout [UInt8], at offset: UInt64, count: Int
    ) throws(AuditError) -> Int {
        guard let start = Int64(exactly: offset) else { return 0 }
        switch self {
        case .file(let file):
            do {
                return try file.read(into: &buffer, at: start, count: count)
            } catch { throw .files(error) }
        case .memory(let bytes):
            guard start < bytes.count else { return 0 }
            let part = bytes[Int(start)..<min(bytes.count, Int(start) + count)]
            buffer.lengthen(to: part.count)
            buffer.replaceSubrange(0..<part.count, with: part)
            return part.count
        }
    }

    /// A stretch that must be there, or nothing.
    func bytes(_ count: Int, at offset: UInt64) throws(AuditError) -> [UInt8]? {
        var buffer: [UInt8] = []
        guard try read(into: &buffer, at: offset, count: count) == count else { return nil }
        return buffer
    }
}
