import Glibc
import LockstepModel
import Synchronization

/// The loop of one run: jobs run first in, first out, on the thread that runs the loop.
///
/// The bus, the driver and all services of a run return it from `unownedExecutor`, so calls
/// between them never change threads. Jobs that other threads enqueue arrive through a locked
/// inbox and are counted.
// Safe because: the ring and the counters are touched by the owning thread alone; what other
// threads reach (inbox, owner) is behind a lock or atomic.
public final class RunExecutor: SerialExecutor, @unchecked Sendable {
    /// What other threads bring: a foreign job, or the end of work that was announced.
    private enum Arrival {
        case job(UnownedJob)
        case resume(ParkingExecutor)
    }

    /// What only the loop's own thread touches.
    private struct LoopState {
        var finished = false
        /// Work announced by `offload` that has not come back yet.
        var outside = 0
        /// Jobs that came from other threads without being announced.
        var foreignJobs = 0
        /// The buses that services of this run have joined.
        var buses: [BusCore] = []
    }

    /// What is behind the lock.
    private struct Inbox {
        var arrivals: [Arrival] = []
    }

    private let jobs = Confined(JobQueue())
    /// In place of the queue where the run has a schedule.
    private let bag: Confined<JobBag>?
    /// Whether more than one delivery may be in progress.
    let isWaveAtOnce: Bool
    private let state = Confined(LoopState())
    private let owner = Atomic<UInt>(0)
    private let inbox = Mutex(Inbox())
    private let waiting = Atomic<Int>(0)
    private let signal: Signal

    /// Makes a loop that nobody runs yet.
    ///
    /// - Parameter schedule: The order in which it takes up what is ready; without one first in,
    ///   first out.
    public init(schedule: Schedule? = nil) {
        signal = Signal()
        bag = schedule.map { Confined(JobBag($0)) }
        isWaveAtOnce = schedule?.isWaveAtOnce ?? false
    }

    /// What became of the schedule so far; `nil` without one.
    public var trace: ScheduleTrace? { bag?.value.picker.trace }

    /// Whether the run has a schedule.
    var isScheduled: Bool { bag != nil }

    /// Work announced by `offload` that has not come back yet.
    var outside: Int { state.value.outside }

    /// Jobs that came from other threads without being announced.
    var foreignJobs: Int { state.value.foreignJobs }

    /// Whether a job has come from another thread without being announced, be it this moment.
    @inline(__always)
    var isDisturbed: Bool {
        if waiting.load(ordering: .relaxed) != 0 { takeInbox() }
        return state.value.foreignJobs != 0
    }

    /// Takes a job; from the loop's own thread it is queued, from others it goes to the inbox.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { push(job, of: Candidate.nobody) } else { arrive(.job(job)) }
    }

    /// Whether the caller runs on this loop's thread.
    public var isCurrent: Bool { owner.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Stops the process when the caller is not on the loop's thread: a mistake of the program.
    public func checkIsolated() {
        precondition(isCurrent, "not on the loop of the run")
    }

    /// Runs an operation and everything it starts on the calling thread until it has ended.
    ///
    /// - Parameter operation: What to do; it is isolated to an actor on this loop.
    /// - Returns: What the operation returns.
    /// - Throws: What the operation throws, or ``BusError/stalled(_:)`` when it waits for
    ///   something that nobody on the loop can bring.
    public func run<Value: Sendable>(
        _ operation: @escaping @Sendable (isolated LoopRoot) async throws -> Value
    ) throws -> Value {
        let isFree = owner.compareExchange(
            expected: 0, desired: UInt(pthread_self()), ordering: .acquiringAndReleasing
        ).exchanged
        precondition(isFree, "a loop runs one operation at a time")
        defer { owner.store(0, ordering: .releasing) }
        state.value.finished = false
        let root = LoopRoot(on: self)
        let outcome = Outcome<Value>()
        root.assumeIsolated { root in root.start(operation, outcome) }
        while !state.value.finished {
            if runOne() { continue }
            if outside == 0 { break }
            waitForArrival()
        }
        endBuses()
        guard let result = outcome.take() else {
            throw BusError.stalled(
                BusPlace(
                    step: .setUp, time: .epoch, sequence: .none, topic: "", service: "driver"))
        }
        return try result.get()
    }

    /// Keeps a bus until the run has ended, however it ends.
    func adopt(_ bus: BusCore) { state.value.buses.append(bus) }

    /// Ends what is left of the services' own tasks, and lets the services go.
    ///
    /// Services hold their ports and ports hold the bus, which holds the services: the circle is
    /// opened here, also when nobody has closed the bus.
    private func endBuses() {
        let buses = state.value.buses
        state.value.buses = []
        for bus in buses { bus.stop(cancelling: true) }
        var turns = 0
        while turns < BusCore.turnsPerScope {
            if runOne() {
                turns &+= 1
            } else if outside > 0 {
                waitForArrival()
            } else {
                break
            }
        }
        for bus in buses { bus.release() }
    }

    /// The operation of ``run(_:)`` has ended.
    func finish() { state.value.finished = true }

    /// Puts a job behind all that are ready.
    ///
    /// - Parameters:
    ///   - job: A job of this loop.
    ///   - owner: The service it belongs to, as far as one knows.
    func push(_ job: UnownedJob, of owner: Int) {
        if let bag { bag.value.append(job, of: owner) } else { jobs.value.append(job) }
    }

    /// Runs one ready job to its next suspension, on top of the caller's stack.
    ///
    /// - Returns: Whether there was one.
    func runOne() -> Bool {
        if waiting.load(ordering: .relaxed) != 0 { takeInbox() }
        guard let job = bag.map({ $0.value.next() }) ?? jobs.value.next() else { return false }
        run(job)
        return true
    }

    /// Picks among jobs and deliveries that are ready; only in a run with a schedule.
    ///
    /// - Parameter deliveries: The services that have a delivery to take, with the time since they
    ///   do.
    /// - Returns: What was picked; nil where nothing is ready.
    func pick(with deliveries: ContiguousArray<Candidate>) -> Pick? {
        if waiting.load(ordering: .relaxed) != 0 { takeInbox() }
        return bag?.value.pick(with: deliveries)
    }

    /// What a schedule has picked.
    enum Pick {
        case delivery(Int)
        case job(UnownedJob, owner: Int)
    }

    /// The stamp of a delivery that becomes ready now.
    var now: UInt64 { bag?.value.picker.now ?? 0 }

    /// Runs a job as one of this loop's own.
    @inline(__always)
    func run(_ job: UnownedJob) {
        // Safe because: the job was enqueued for this loop, or parked by a task of this loop, and
        // is run exactly once, on the loop's thread.
        unsafe job.runSynchronously(on: UnownedSerialExecutor(ordinary: self))
    }

    /// Sleeps until another thread brings something.
    func waitForArrival() {
        while waiting.load(ordering: .acquiring) == 0 { signal.wait() }
        takeInbox()
    }

    /// Waits up to a second for another thread to bring something unannounced.
    ///
    /// - Returns: Whether it did.
    func isArrivalSoon() -> Bool {
        for _ in 0..<1000 {
            if waiting.load(ordering: .acquiring) != 0 { return true }
            usleep(1000)
        }
        return false
    }

    /// Announces that work goes on outside of the loop.
    func leave() { state.value.outside += 1 }

    /// Lets the loop resume the task that waits for work outside; called by any thread.
    func comeBack(to slot: ParkingExecutor) { arrive(.resume(slot)) }

    private func arrive(_ arrival: Arrival) {
        inbox.withLock { $0.arrivals.append(arrival) }
        waiting.add(1, ordering: .releasing)
        signal.raise()
    }

    private func takeInbox() {
        let arrivals = inbox.withLock { inbox in
            let taken = inbox.arrivals
            inbox.arrivals.removeAll(keepingCapacity: true)
            return taken
        }
        waiting.subtract(arrivals.count, ordering: .relaxed)
        for arrival in arrivals {
            switch arrival {
            case .job(let job):
                state.value.foreignJobs += 1
                push(job, of: Candidate.nobody)
            case .resume(let slot):
                state.value.outside -= 1
                if let job = slot.take() { push(job, of: Candidate.nobody) }
            }
        }
    }
}

/// The actor in which a run's first task lives.
public actor LoopRoot {
    private nonisolated let loop: RunExecutor

    // Safe because: the loop lives as long as its actor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(on loop: RunExecutor) { self.loop = loop }

    func start<Value: Sendable>(
        _ operation: @escaping @Sendable (isolated LoopRoot) async throws -> Value,
        _ outcome: Outcome<Value>
    ) {
        Task {
            do { outcome.put(.success(try await operation(self))) } catch {
                outcome.put(.failure(error))
            }
            loop.finish()
        }
    }
}

/// The result of a run's first task, kept until the loop has ended.
final class Outcome<Value: Sendable>: Sendable {
    private let result: Mutex<Result<Value, any Error>?>

    init() { result = Mutex(nil) }

    func put(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

    func take() -> Result<Value, any Error>? { result.withLock { $0 } }
}
