import Glibc
import Synchronization

/// A new directory of files that gets its name when all of them are whole, and leaves nothing behind
/// if they never are.
package final class AsideDirectory: Sendable {
    /// The name it will have.
    package let path: String

    private let aside: RunDirectory
    private let files = Mutex<[(name: String, file: File)]>([])
    private let isDone = Atomic(false)

    /// Begins a directory under another name in the same one.
    ///
    /// - Parameter path: The name it will have.
    /// - Throws: ``FilesError/targetExists(path:)`` and errors of the system.
    package init(creating path: String) throws(FilesError) {
        try checkPath(path)
        var trimmed = path
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        if RunDirectory.exists(trimmed) { throw .targetExists(path: trimmed) }
        self.path = trimmed
        do throws(FilesError) {
            aside = try RunDirectory.create(exactly: AtomicWrite.name(besides: trimmed))
        } catch { throw error.naming(trimmed) }
    }

    deinit { discard() }

    /// Makes a file in it.
    ///
    /// - Parameter name: Its name, without a directory.
    /// - Returns: The file, which ``publish()`` closes.
    /// - Throws: ``FilesError``.
    package func file(_ name: String) throws(FilesError) -> File {
        let file = try File(creating: aside.path(of: name))
        files.withLock { $0.append((name, file)) }
        return file
    }

    /// Brings all files to the medium and gives the directory its name.
    ///
    /// - Throws: ``FilesError/targetExists(path:)`` and errors of the system.
    package func publish() throws(FilesError) {
        do throws(FilesError) {
            for (_, file) in files.withLock({ $0 }) {
                try file.synchronize()
                try file.close()
            }
            try File.synchronizeDirectory(aside.path)
            // Only an empty directory that came in the meantime could be replaced by renaming.
            if RunDirectory.exists(path) { throw FilesError.targetExists(path: path) }
            // Safe because: both strings live as long as the call, which keeps neither.
            _ = try retrying(.rename, path: path) { unsafe rename(aside.path, path) }
        } catch { throw error.naming(path) }
        isDone.store(true, ordering: .relaxed)
        try File.synchronizeDirectory(directory(of: path))
    }

    /// Takes the directory away with its files, unless it has its name.
    package func discard() {
        if isDone.exchange(true, ordering: .relaxed) { return }
        // What made the caller give up is told; what cannot be removed adds nothing.
        try? aside.remove(files.withLock { $0.map(\.name) })
    }
}
