import Glibc
import LockstepFiles
import Synchronization

/// Where text goes: standard output, standard error, or memory.
final class Channel: Sendable {
    private enum Target: Sendable {
        case descriptor(Int32, name: String)
        case memory
    }

    /// Bytes that wait, so that many short lines make few calls.
    private static let capacity = 1 << 16

    private let target: Target
    private let waiting = Mutex<[UInt8]>([])

    private init(_ target: Target) { self.target = target }

    /// Standard output.
    static let output = Channel(.descriptor(STDOUT_FILENO, name: "standard output"))

    /// Standard error.
    static let error = Channel(.descriptor(STDERR_FILENO, name: "standard error"))

    /// A channel that keeps what is written.
    static func memory() -> Channel { Channel(.memory) }

    /// The end of a pipe, which the channel owns until ``close()``.
    static func pipe(_ descriptor: Int32, name: String) -> Channel {
        Channel(.descriptor(descriptor, name: name))
    }

    /// What is kept of the text; empty unless the channel is in memory.
    var text: String { waiting.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Whether a person looks on.
    var isTerminal: Bool {
        if case .descriptor(let descriptor, _) = target { return isatty(descriptor) == 1 }
        return false
    }

    /// Writes text, at the latest with the next ``flush()``.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``CommandError/closedPipe`` when the reader has gone, else an error of writing.
    func write(_ text: String) throws(CommandError) {
        let isFull = waiting.withLock { bytes in
            bytes.append(contentsOf: text.utf8)
            return bytes.count >= Self.capacity
        }
        if isFull { try flush() }
    }

    /// Writes a line at once.
    func writeLine(_ line: String) throws(CommandError) {
        try write(line + "\n")
        try flush()
    }

    /// Brings everything to where it goes.
    func flush() throws(CommandError) {
        guard case .descriptor(let descriptor, let name) = target else { return }
        let bytes = waiting.withLock { bytes in
            defer { bytes.removeAll(keepingCapacity: true) }
            return bytes
        }
        var done = 0
        while done < bytes.count {
            // Safe because: the pointer is used within the closure, for the bytes behind `done`.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(
                    descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                let code = count == 0 ? EIO : errno
                if code == EPIPE { throw .closedPipe }
                let error = FilesError.system(.write, path: name, offset: nil, code: code)
                throw .other(.writeError, message: error.description)
            }
        }
    }

    /// Gives the descriptor back; nothing is written afterwards.
    func close() {
        if case .descriptor(let descriptor, _) = target { _ = Glibc.close(descriptor) }
    }
}
