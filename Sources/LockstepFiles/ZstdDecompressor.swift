import CZstd

/// Decompresses one zstd frame at a time into a buffer of a size known before.
///
/// What a frame asks for is read from its head and refused before any of it is decompressed, so a
/// frame from an unknown hand costs no more than the bytes asked for and a window of 8 MiB.
// Safe because: the context belongs to this value alone, it cannot be copied, and its methods need
// exclusive access.
@safe
package struct ZstdDecompressor: ~Copyable, @unchecked Sendable {
    /// The largest window a frame may ask for.
    package static let windowLimit: UInt64 = 8 << 20

    private let context: OpaquePointer

    /// Makes a context.
    package init() throws(FilesError) {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw .libraryFailed(library: "zstd", message: "no memory")
        }
        unsafe self.context = context
    }

    deinit {
        // Safe because: it was made in the initialiser and is freed nowhere else.
        unsafe ZSTD_freeDCtx(context)
    }

    /// Decompresses exactly one frame.
    ///
    /// - Parameters:
    ///   - frame: The bytes of the frame, no more.
    ///   - size: The size its content must have; the caller bounds it, as it is allocated.
    ///   - output: Takes the content from its beginning; made longer if needed, never shorter.
    /// - Throws: ``FilesError/frameRefused(_:)``.
    package mutating func decompress(
        _ frame: Span<UInt8>, size: Int, into output: inout [UInt8]
    ) throws(FilesError) {
        try Self.check(frame, size: size)
        output.lengthen(to: size)
        // Safe because: the target has at least `size` bytes, the source is passed with its own
        // count, and both are used in the call alone.
        let result = unsafe output.withUnsafeMutableBytes { target in
            unsafe frame.withUnsafeBytes { source in
                unsafe ZSTD_decompressDCtx(
                    context, target.baseAddress, size, source.baseAddress, source.count)
            }
        }
        if let message = zstdMessage(result) { throw .frameRefused(.damaged(message: message)) }
        if result != size {
            throw .frameRefused(.contentSize(declared: UInt64(result), expected: size))
        }
    }

    private static func check(_ frame: Span<UInt8>, size: Int) throws(FilesError) {
        let header = try FrameHeader(frame)
        guard let declared = header.contentSize else { throw .frameRefused(.noContentSize) }
        if declared != UInt64(exactly: size) {
            throw .frameRefused(.contentSize(declared: declared, expected: size))
        }
        if !header.hasChecksum { throw .frameRefused(.noChecksum) }
        if header.dictionaryID != 0 { throw .frameRefused(.dictionary) }
        if header.windowSize > windowLimit {
            throw .frameRefused(.window(bytes: header.windowSize, limit: windowLimit))
        }
        // Safe because: the call reads at most the bytes it is given.
        let length = unsafe frame.withUnsafeBytes {
            unsafe ZSTD_findFrameCompressedSize($0.baseAddress, $0.count)
        }
        if let message = zstdMessage(length) { throw .frameRefused(.damaged(message: message)) }
        if length != frame.count {
            throw .frameRefused(.length(frame: length, given: frame.count))
        }
    }
}
