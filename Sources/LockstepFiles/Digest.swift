import CCrypto

/// A running SHA-256, by libcrypto.
///
/// It has one owner at a time and may go from one thread to another.
// Safe because: the two contexts belong to this value alone, it cannot be copied, and its methods
// need exclusive access.
@safe
package struct Digest: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer
    private let scratch: OpaquePointer

    /// Begins with no bytes.
    package init() throws(FilesError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw Self.failure("no memory") }
        guard let scratch = unsafe EVP_MD_CTX_new() else {
            unsafe EVP_MD_CTX_free(context)
            throw Self.failure("no memory")
        }
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            unsafe EVP_MD_CTX_free(scratch)
            throw Self.failure("it has no SHA-256")
        }
        unsafe self.context = context
        unsafe self.scratch = scratch
    }

    deinit {
        // Safe because: both were made in the initialiser and are freed nowhere else.
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_CTX_free(scratch)
    }

    /// Goes on with more bytes.
    package mutating func update(_ bytes: Span<UInt8>) {
        let done = unsafe bytes.withUnsafeBytes {
            // Safe because: the call reads exactly the buffer it is given and keeps nothing.
            unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        precondition(done == 1, "a digest cannot go on after its end")
    }

    /// The digest of all bytes so far, without ending.
    package mutating func snapshot() throws(FilesError) -> SHA256Digest {
        // Safe because: both contexts are alive, and the scratch one is used for this alone.
        guard unsafe EVP_MD_CTX_copy_ex(scratch, context) == 1 else {
            throw Self.failure("no memory")
        }
        return try unsafe Self.end(scratch)
    }

    /// The digest of all bytes.
    package consuming func finish() throws(FilesError) -> SHA256Digest {
        try unsafe Self.end(context)
    }

    /// The digest of one run of bytes.
    package static func sha256(_ bytes: Span<UInt8>) throws(FilesError) -> SHA256Digest {
        var digest = try Digest()
        digest.update(bytes)
        return try digest.finish()
    }

    /// The digest of a file's content, and its size in bytes, in reads of 1 MiB.
    package static func sha256(
        ofFile path: String
    ) throws(FilesError) -> (digest: SHA256Digest, size: Int64) {
        let file = try File(reading: path)
        var digest = try Digest()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try file.read(into: &buffer, 0..<buffer.count)
            if count == 0 { break }
            digest.update(buffer.span.extracting(0..<count))
        }
        return (try digest.finish(), file.offset)
    }

    private static func end(_ context: OpaquePointer) throws(FilesError) -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        // Safe because: SHA-256 writes 32 bytes, and the array has as many.
        let done = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
        }
        guard done == 1, let digest = SHA256Digest(bytes: bytes) else {
            throw failure("the digest could not be ended")
        }
        return digest
    }

    private static func failure(_ message: String) -> FilesError {
        .libraryFailed(library: "libcrypto", message: message)
    }
}
