import LockstepBus
import LockstepEvents
import LockstepFeed
import LockstepModel

/// Advances time: publishes the frame of a step, drains every phase, and only then goes on.
///
/// The time of a step is the earlier of the next frame and the earliest wake. The run ends with
/// its data: wakes after the last frame make no step.
actor StepDriver: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor

    private let hasBatchVenue: Bool
    private let cancellation: RunCancellation
    private let ruin: Ruin
    /// How many steps may follow each other without data.
    private let idleBudget: Int
    private let state: Confined<State>
    private let frame: RootEnvelope<Frame>
    private let emptyFrame: RootEnvelope<Frame>
    private var port: DriverPort?

    /// What changes from step to step.
    private struct State {
        var source: FrameCursor
        var step: UInt64 = 0
        var bars: UInt64 = 0
        var time: Timestamp
        let start: Timestamp
        var wakes = WakeQueue()
    }

    init(
        on executor: RunExecutor, source: sending FrameCursor, hasBatchVenue: Bool,
        idleBudget: Int, cancellation: RunCancellation, ruin: Ruin
    ) {
        self.executor = executor
        self.hasBatchVenue = hasBatchVenue
        self.cancellation = cancellation
        self.ruin = ruin
        self.idleBudget = idleBudget
        let absent = ContiguousArray(
            source.series.map { FrameSlot.absent($0.id, of: $0.instrument) })
        let start = source.startTime ?? .epoch
        frame = RootEnvelope(Topics.frame, Frame(time: start, slots: absent, data: []))
        emptyFrame = RootEnvelope(Topics.frame, Frame(time: start, slots: absent, data: []))
        state = Confined(State(source: source, time: start, start: start))
    }

    func connect(_ port: BusPort) throws {}

    /// Takes the driver's place on a bus, which is the first.
    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }

    /// Hears of wakes, once their topic is registered.
    func listen() throws {
        let state = state
        try port?.forEach(Topics.wake) { envelope in
            // Time never stands or goes back: a wake that is not after now means the next instant.
            let now = state.value.time.nanoseconds
            let next = Timestamp(nanoseconds: now == .max ? now : now + 1)
            state.value.wakes.insert(max(envelope.payload.time, next))
        }
    }

    /// How far a driver came.
    struct Count: Sendable {
        let steps: UInt64
        let bars: UInt64
        let start: Timestamp?
        let end: Timestamp?
        let feed: FeedCounts
        let metrics: BusMetrics?
    }

    /// How far it came.
    var count: Count {
        let state = state.value
        let hasBegun = state.step > 0
        return Count(
            steps: state.step, bars: state.bars, start: hasBegun ? state.start : nil,
            end: hasBegun ? state.time : nil, feed: state.source.counts, metrics: port?.metrics)
    }

    /// The step in hand, or the last one.
    var step: StepNumber { StepNumber(state.value.step) }

    /// The set-up step: names and configuration for the log, then the start.
    func setUp(symbols: [String], configuration: String) throws {
        guard let port else { return }
        try port.begin(.setUp, at: state.value.time)
        for symbol in symbols { _ = try port.intern(symbol) }
        port.note(.configuration(json: configuration))
        try port.publish(Lifecycle.start, to: Topics.lifecycle)
        try port.waitUntilIdle()
        try port.endStep()
    }

    /// Every step of the feed.
    ///
    /// - Returns: Whether the feed ended; `false` when somebody asked the run to end.
    func runSteps() throws -> Bool {
        guard let port else { return true }
        let phases = try port.phases(
            hasBatchVenue
                ? [Topics.decide, Topics.match, Topics.settle] : [Topics.decide, Topics.settle])
        var pending = try state.value.source.next(into: &frame.payload)
        var idle = 0
        while let traded = pending {
            if cancellation.isRequested || ruin.hasCome { return false }
            let due = frame.payload.time
            if !state.value.wakes.isEmpty, let wake = state.value.wakes.earliest, wake < due {
                idle += 1
                if idle > idleBudget {
                    throw BacktestError.endlessWakes(steps: idleBudget, next: wake)
                }
                emptyFrame.payload.time = wake
                try resolve(emptyFrame, at: wake, port, phases)
            } else {
                try resolve(frame, at: due, port, phases)
                state.value.bars &+= traded
                idle = 0
                pending = try state.value.source.next(into: &frame.payload)
            }
        }
        return true
    }

    /// The end of the feed, in a step of its own at the time of the last one.
    func endFeed() throws {
        guard let port else { return }
        let step = StepNumber(state.value.step + 1)
        try port.begin(step, at: state.value.time)
        try port.publish(Lifecycle.endOfFeed, to: Topics.lifecycle)
        try port.waitUntilIdle()
        try port.endStep()
    }

    /// The last record of the log, whatever has happened before.
    func note(_ status: ControlEvent.EndStatus, reason: String?) throws {
        guard let port else { return }
        port.note(.end(status, reason: reason))
        try port.flush()
    }

    /// Ends the services' own tasks.
    func close() throws { try port?.close() }

    @inline(__always)
    private func resolve(
        _ frame: RootEnvelope<Frame>, at time: Timestamp, _ port: DriverPort,
        _ phases: Phases<Frame>
    ) throws {
        state.value.step &+= 1
        state.value.time = time
        var step = StepNumber(state.value.step)
        #if PLANTED_DEFECTS
            if PlantedDefect.stepOffByOne.isOn, step.rawValue > 7 {
                step = StepNumber(state.value.step + 1)
            }
        #endif
        if !state.value.wakes.isEmpty { state.value.wakes.removeAll(upTo: time) }
        #if PLANTED_DEFECTS
            if PlantedDefect.decisionBeforeMarket.isOn {
                return try resolveDecidingFirst(frame, step, at: time, port)
            }
        #endif
        try port.resolve(step, at: time, frame, phases)
    }

    #if PLANTED_DEFECTS
        private func resolveDecidingFirst(
            _ frame: RootEnvelope<Frame>, _ step: StepNumber, at time: Timestamp,
            _ port: DriverPort
        ) throws {
            try port.begin(step, at: time)
            port.publish(frame)
            try port.deliver(frame, on: Topics.decide)
            try port.waitUntilIdle()
            try port.deliver(frame, on: Topics.decide)
            if hasBatchVenue { try port.deliver(frame, on: Topics.match) }
            try port.deliver(frame, on: Topics.settle)
            try port.endStep()
        }
    #endif
}
