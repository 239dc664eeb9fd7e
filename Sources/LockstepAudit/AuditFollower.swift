import LockstepFiles

/// Reads a log while it is written: whole blocks alone, in order, each record once.
///
/// Where the log ends for now it says so, and the caller waits as it likes; ``AuditLog/events(of:where:reach:)``
/// waits by itself.
public final class AuditFollower {
    /// What comes next.
    public enum Step: Hashable, Sendable {
        /// A record that is wanted.
        case record(AuditRecord)
        /// Nothing for now; whether the file has grown since this was said last.
        case waiting(hasGrown: Bool)
        /// Nothing more, ever.
        case end(AuditStatus)
    }

    private let source: AuditSource
    private let filter: AuditFilter
    private let identity: File.Identity?
    private var reader: AuditLogReader
    private var size: UInt64 = 0

    /// Begins to follow a log.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - filter: Which records are wanted.
    ///   - last: How many of the records that are there to begin with; `nil` for all.
    /// - Throws: ``AuditError/files(_:)``.
    public init(
        _ log: AuditLog, _ filter: AuditFilter = AuditFilter(), last: Int? = nil
    ) throws(AuditError) {
        source = log.source
        self.filter = filter
        identity = try source.identity()
        if let last {
            reader = try log.reader(filter, last: last)
        } else {
            reader = try log.reader(filter)
        }
        status = .torn(reader.scanner.damage(.unfinished))
    }

    /// What messages call the log: its path.
    public var name: String { source.name }

    /// Reads fields; knows what the log has told so far.
    public var decoder: AuditDecoder { reader.decoder }

    /// In what state the log was where it ended last.
    public private(set) var status: AuditStatus

    /// What comes next.
    ///
    /// - Returns: A record; or that there is none for now; or the end, once the log is closed or what
    ///   follows can never become right.
    /// - Throws: ``AuditError/changed(path:_:)`` where the file is not the one that was being read;
    ///   ``AuditError/files(_:)``; with a filter for instruments also what decoding throws.
    public func next() throws(AuditError) -> Step {
        // A log of which the head was not there yet is opened anew.
        if reader.header == nil { reader = try AuditLog(source).reader(filter) }
        if let record = try reader.next() { return .record(record) }
        status = reader.status ?? status
        if status.isClosed { return .end(status) }
        try checkUnchanged()
        guard case .torn(let damage) = status, damage.fault.mayPass else { return .end(status) }
        let now = try source.size()
        defer { size = now }
        reader.resume()
        return .waiting(hasGrown: now > size)
    }

    private func checkUnchanged() throws(AuditError) {
        if let change = try reader.scanner.change() { throw .changed(path: name, change) }
        guard case .file(let file) = source, let other = File.identity(of: file.path) else {
            return
        }
        if other != identity { throw .changed(path: name, .replaced) }
    }
}

@available(*, unavailable)
extension AuditFollower: Sendable {}

extension AuditFault {
    /// Whether the end of a log that is being written may look so: what is there is not all.
    fileprivate var mayPass: Bool {
        switch self {
        case .fileHeadCut, .headCut, .frameCut, .unfinished, .index, .seekTable, .notAHead,
            .headChecksum, .frameChecksum:
            true
        default: false
        }
    }
}
