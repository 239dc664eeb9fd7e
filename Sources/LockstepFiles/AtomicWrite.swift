import Glibc
import Synchronization

/// Writes a whole file so that a reader sees the old content or the new, never a part.
package enum AtomicWrite {
    private static let count = Atomic<UInt64>(0)

    /// Writes aside in the same directory, syncs, and renames over the target.
    ///
    /// - Parameters:
    ///   - bytes: The whole content.
    ///   - path: The target; a file there is replaced.
    /// - Throws: ``FilesError/system(_:path:offset:code:)``; then nothing lies beside the target,
    ///   and it is as it was, or new where only its name could not be brought to the medium.
    package static func write(_ bytes: Span<UInt8>, to path: String) throws(FilesError) {
        try checkPath(path)
        do throws(FilesError) {
            try replace(path, with: bytes)
        } catch .system(let operation, _, let offset, let code) {
            // The name aside is ours alone; the user knows the target.
            throw .system(operation, path: path, offset: offset, code: code)
        }
        try File.synchronizeDirectory(directory(of: path))
    }

    private static func replace(_ path: String, with bytes: Span<UInt8>) throws(FilesError) {
        let aside = try create(besides: path)
        do throws(FilesError) {
            try aside.write(bytes)
            try aside.synchronize()
            try aside.close()
            // Safe because: both strings live as long as the call, which keeps neither.
            _ = try retrying(.rename, path: path) { unsafe rename(aside.path, path) }
        } catch {
            // The first error is the one to tell; a name that cannot be removed adds nothing.
            try? File.remove(aside.path)
            throw error
        }
    }

    /// Writes a text.
    package static func write(_ text: String, to path: String) throws(FilesError) {
        try write(Array(text.utf8).span, to: path)
    }

    /// A new file of a name of its own, in the directory of another one.
    static func create(besides path: String) throws(FilesError) -> File {
        while true {
            do {
                return try File(creating: name(besides: path))
            } catch .targetExists {
                // Left by a process of the same number that was killed: take the next name.
                continue
            }
        }
    }

    /// A name in the directory of a path that this process has not given before.
    static func name(besides path: String) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let number = count.add(1, ordering: .relaxed).newValue
        return "\(path[..<slash]).\(path[slash...]).\(getpid())-\(number).tmp"
    }
}
