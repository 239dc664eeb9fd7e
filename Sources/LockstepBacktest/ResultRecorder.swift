import LockstepBus
import LockstepEvents
import LockstepModel

/// Watches a run: gathers its result, and tells others how far it has come.
///
/// It keeps no lists unless it is asked to. It is there in every run and hears the same events
/// whether anybody looks at the progress or not, so that equal runs count equal deliveries.
actor ResultRecorder: BusService {
    nonisolated let name = "result"
    nonisolated let executor: RunExecutor
    nonisolated var isObserver: Bool { true }

    private let state: Confined<ResultTally>
    private let progress: RunProgress?

    init(on executor: RunExecutor, _ tally: ResultTally, progress: RunProgress?) {
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
        try port.forEach(Topics.lifecycle) { envelope in
            if envelope.payload == .start { progress?.begin(at: envelope.time) }
        }
        try port.forEach(Topics.settle) { envelope in
            try state.value.closeStep(before: envelope.time)
            progress?.advance(to: envelope.step, at: envelope.time)
        }
        try port.forEach(Topics.intent) { envelope in
            guard case .place = envelope.payload.action else { return }
            state.value.countIntent()
            if state.value.hasFiles { noteTag(of: envelope.payload) }
        }
        try port.forEach(Topics.orderUpdate) { envelope in
            state.value.add(envelope.payload)
        }
        try port.forEach(Topics.fill) { envelope in
            try state.value.add(envelope.payload, envelope.sequence, at: envelope.time)
        }
        try port.forEach(Topics.snapshot) { envelope in
            try state.value.add(envelope.payload, at: envelope.time)
        }
    }

    /// Ends the statistics and closes the text files.
    func finish() throws { try state.value.finish() }

    /// Adds what was gathered to a result.
    func report(to result: inout BacktestResult) { state.value.report(to: &result) }
}
