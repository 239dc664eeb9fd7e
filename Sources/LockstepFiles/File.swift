import Glibc
import Synchronization

/// An open file: owns its descriptor and closes it.
///
/// Reading and writing go on from where they stopped, unless an offset is given. One thread may hand
/// the file to another; two at once would share one position.
package final class File: Sendable {
    /// The path it was opened by, for messages.
    package let path: String

    private let descriptor: Atomic<Int32>
    private let position = Atomic<Int64>(0)

    init(path: String, operation: FileOperation, flags: Int32) throws(FilesError) {
        try checkPath(path)
        self.path = path
        // 0644: others may read, only the owner may write.
        // Safe because: the string lives as long as the call, which keeps no pointer to it.
        let opened = try retrying(operation, path: path) {
            unsafe open(path, flags | O_CLOEXEC, 0o644)
        }
        descriptor = Atomic(opened)
    }

    /// Opens an existing file for reading; a symbolic link is followed.
    package convenience init(reading path: String) throws(FilesError) {
        try self.init(path: path, operation: .open, flags: O_RDONLY)
    }

    /// Opens an existing file of which every part can be read at any time: no pipe, no directory.
    ///
    /// - Parameter path: The file; a symbolic link is followed. A pipe is not waited for.
    /// - Throws: ``FilesError/notAFile(path:what:)`` and errors of the system.
    package convenience init(readingAnywhere path: String) throws(FilesError) {
        try self.init(path: path, operation: .open, flags: O_RDONLY | O_NONBLOCK)
        if let what = Self.kind(try status().st_mode) {
            throw .notAFile(path: path, what: what)
        }
    }

    /// Makes a new file for writing and reading; fails if anything has that name.
    package convenience init(creating path: String) throws(FilesError) {
        do {
            try self.init(
                path: path, operation: .create, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
        } catch .system(.create, _, _, EEXIST) {
            throw .targetExists(path: path)
        }
    }

    deinit {
        let open = descriptor.load(ordering: .relaxed)
        if open >= 0 { _ = Glibc.close(open) }
    }

    /// How many bytes were written or read in sequence so far.
    package var offset: Int64 { position.load(ordering: .relaxed) }

    /// The size of the file in bytes, now.
    package func size() throws(FilesError) -> Int64 { Int64(try status().st_size) }

    /// What the system says of the file, now.
    func status() throws(FilesError) -> stat {
        var status = stat()
        let open = current
        // Safe because: the structure outlives the call, which keeps no pointer to it.
        _ = try retrying(.size, path: path) { unsafe fstat(open, &status) }
        return status
    }

    /// Writes all bytes, however many calls that takes.
    ///
    /// - Parameter bytes: What to append at the file's position.
    /// - Throws: ``FilesError/system(_:path:offset:code:)`` with the offset of the first byte that
    ///   is not written.
    package func write(_ bytes: Span<UInt8>) throws(FilesError) {
        var done = 0
        while done < bytes.count {
            let rest = bytes.extracting(done..<bytes.count)
            let open = current
            // Safe because: the pointer is used only within the closure, with the span's own count.
            let count = unsafe rest.withUnsafeBytes { bytes in
                attempt(.write, path, asking: bytes.count) {
                    unsafe Glibc.write(open, bytes.baseAddress, $0)
                }
            }
            if count > 0 {
                done += count
                position.add(Int64(count), ordering: .relaxed)
            } else if count == 0 {
                // No progress and no error; a second try would not end.
                throw .system(.write, path: path, offset: offset, code: EIO)
            } else if errno != EINTR {
                throw failure(.write, at: offset)
            }
        }
    }

    /// Writes all bytes of an array.
    package func write(_ bytes: [UInt8]) throws(FilesError) { try write(bytes.span) }

    /// Reads on into a part of an array.
    ///
    /// - Parameters:
    ///   - buffer: Where the bytes go.
    ///   - range: The part of it that may be overwritten; not empty.
    /// - Returns: How many bytes were read: at least one, or 0 at the end of the file.
    /// - Throws: ``FilesError/system(_:path:offset:code:)``.
    package func read(into buffer: inout [UInt8], _ range: Range<Int>) throws(FilesError) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count)
        while true {
            let open = current
            // Safe because: the range was checked to lie within the array.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                attempt(.read, path, asking: range.count) {
                    unsafe Glibc.read(open, bytes.baseAddress?.advanced(by: range.lowerBound), $0)
                }
            }
            if count >= 0 {
                position.add(Int64(count), ordering: .relaxed)
                return count
            }
            if errno != EINTR { throw failure(.read, at: offset) }
        }
    }

    /// Reads as much of a stretch of the file as there is, without moving the position.
    ///
    /// - Parameters:
    ///   - buffer: Takes the bytes from its beginning; made longer if needed, never shorter.
    ///   - start: The offset of the first byte in the file, from 0.
    ///   - count: How many bytes, from 0.
    /// - Returns: How many bytes there were: fewer than asked only at the end of the file.
    /// - Throws: ``FilesError/system(_:path:offset:code:)``.
    package func read(
        into buffer: inout [UInt8], at start: Int64, count: Int
    ) throws(FilesError) -> Int {
        precondition(start >= 0 && count >= 0)
        buffer.lengthen(to: count)
        var done = 0
        while done < count {
            let open = current
            let from = start + Int64(done)
            // Safe because: the array has at least `count` bytes.
            let step = unsafe buffer.withUnsafeMutableBytes { bytes in
                attempt(.read, path, asking: count - done) {
                    unsafe pread(open, bytes.baseAddress?.advanced(by: done), $0, off_t(from))
                }
            }
            if step == 0 { break }
            if step > 0 {
                done += step
            } else if errno != EINTR {
                throw failure(.read, at: from)
            }
        }
        return done
    }

    /// Reads a stretch of the file that must be there.
    ///
    /// - Parameters:
    ///   - count: How many bytes, from 0.
    ///   - start: The offset of the first byte in the file, from 0.
    /// - Returns: Exactly these bytes.
    /// - Throws: ``FilesError/unexpectedEnd(path:offset:needed:found:)`` and errors of the system.
    package func bytes(_ count: Int, at start: Int64) throws(FilesError) -> [UInt8] {
        var buffer: [UInt8] = []
        let found = try read(into: &buffer, at: start, count: count)
        if found < count {
            throw .unexpectedEnd(path: path, offset: start, needed: count, found: found)
        }
        return buffer
    }

    /// Brings all written bytes, and what is needed to find them, to the medium.
    ///
    /// An error is final: what was not written then may be lost, whatever a second try says. Only
    /// an interruption, before which nothing was given up, is tried again.
    package func synchronize() throws(FilesError) {
        let open = current
        while attempt(.sync, path, { _ in fdatasync(open) }) != 0 {
            if errno != EINTR { throw failure(.sync, at: offset) }
        }
    }

    /// Closes the file and tells if that failed; a second call does nothing.
    package func close() throws(FilesError) {
        let open = descriptor.exchange(-1, ordering: .relaxed)
        if open < 0 { return }
        let planned = attempt(.close, path) { _ in 0 }
        let code = errno
        // On Linux the descriptor is gone even if the call failed or was interrupted.
        let result = Glibc.close(open)
        if result != 0, errno != EINTR { throw failure(.close, at: nil) }
        if planned != 0, code != EINTR {
            throw .system(.close, path: path, offset: nil, code: code)
        }
    }

    /// Brings the names in a directory to the medium: after a file was made or renamed there.
    package static func synchronizeDirectory(_ path: String) throws(FilesError) {
        let directory = try File(path: path, operation: .sync, flags: O_RDONLY | O_DIRECTORY)
        let open = directory.current
        _ = try retrying(.sync, path: path) { fsync(open) }
        try directory.close()
    }

    /// Takes a file away; one that is not there is fine.
    package static func remove(_ path: String) throws(FilesError) {
        do {
            // Safe because: the string lives as long as the call, which keeps no pointer to it.
            _ = try retrying(.remove, path: path) { unsafe unlink(path) }
        } catch .system(_, _, _, ENOENT) { return }
    }

    /// The whole content of a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most bytes it may have.
    /// - Returns: Its bytes.
    /// - Throws: ``FilesError/tooLarge(path:size:limit:)`` and errors of the system.
    package static func contents(of path: String, limit: Int) throws(FilesError) -> [UInt8] {
        let file = try File(reading: path)
        var buffer: [UInt8] = []
        var used = 0
        while true {
            // One byte above the limit is asked for, so that a longer file shows.
            let room = min(max(used, 1 << 16), limit - used + 1)
            buffer.lengthen(to: used + room)
            let count = try file.read(into: &buffer, used..<used + room)
            if count == 0 { break }
            used += count
            if used > limit {
                throw .tooLarge(
                    path: path, size: max(try file.size(), Int64(used)), limit: Int64(limit))
            }
        }
        buffer.removeLast(buffer.count - used)
        return buffer
    }

    private var current: Int32 { descriptor.load(ordering: .relaxed) }

    private func failure(_ operation: FileOperation, at offset: Int64?) -> FilesError {
        .system(operation, path: path, offset: offset, code: errno)
    }
}

/// Refuses a path which would be cut at a NUL character on its way to the system.
func checkPath(_ path: String) throws(FilesError) {
    if path.isEmpty || path.utf8.contains(0) { throw .badPath(path) }
}

/// The directory a path lies in, as text: "." for a bare name.
package func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
