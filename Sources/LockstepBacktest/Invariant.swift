public import LockstepBus
public import LockstepModel

/// A property of a run that must hold at every event; where it does not, the run ends at that event.
///
/// Invariants only watch: they publish nothing, change no digest, and cost nothing where there are
/// none. One that needs no memory is a line:
///
/// ```swift
/// configuration.invariants = [
///     .cashNeverNegative,
///     Invariant("no fill above 200", on: Topics.fill) { fill in
///         fill.payload.price.ticks > 20_000 ? "filled at \(fill.payload.price.ticks) ticks" : nil
///     },
/// ]
/// ```
///
/// One that remembers keeps its memory in variables that are made anew for every run:
///
/// ```swift
/// Invariant("at most 100 fills a step") { watch in
///     var (step, count) = (StepNumber.setUp, 0)
///     try watch.every(Topics.fill) { fill in
///         if fill.step != step { (step, count) = (fill.step, 0) }
///         count += 1
///         return count > 100 ? "\(count) fills" : nil
///     }
/// }
/// ```
public struct Invariant: Sendable {
    /// What messages call it.
    public let name: String
    let begin: @Sendable (InvariantWatch) throws -> Void

    /// Makes an invariant that may remember what it saw.
    ///
    /// - Parameters:
    ///   - name: What messages call it.
    ///   - begin: Called once for every run, in its set-up: says which topics are watched.
    public init(_ name: String, _ begin: @escaping @Sendable (InvariantWatch) throws -> Void) {
        self.name = name
        self.begin = begin
    }

    /// Makes an invariant that looks at each envelope of one topic by itself.
    ///
    /// - Parameters:
    ///   - name: What messages call it.
    ///   - topic: The topic, or a route.
    ///   - check: Gives nil where the property holds, else what is wrong; it may also throw.
    public init<Payload>(
        _ name: String, on topic: Topic<Payload>,
        _ check: @escaping @Sendable (borrowing Envelope<Payload>) throws -> String?
    ) {
        self.init(name) { watch in try watch.every(topic, check) }
    }
}

/// What an invariant may do in the set-up of a run: choose what it watches.
public struct InvariantWatch {
    /// The instruments of the run.
    public let instruments: Instruments
    private let name: String
    private let port: BusPort

    init(_ name: String, _ instruments: Instruments, _ port: BusPort) {
        self.name = name
        self.instruments = instruments
        self.port = port
    }

    /// Watches a topic.
    ///
    /// - Parameters:
    ///   - topic: The topic, or a route.
    ///   - check: Gets each envelope; gives nil where the property holds, else what is wrong.
    /// - Throws: `BusError` for a topic that is not registered or has another payload.
    public func every<Payload>(
        _ topic: Topic<Payload>,
        _ check: @escaping (borrowing Envelope<Payload>) throws -> String?
    ) throws {
        let name = name
        try port.forEach(topic) { envelope in
            guard let what = try check(envelope) else { return }
            throw InvariantBreach(invariant: name, what: what, time: envelope.time)
        }
    }

    /// The text behind a number that was interned in the run, such as the tag of an order.
    ///
    /// - Parameter symbol: The number.
    /// - Returns: The text; nil for a number that was never given out.
    public func text(of symbol: SymbolID) -> String? { port.text(of: symbol) }
}

@available(*, unavailable)
extension InvariantWatch: Sendable {}

/// A property did not hold; step, envelope and topic are told by the error around it.
public struct InvariantBreach: Error, Hashable, Sendable {
    /// The invariant.
    public let invariant: String
    /// What is wrong.
    public let what: String
    /// The simulated time.
    public let time: Timestamp
}

extension InvariantBreach: CustomStringConvertible {
    public var description: String {
        "invariant \"\(invariant)\" does not hold at \(time): \(what)"
    }
}

/// The observer that hosts all invariants of a run.
actor InvariantObserver: BusService {
    nonisolated let name = "invariants"
    nonisolated let executor: RunExecutor
    nonisolated var isObserver: Bool { true }
    private let invariants: [Invariant]
    private let instruments: Instruments

    init(_ invariants: [Invariant], _ instruments: Instruments, on executor: RunExecutor) {
        self.invariants = invariants
        self.instruments = instruments
        self.executor = executor
    }

    func connect(_ port: BusPort) throws {
        for invariant in invariants {
            try invariant.begin(InvariantWatch(invariant.name, instruments, port))
        }
    }
}
