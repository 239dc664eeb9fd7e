import LockstepBus
import LockstepEvents
import LockstepModel

/// Watches a run: gathers its result, and tells others how far it has come.
///
/// It keeps no lists unless it is asked to, and hears of orders and fills only where they are
/// kept. What an observer hears is no delivery that counts, so equal runs count equal deliveries.
actor ResultRecorder: BusService {
    nonisolated let name = "result"
    nonisolated let executor: RunExecutor
    nonisolated var isObserver: Bool { true }

    private let state: Confined<ResultTally>
    private let progress: RunProgress?

    init(on executor: RunExecutor, _ tally: consuming ResultTally, progress: RunProgress?) {
        self.executor = executor
        self.progress = progress
        state = Confined(tally)
    }

    func connect(_ port: BusPort) throws {
        let state = state
        let progress = progress
        func noteTag(of intent: Intent) {
            if case .place(let terms) = intent.action, let tag = terms.tag,
                let text = port.text(of: tag)
            {
                state.value.note(tag: text, of: intent.id)
            }
        }
        try port.forEachLent(Topics.lifecycle) { envelope in
            if envelope.value.payload == .start { progress?.begin(at: envelope.value.time) }
        }
        try port.forEachLent(Topics.settle) { envelope in
            try state.value.closeStep(before: envelope.value.time)
            progress?.advance(to: envelope.value.step, at: envelope.value.time)
        }
        try port.forEach(Topics.halt) { state.value.add($0.payload, at: $0.time) }
        try port.forEachLent(Topics.snapshot) { envelope in
            try state.value.add(envelope.value.payload, at: envelope.value.time)
        }
        if state.value.keepsFills {
            try port.forEachLent(Topics.fill) { envelope in
                try state.value.record(
                    envelope.value.payload, envelope.value.sequence, at: envelope.value.time)
            }
        }
        if state.value.hasFiles {
            try port.forEachLent(Topics.intent) { noteTag(of: $0.value.payload) }
            try port.forEachLent(Topics.orderUpdate) { state.value.forget($0.value.payload) }
        }
    }

    /// Ends the statistics and closes the text files.
    func finish() throws { try state.value.finish() }

    /// Adds what was gathered to a result.
    func report(to result: inout BacktestResult) { state.value.report(to: &result) }
}
