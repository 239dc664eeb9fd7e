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
    /// - Throws: ``FilesError/system(_:path:offset:code:)``; then the target is as it was, and
    ///   nothing lies beside it.
    package static func write(_ bytes: Span<UInt8>, to path: String) throws(FilesError) {
        try checkPath(path)
        let aside = try create(besides: path)
        do throws(FilesError) {
            try aside.write(bytes)
            try aside.synchronize()
            try aside.close()
            // Safe because: both strings live as long as the call, which keeps neither.
            _ = try retrying(.rename, path: path) { unsafe rename(aside.path, path) }
        } catch {
            // The first error is the one to tell; a name that cannot be removed adds nothing.
            // Safe because: the string lives as long as the call.
            _ = unsafe unlink(aside.path)
            throw error
        }
        try File.synchronizeDirectory(directory(of: path))
    }

    /// Writes a text.
    package static func write(_ text: String, to path: String) throws(FilesError) {
        try write(Array(text.utf8).span, to: path)
    }

    private static func create(besides path: String) throws(FilesError) -> File {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        while true {
            let number = count.add(1, ordering: .relaxed).newValue
            let aside = "\(path[..<slash]).\(path[slash...]).\(getpid())-\(number).tmp"
            do {
                return try File(creating: aside)
            } catch .targetExists {
                // Left by a process of the same number that was killed: take the next name.
                continue
            }
        }
    }
}
