package import LockstepFiles
import Synchronization

/// Where the bytes of a log go; called by one thread at a time.
package protocol AuditSink: Sendable {
    /// What messages call it: a path.
    var name: String { get }

    /// Appends all bytes.
    func write(_ bytes: Span<UInt8>) throws(FilesError)

    /// Brings what was written, and the name under which it is found, to the medium.
    func synchronize() throws(FilesError)

    /// Ends; nothing is written afterwards.
    func close() throws(FilesError)
}

/// A new file; its name is the final one from the beginning, and nothing that exists is replaced.
package final class FileSink: AuditSink {
    private let file: File
    /// Whether the name has been brought to the medium, which is done once.
    private let hasName = Atomic(false)

    /// Makes the file.
    package init(creating path: String) throws(FilesError) { file = try File(creating: path) }

    package var name: String { file.path }

    package func write(_ bytes: Span<UInt8>) throws(FilesError) { try file.write(bytes) }

    package func synchronize() throws(FilesError) {
        try file.synchronize()
        if hasName.load(ordering: .relaxed) { return }
        try File.synchronizeDirectory(directory(of: file.path))
        hasName.store(true, ordering: .relaxed)
    }

    package func close() throws(FilesError) { try file.close() }
}

/// A log in memory.
package final class MemorySink: AuditSink {
    private let content = Mutex<[UInt8]>([])

    /// Begins with no bytes.
    package init() {}

    package var name: String { "memory" }

    /// What was written so far.
    package var bytes: [UInt8] { content.withLock { $0 } }

    package func write(_ bytes: Span<UInt8>) throws(FilesError) {
        let copy = bytes.copy(0..<bytes.count)
        content.withLock { $0 += copy }
    }

    package func synchronize() throws(FilesError) {}

    package func close() throws(FilesError) {}
}
