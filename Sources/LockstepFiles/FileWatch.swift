import Glibc

/// Waits for changes of a file: the system tells of them where it can, else time passes.
///
/// A watch that is made before the file is looked at misses nothing: what changes in between ends
/// the next wait at once.
package final class FileWatch: Sendable {
    /// How long a wait lasts at most where the system tells of nothing, in milliseconds.
    private static let pause: Int32 = 100
    /// How long it lasts at most anyhow: the system does not know of changes from other machines.
    private static let longest: Int32 = 1000

    private let descriptor: Int32

    /// Begins to watch.
    ///
    /// - Parameter path: The file; it need not be there.
    package init(_ path: String) {
        var open = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        if open >= 0 {
            let events = UInt32(IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)
            // Safe because: the path outlives the call, which keeps no pointer to it.
            if unsafe inotify_add_watch(open, path, events) < 0 {
                close(open)
                open = -1
            }
        }
        descriptor = open
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Waits until the file has changed, or might have.
    ///
    /// - Parameter limit: The longest time to wait, in milliseconds.
    package func wait(atMost limit: Int64) {
        let limit = Int32(max(0, min(limit, Int64(descriptor >= 0 ? Self.longest : Self.pause))))
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Safe because: the entry outlives the call. A negative descriptor is passed over, so that
        // only time passes.
        guard unsafe poll(&entry, 1, limit) > 0 else { return }
        var events = [UInt8](repeating: 0, count: 4096)
        // Safe because: the call is given the array with its own count.
        while unsafe events.withUnsafeMutableBytes({
            unsafe read(descriptor, $0.baseAddress, $0.count)
        }) > 0 {}
    }
}
