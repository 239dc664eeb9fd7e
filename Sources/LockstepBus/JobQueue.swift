/// The jobs of a loop that are ready to run, first in, first out.
struct JobQueue {
    private var ring = ContiguousArray<UnownedJob?>(repeating: nil, count: 64)
    private var head = 0
    private var tail = 0

    /// Puts a job behind all others.
    mutating func append(_ job: UnownedJob) {
        if tail &- head == ring.count { grow() }
        ring[tail & (ring.count &- 1)] = job
        tail &+= 1
    }

    /// Takes the job that waits longest.
    mutating func next() -> UnownedJob? {
        if head == tail { return nil }
        let place = head & (ring.count &- 1)
        let job = ring[place]
        ring[place] = nil
        head &+= 1
        return job
    }

    private mutating func grow() {
        var larger = ContiguousArray<UnownedJob?>(repeating: nil, count: ring.count * 2)
        for offset in 0..<ring.count { larger[offset] = ring[(head + offset) & (ring.count - 1)] }
        tail = ring.count
        head = 0
        ring = larger
    }
}
