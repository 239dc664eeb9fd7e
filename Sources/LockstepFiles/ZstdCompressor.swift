import CZstd

/// Compresses one buffer at a time into one independent zstd frame.
///
/// Each frame tells the size of its content and ends with a checksum. The memory of the context is
/// kept from call to call.
// Safe because: the context belongs to this value alone, it cannot be copied, and its methods need
// exclusive access.
@safe
package struct ZstdCompressor: ~Copyable, @unchecked Sendable {
    /// How a frame is made.
    package struct Settings: Hashable, Sendable {
        /// 1 (fast) to 19 (small).
        package var level: Int32
        /// The logarithm of the size of the search table; `nil` as the level says.
        package var hashLog: Int32?
        /// The logarithm of the window in bytes, at most 23; `nil` as the level says.
        package var windowLog: Int32?
        /// The shortest match, 3 to 7; `nil` as the level says.
        package var minMatch: Int32?

        /// Makes settings.
        package init(
            level: Int32 = 1, hashLog: Int32? = nil, windowLog: Int32? = nil,
            minMatch: Int32? = nil
        ) {
            self.level = level
            self.hashLog = hashLog
            self.windowLog = windowLog
            self.minMatch = minMatch
        }

        /// Level 1 with small tables, which suits event records: faster, and slightly smaller.
        package static var records: Self {
            Self(level: 1, hashLog: 11, windowLog: 18, minMatch: 6)
        }
    }

    private let context: OpaquePointer

    /// Makes a context.
    ///
    /// - Parameter settings: How frames are made.
    /// - Throws: ``FilesError/libraryFailed(library:message:)`` when the library refuses a setting.
    package init(_ settings: Settings = Settings()) throws(FilesError) {
        guard let context = unsafe ZSTD_createCCtx() else {
            throw .libraryFailed(library: "zstd", message: "no memory")
        }
        let parameters: [(ZSTD_cParameter, Int32?)] = [
            (ZSTD_c_compressionLevel, settings.level), (ZSTD_c_checksumFlag, 1),
            (ZSTD_c_contentSizeFlag, 1), (ZSTD_c_hashLog, settings.hashLog),
            (ZSTD_c_windowLog, settings.windowLog), (ZSTD_c_minMatch, settings.minMatch),
        ]
        for (parameter, value) in parameters {
            guard let value else { continue }
            // Safe because: the context is alive.
            let result = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
            if let message = zstdMessage(result) {
                unsafe ZSTD_freeCCtx(context)
                throw .libraryFailed(library: "zstd", message: message)
            }
        }
        unsafe self.context = context
    }

    deinit {
        // Safe because: it was made in the initialiser and is freed nowhere else.
        unsafe ZSTD_freeCCtx(context)
    }

    /// The most bytes a frame can have for a content of this size.
    package static func bound(_ size: Int) -> Int { ZSTD_compressBound(size) }

    /// Compresses bytes into one frame.
    ///
    /// - Parameters:
    ///   - input: The whole content.
    ///   - output: Takes the frame; made longer when it may not suffice, so a buffer used again and
    ///     again is allocated once.
    ///   - start: Where in the output the frame begins; what is before it stays.
    /// - Returns: The length of the frame.
    /// - Throws: ``FilesError/libraryFailed(library:message:)``.
    package mutating func compress(
        _ input: Span<UInt8>, into output: inout [UInt8], at start: Int = 0
    ) throws(FilesError) -> Int {
        precondition(start >= 0)
        output.lengthen(to: start + Self.bound(input.count))
        // Safe because: both buffers are passed with their own counts and used in the call alone;
        // the output is longer than its start.
        let result = unsafe output.withUnsafeMutableBytes { target in
            unsafe input.withUnsafeBytes { source in
                unsafe ZSTD_compress2(
                    context, target.baseAddress?.advanced(by: start), target.count - start,
                    source.baseAddress, source.count)
            }
        }
        if let message = zstdMessage(result) {
            throw .libraryFailed(library: "zstd", message: message)
        }
        return result
    }
}

/// The library's message for a result, or nothing when it is not an error.
func zstdMessage(_ result: Int) -> String? {
    if ZSTD_isError(result) == 0 { return nil }
    // Safe because: the library has a constant text for every code.
    guard let text = unsafe ZSTD_getErrorName(result) else { return "unknown error" }
    return unsafe String(cString: text)
}

/// The version of the zstd library in use, such as `1.5.5`.
package var zstdVersion: String {
    // Safe because: the text is a constant of the library.
    guard let text = unsafe ZSTD_versionString() else { return "" }
    return unsafe String(cString: text)
}
