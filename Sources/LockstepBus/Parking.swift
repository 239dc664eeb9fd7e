/// A place for one suspended task of a run, from which the loop takes it up again.
///
/// A task that awaits ``Parking/suspend()`` is stored here as a job. The loop runs that job under
/// its own identity, so that the way back to the service costs no further switch.
// Safe because: the slot is touched on the loop's thread alone; other threads only pass it on.
final class ParkingExecutor: SerialExecutor, @unchecked Sendable {
    private let job = Confined<UnownedJob?>(nil)

    func enqueue(_ job: consuming ExecutorJob) { self.job.value = UnownedJob(job) }

    /// Whether a task waits.
    var isWaiting: Bool { job.value != nil }

    /// Takes the waiting task out.
    @inline(__always)
    func take() -> UnownedJob? {
        let taken = job.value
        job.value = nil
        return taken
    }
}

/// The actor whose only method is a suspension.
actor Parking {
    nonisolated let slot = ParkingExecutor()

    // Safe because: the slot lives as long as its actor.
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe slot.asUnownedSerialExecutor() }

    private let wakes = Confined<UInt64>(0)

    /// Returns when the loop takes the caller out of the slot.
    // Without the counter the optimiser removes the switch to this actor and back.
    @inline(never) func suspend() { wakes.value &+= 1 }
}

/// An executor that puts whoever comes to it at the end of the loop's queue.
// Safe because: it only holds a reference to the loop, which takes jobs from any thread.
final class PauseExecutor: SerialExecutor, @unchecked Sendable {
    private let loop: RunExecutor
    private let member: Int

    init(_ loop: RunExecutor, of member: Int) {
        self.loop = loop
        self.member = member
    }

    func enqueue(_ job: consuming ExecutorJob) { loop.push(UnownedJob(job), of: member) }
}

/// The actor through which a service gives way.
actor Pause {
    private nonisolated let slot: PauseExecutor

    // Safe because: the slot lives as long as its actor.
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe slot.asUnownedSerialExecutor() }

    private let count = Confined<UInt64>(0)

    init(_ loop: RunExecutor, of member: Int) { slot = PauseExecutor(loop, of: member) }

    /// Returns after all jobs that were ready before.
    // Without the counter the optimiser removes the switch to this actor and back.
    @inline(never) func giveWay() { count.value &+= 1 }
}
