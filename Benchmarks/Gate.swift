import Glibc
import Synchronization

/// Lets one thread wait until some others have arrived.
final class Gate: Sendable {
    private let missing: Atomic<Int>

    init(_ count: Int) { missing = Atomic(count) }

    func arrive() { missing.subtract(1, ordering: .releasing) }

    /// Asks every tenth of a millisecond, which costs the measured work nothing.
    func wait() {
        while missing.load(ordering: .acquiring) > 0 { usleep(100) }
    }
}
