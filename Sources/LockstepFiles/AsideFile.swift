import Glibc
import Synchronization

/// A new file that gets its name when it is whole, and leaves nothing behind if it never is.
package final class AsideFile: Sendable {
    /// The name it will have.
    package let path: String

    private let file: File
    private let isDone = Atomic(false)

    /// Begins a file under another name in the same directory.
    ///
    /// - Parameter path: The name it will have.
    /// - Throws: ``FilesError/targetExists(path:)`` and errors of the system.
    package init(creating path: String) throws(FilesError) {
        try checkPath(path)
        if File.identity(of: path) != nil { throw .targetExists(path: path) }
        self.path = path
        do throws(FilesError) {
            file = try AtomicWrite.create(besides: path)
        } catch { throw error.naming(path) }
    }

    deinit { discard() }

    /// Appends all bytes.
    package func write(_ bytes: Span<UInt8>) throws(FilesError) {
        do throws(FilesError) { try file.write(bytes) } catch { throw error.naming(path) }
    }

    /// Brings what was written to the medium.
    package func synchronize() throws(FilesError) {
        do throws(FilesError) { try file.synchronize() } catch { throw error.naming(path) }
    }

    /// Gives the file its name; nothing that has the name is replaced.
    ///
    /// - Throws: ``FilesError/targetExists(path:)`` and errors of the system.
    package func publish() throws(FilesError) {
        do throws(FilesError) {
            try file.close()
            try take(path)
        } catch .system(.rename, _, _, EEXIST) {
            throw .targetExists(path: path)
        } catch { throw error.naming(path) }
        isDone.store(true, ordering: .relaxed)
        try File.synchronizeDirectory(directory(of: path))
    }

    /// Takes a name that nothing has.
    private func take(_ path: String) throws(FilesError) {
        do throws(FilesError) {
            // A second name is refused where the first is taken; renaming would replace.
            // Safe because: both strings live as long as the call, which keeps neither.
            _ = try retrying(.rename, path: path) { unsafe link(file.path, path) }
        } catch .system(.rename, _, _, let code) where [EPERM, ENOSYS, EOPNOTSUPP].contains(code) {
            // A file has one name only here.
            if File.identity(of: path) != nil { throw .targetExists(path: path) }
            // Safe because: both strings live as long as the call, which keeps neither.
            _ = try retrying(.rename, path: path) { unsafe rename(file.path, path) }
            return
        }
        try File.remove(file.path)
    }

    /// Takes the file away, unless it has its name.
    package func discard() {
        if isDone.exchange(true, ordering: .relaxed) { return }
        // What made the caller give up is told; a name that cannot be removed adds nothing.
        try? File.remove(file.path)
    }
}

extension FilesError {
    /// The error with the name that the user knows.
    func naming(_ path: String) -> FilesError {
        if case .system(let operation, _, let offset, let code) = self {
            return .system(operation, path: path, offset: offset, code: code)
        }
        return self
    }
}
