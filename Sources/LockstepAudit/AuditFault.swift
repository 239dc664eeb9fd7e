public import LockstepBus
public import LockstepFiles

/// What is wrong with the bytes of a log at one place.
public enum AuditFault: Error, Hashable, Sendable {
    /// The file ends before the head of the file does.
    case fileHeadCut
    /// The file does not begin as a log does.
    case fileHead
    /// The checksum of the head of the file does not match.
    case fileHeadChecksum
    /// The file is of a version that this program cannot read.
    case version(String)
    /// The head of a block begins here and is not whole.
    case headCut
    /// There is no head of a block here, and no index.
    case notAHead
    /// The checksum of a block's head does not match.
    case headChecksum
    /// A field of a block's head lies outside of its limits.
    case headField(String)
    /// A block belongs to another file, or to another place of this one.
    case chain(String)
    /// The bytes of a frame are not all there.
    case frameCut
    /// The checksum of a frame does not match.
    case frameChecksum
    /// The frame is refused before, or fails while, it is decompressed.
    case frame(FrameFault)
    /// A record is not well-formed, or contradicts the records before it.
    case record(sequence: UInt64, RecordError)
    /// A record names a cause that does not lie before it.
    case cause(sequence: UInt64)
    /// The head of a block says something else than its records.
    case contents(String)
    /// The digest of the stream does not match.
    case digest
    /// The file ends without an index: it is still being written, or its writer died.
    case unfinished
    /// The index is not whole, or contradicts the blocks.
    case index(String)
    /// The table at the end is not whole, or contradicts the blocks.
    case seekTable
    /// Bytes follow the end of the log.
    case bytesAfterEnd
}

extension AuditFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fileHeadCut: "the file ends within its head"
        case .fileHead: "it does not begin as an audit log does"
        case .fileHeadChecksum: "checksum of the file's head"
        case .version(let text): text
        case .headCut: "the file ends within the head of a block"
        case .notAHead: "no head of a block here"
        case .headChecksum: "checksum of a block's head"
        case .headField(let name): "the head of a block is out of its limits: \(name)"
        case .chain(let name): "the block does not follow the one before it: \(name)"
        case .frameCut: "the file ends within a block"
        case .frameChecksum: "frame checksum"
        case .frame(let fault): "frame refused: \(fault)"
        case .record(let sequence, let error): "record \(sequence): \(error)"
        case .cause(let sequence): "record \(sequence) names a cause that is not before it"
        case .contents(let name): "the head of the block contradicts its records: \(name)"
        case .digest: "digest"
        case .unfinished: "the log was not closed"
        case .index(let name): "index: \(name)"
        case .seekTable: "seek table"
        case .bytesAfterEnd: "bytes follow the end of the log"
        }
    }
}
