public import LockstepBus
public import LockstepFiles
public import LockstepModel

/// What can go wrong when a log is written or read.
@nonexhaustive
public enum AuditError: Error, Hashable, Sendable {
    /// A file cannot be opened, read, written or brought to the medium.
    case files(FilesError)
    /// The file is no audit log, or one of a version that is not known.
    case notALog(path: String, AuditFault)
    /// An envelope came out of turn.
    case outOfSequence(expected: UInt64, found: UInt64)
    /// An envelope names a cause that does not lie before it.
    case causeNotBefore(sequence: UInt64, cause: UInt64)
    /// A record is longer than a log may hold.
    case recordTooLarge(sequence: UInt64, bytes: Int, limit: Int)
    /// The index would be longer than a reader takes.
    case tooManyBlocks(path: String, blocks: Int)
    /// A setting lies outside of its range.
    case setting(name: String, value: String, allowed: String)
    /// The system refused the thread that writes.
    case noThread(code: Int32)
    /// The log was closed before.
    case closed
    /// The payload of a record does not fit the schema that stands in the file.
    case undecodable(sequence: UInt64, topic: UInt64, RecordError)
    /// A record of a topic whose schema is not in the file.
    case noSchema(sequence: UInt64, topic: UInt64)
    /// A name of a topic that is not in the file.
    case unknownTopic(name: String, known: [String])
    /// A symbol that is not in the configuration of the run.
    case unknownInstrument(symbol: String, known: [String])
    /// A topic of Lockstep has other fields in the file than this version reads.
    case otherFields(topic: UInt8)
    /// A part of the log that is needed cannot be believed.
    case damaged(path: String, AuditStatus)
    /// The time of a record is one that the format of an export cannot say.
    case beforeEpoch(sequence: UInt64, Timestamp)
    /// The log has no record of this number.
    case noRecord(sequence: UInt64, last: UInt64)
    /// A log is not the one that was being read.
    case changed(path: String, AuditChange)
    /// A log would be recovered onto itself.
    case sameFile(path: String)
    /// A log ends within its head, so nothing of it can be recovered.
    case nothingToRecover(path: String)
    /// A name of a field that no schema of the logs has.
    case unknownField(name: String, known: [String])
}

extension AuditError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .files(let error): return error.description
        case .notALog(let path, let fault):
            return "\(path): not an audit log that can be read: \(fault). Check the path, and the "
                + "version of the program that wrote it."
        case .outOfSequence(let expected, let found):
            return "envelope \(found) came to the audit log when \(expected) was next. The run is "
                + "not complete in its log: report this with the configuration."
        case .causeNotBefore(let sequence, let cause):
            return "envelope \(sequence) names \(cause) as its cause, which is not before it. "
                + "Report this with the configuration."
        case .recordTooLarge(let sequence, let bytes, let limit):
            return "envelope \(sequence) takes \(bytes) bytes in the audit log, at most \(limit) "
                + "are allowed. Publish smaller payloads."
        case .tooManyBlocks(let path, let blocks):
            return "\(path): \(blocks) blocks are more than an index holds. Raise audit.block."
        case .setting(let name, let value, let allowed):
            return "audit.\(name) = \(value) is not possible: give \(allowed)."
        case .noThread(let code):
            return "the system refused a thread for the audit log (error \(code)). Close other "
                + "programs or raise the limit."
        case .closed: return "the audit log was closed before. Open another one for another run."
        case .undecodable(let sequence, let topic, let error):
            return "record \(sequence) of topic \(topic) does not fit its schema: \(error). "
                + "Look at its bytes with --raw."
        case .noSchema(let sequence, let topic):
            return "record \(sequence): the file has no schema of topic \(topic). "
                + "Look at its bytes with --raw."
        case .unknownTopic(let name, let known):
            return "no topic \"\(name)\" in this log; it has: \(known.joined(separator: ", "))."
        case .unknownInstrument(let symbol, let known):
            return "no instrument \"\(symbol)\" in this log; it has: "
                + "\(known.joined(separator: ", "))."
        case .damaged(let path, let status): return "\(path): \(status)"
        case .beforeEpoch(let sequence, let time):
            return "record \(sequence) is of \(time), and MCAP has no time before 1970. "
                + "Export to jsonl or csv instead."
        case .noRecord(let sequence, let last):
            return "there is no record \(sequence) in this log; it has "
                + (last == 0 ? "none that can be read." : "1 to \(last).")
        case .otherFields(let topic):
            return
                "topic \(topic) has other fields in this log than this version knows, so what its "
                + "records mean cannot be checked. Use the version that wrote it."
        case .changed(let path, let change):
            return "\(path): \(change) while it was read. Read it again from the beginning."
        case .sameFile(let path):
            return "\(path): a log is not recovered onto itself, and never changed. "
                + "Give another name for the copy."
        case .nothingToRecover(let path):
            return "\(path): the file ends within its head, so there is no record to recover."
        case .unknownField(let name, let known):
            return "no field \"\(name)\" in these logs; they have: "
                + "\(known.joined(separator: ", "))."
        }
    }
}
