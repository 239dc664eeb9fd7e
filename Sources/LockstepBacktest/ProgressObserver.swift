import LockstepBus
import LockstepEvents
import LockstepModel

/// Tells others how far a run has come.
actor ProgressObserver: BusService {
    nonisolated let name = "progress"
    nonisolated let executor: RunExecutor
    nonisolated var isObserver: Bool { true }

    private let progress: RunProgress

    init(on executor: RunExecutor, _ progress: RunProgress) {
        self.executor = executor
        self.progress = progress
    }

    func connect(_ port: BusPort) throws {
        let progress = progress
        try port.forEach(Topics.lifecycle) { envelope in
            if envelope.payload == .start { progress.begin(at: envelope.time) }
        }
        try port.forEach(Topics.settle) { envelope in
            progress.advance(to: envelope.step, at: envelope.time)
        }
    }
}
