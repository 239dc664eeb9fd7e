import Dispatch
import Glibc
import LockstepBus
import LockstepModel
import Testing

/// An executor with a thread of its own.
// Safe because: it only holds a queue, which any thread may use.
private final class OtherThread: SerialExecutor, @unchecked Sendable {
    private let queue = DispatchQueue(label: "other thread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            // Safe because: the executor lives in its actor, and a job is run once.
            unsafe job.runSynchronously(on: UnownedSerialExecutor(ordinary: self))
        }
    }
}

/// An actor that is not on the loop of any run.
private actor Stranger {
    private nonisolated let thread = OtherThread()

    // Safe because: the executor lives as long as its actor.
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    private var calls = 0
    func call() { calls += 1 }
    func call(_ probe: Probe) async {
        // A hop after which nothing is done is left out by the optimiser.
        calls += 1
        await probe.note("from elsewhere")
    }
}

@Suite struct ForeignJobTests {
    /// A service whose scope calls an actor on another thread, which nobody announced.
    private static func caller(_ loop: RunExecutor, _ stranger: Stranger) -> Probe {
        Probe("caller", on: loop) { probe, port in
            try port.forEach(TestTopics.root) { _ async throws in
                await stranger.call()
                probe.note("back")
            }
        }
    }

    /// A service that has work outside while others are in their scopes.
    private static func busy(_ loop: RunExecutor) -> Probe {
        Probe(
            "busy", on: loop, consuming: [TestTopics.root.id],
            loop: { probe, subscription in
                while try await subscription.consume({ _ throws in }) != nil {
                    try await probe.offload { usleep(200_000) }
                }
            })
    }

    @Test func `a job from another thread ends a strict run`() throws {
        let stranger = Stranger()
        // The work of the first service keeps the loop waiting until the job has come.
        let result = try run(steps: 3) { [Self.busy($0), Self.caller($0, stranger)] }
        guard case .foreignJob(let place)? = result.error else {
            Issue.record("expected a foreign job, got \(String(describing: result.error))")
            return
        }
        #expect(place.service == "caller")
        #expect(place.step == StepNumber(1))
        #expect(place.sequence == SequenceNumber(6))
        #expect(place.topic == "root")
        #expect(result.metrics?.foreignJobs == 1)
    }

    /// Which of the two it is depends on when the other thread comes back.
    @Test func `calling another thread without announcing it ends a strict run at once`() throws {
        let stranger = Stranger()
        let result = try run(steps: 3) { [Self.caller($0, stranger)] }
        switch result.error {
        case .foreignJob(let place)?, .stalled(let place)?:
            #expect(place.service == "caller")
            #expect(place.step == StepNumber(1))
            #expect(place.topic == "root")
        case let other: Issue.record("expected a refusal, got \(String(describing: other))")
        }
    }

    @Test func `a task that calls back from elsewhere ends a run in which all is in place`() throws
    {
        let stranger = Stranger()
        let result = try run(steps: 3) { loop in
            [
                Probe("in place", on: loop) { probe, port in
                    try port.forEach(TestTopics.root) { envelope in
                        // Begins here, so that it needs no thread of the pool, which tests fill.
                        if envelope.payload.value == 1 {
                            Task.immediate { await stranger.call(probe) }
                        }
                        // Long enough for the call to arrive before the step ends.
                        usleep(100_000)
                    }
                }
            ]
        }
        guard case .foreignJob(let place)? = result.error else {
            Issue.record("expected a foreign job, got \(String(describing: result.error))")
            return
        }
        #expect((1...3).contains(place.step.rawValue))
        #expect(place.service == "unknown")
        #expect(result.metrics?.foreignJobs == 1)
    }

    @Test func `a job from another thread is only counted where the run is not strict`() throws {
        let stranger = Stranger()
        let result = try run(steps: 3, settings: BusSettings(strict: false)) {
            [Self.caller($0, stranger)]
        }
        #expect(result.error == nil)
        #expect(result.metrics?.foreignJobs == 3)
        #expect(result.traces["caller"] == ["back", "back", "back"])
    }
}
