/// Why a compressed frame is refused.
public enum FrameFault: Hashable, Sendable {
    /// It does not begin as a zstd frame does, or is shorter than its own header.
    case notAFrame
    /// The header does not say how long the content is.
    case noContentSize
    /// The content is said to have another length than it must have.
    case contentSize(declared: UInt64, expected: Int)
    /// There is no checksum at its end.
    case noChecksum
    /// It asks for a dictionary.
    case dictionary
    /// It needs more memory than is given.
    case window(bytes: UInt64, limit: UInt64)
    /// The frame ends before or after the bytes given.
    case length(frame: Int, given: Int)
    /// The content is damaged, as the library says.
    case damaged(message: String)
}

extension FrameFault: CustomStringConvertible {
    public var description: String {
        let remedy = " The data is damaged: restore it from its source."
        return switch self {
        case .notAFrame: "it does not begin with the head of a zstd frame." + remedy
        case .noContentSize: "it does not tell the size of its content." + remedy
        case .contentSize(let declared, let expected):
            "its content is said to be \(declared) bytes long, not \(expected)." + remedy
        case .noChecksum: "it has no checksum." + remedy
        case .dictionary: "it asks for a dictionary." + remedy
        case .window(let bytes, let limit):
            "it needs a window of \(bytes) bytes, at most \(limit) are given." + remedy
        case .length(let frame, let given):
            "it is \(frame) bytes long, but \(given) bytes are there." + remedy
        case .damaged(let message): "\(message)." + remedy
        }
    }
}

/// The head of a zstd frame (RFC 8878, section 3.1.1.1), read without the library.
struct FrameHeader: Hashable {
    let contentSize: UInt64?
    let windowSize: UInt64
    let hasChecksum: Bool
    let dictionaryID: UInt32

    init(_ bytes: Span<UInt8>) throws(FilesError) {
        guard bytes.count >= 5, Self.number(bytes, at: 0, size: 4) == 0xFD2F_B528 else {
            throw .frameRefused(.notAFrame)
        }
        let descriptor = Int(Self.number(bytes, at: 4, size: 1))
        let isSingleSegment = descriptor & 0x20 != 0
        let dictionarySize = [0, 1, 2, 4][descriptor & 3]
        let sizeOfSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]
        var at = 5
        let end = at + (isSingleSegment ? 0 : 1) + dictionarySize + sizeOfSize
        // The reserved bit must be zero.
        guard bytes.count >= end, descriptor & 0x08 == 0 else {
            throw .frameRefused(.notAFrame)
        }
        var window: UInt64?
        if !isSingleSegment {
            let byte = Self.number(bytes, at: at, size: 1)
            let base = UInt64(1) << (10 + (byte >> 3))
            window = base + base / 8 * (byte & 7)
            at += 1
        }
        dictionaryID = UInt32(Self.number(bytes, at: at, size: dictionarySize))
        at += dictionarySize
        let size = Self.number(bytes, at: at, size: sizeOfSize)
        // Two bytes count from 256, as smaller sizes need but one.
        contentSize = sizeOfSize == 0 ? nil : sizeOfSize == 2 ? size + 256 : size
        windowSize = window ?? contentSize ?? 0
        hasChecksum = descriptor & 0x04 != 0
    }

    private static func number(_ bytes: Span<UInt8>, at offset: Int, size: Int) -> UInt64 {
        var result: UInt64 = 0
        for index in 0..<size {
            let byte = bytes[offset + index]
            result |= UInt64(byte) << (8 * UInt64(index))
        }
        return result
    }
}
