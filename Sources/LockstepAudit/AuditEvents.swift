import LockstepFiles

/// How far a log is read, and what its end means.
public enum AuditReach: Hashable, Sendable {
    /// To the end of a whole log; that one is cut or damaged is an error after its last right event.
    case whole
    /// Up to the first byte that is not right, and no word about it.
    case accepted
    /// To the end of a log that is still being written, which is waited for.
    ///
    /// That the file does not grow for so long is an error; with `nil` it may take any time.
    case growing(idle: Duration?)
}

/// The events of a log that are wanted: a description, which reads nothing by itself.
///
/// It is an asynchronous sequence; it can also be read step by step, or as a whole. Each use begins
/// anew at the first event.
///
/// ```swift
/// for try await fill in log.events(of: Topics.fill) { print(fill.time, fill.payload.price) }
/// for fill in try log.events(of: Topics.fill).all() { print(fill.time, fill.payload.price) }
/// let fills = try log.events(of: Topics.fill).reader()
/// while let fill = try fills.next() { print(fill.time, fill.payload.price) }
/// ```
public struct AuditEvents<Payload: Sendable>: Sendable {
    let log: AuditLog
    let filter: AuditFilter
    let reach: AuditReach
    let decode:
        @Sendable (inout PayloadReader, AuditRecord, AuditDecoder) throws(AuditError) -> Payload

    /// Reads the events step by step.
    ///
    /// - Returns: A reader before the first event.
    /// - Throws: ``AuditError/files(_:)``.
    public func reader() throws(AuditError) -> AuditEventReader<Payload> {
        try AuditEventReader(self)
    }

    /// Reads all events.
    ///
    /// - Returns: The events in order; memory is that of the events.
    /// - Throws: What ``AuditEventReader/next()`` throws.
    public func all() throws(AuditError) -> [AuditEvent<Payload>] {
        var events: [AuditEvent<Payload>] = []
        let reader = try reader()
        while let event = try reader.next() { events.append(event) }
        return events
    }
}

extension AuditEvents: AsyncSequence {
    public typealias Element = AuditEvent<Payload>
    public typealias Failure = AuditError

    /// Reads the events; where it waits for more it lets other tasks run.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let events: AuditEvents
        private var reader: AuditEventReader<Payload>?

        init(_ events: AuditEvents) { self.events = events }

        /// The next event.
        ///
        /// A block that is needed is read and decompressed in the call, which takes about a
        /// millisecond. While a log is waited for it is looked at ten times a second.
        ///
        /// - Returns: The event; `nil` at the end, and when the task is cancelled.
        /// - Throws: What ``AuditEventReader/next()`` throws.
        public mutating func next() async throws(AuditError) -> AuditEvent<Payload>? {
            if reader == nil { reader = try events.reader() }
            guard let reader else { return nil }
            while !Task.isCancelled {
                switch try reader.step() {
                case .event(let event): return event
                case .end: return nil
                case .wait(let duration):
                    // A sleep that is cut short is a cancellation, which ends the loop.
                    try? await Task.sleep(for: Swift.min(duration, .milliseconds(100)))
                }
            }
            return nil
        }
    }

    /// Begins at the first event.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

/// Reads the events of a log one by one.
public final class AuditEventReader<Payload: Sendable> {
    enum Step {
        case event(AuditEvent<Payload>)
        case wait(Duration)
        case end
    }

    private enum Source {
        case reader(AuditLogReader)
        case follower(AuditFollower)
    }

    private let events: AuditEvents<Payload>
    private let source: Source
    private var patience: Patience
    private var payloads = PayloadReader()
    private lazy var watch = FileWatch(events.log.name)

    init(_ events: AuditEvents<Payload>) throws(AuditError) {
        self.events = events
        if case .growing(let idle) = events.reach {
            source = .follower(try AuditFollower(events.log, events.filter))
            patience = Patience(idle)
        } else {
            source = .reader(try events.log.reader(events.filter))
            patience = Patience(nil)
        }
    }

    /// Reads fields and names; knows what the log has told so far.
    public var decoder: AuditDecoder {
        switch source {
        case .reader(let reader): reader.decoder
        case .follower(let follower): follower.decoder
        }
    }

    /// The next event; a log that grows is waited for, in the calling thread.
    ///
    /// - Returns: The event, or `nil` at the end.
    /// - Throws: ``AuditError/damaged(path:_:)`` where the log is not whole, unless that was allowed, or
    ///   has not grown for too long; ``AuditError/otherFields(topic:)`` where the log has other fields
    ///   than the payload's type; ``AuditError/undecodable(sequence:topic:_:)``,
    ///   ``AuditError/changed(path:_:)`` and ``AuditError/files(_:)``.
    public func next() throws(AuditError) -> AuditEvent<Payload>? {
        while true {
            switch try step() {
            case .event(let event): return event
            case .end: return nil
            case .wait(let duration): watch.wait(atMost: duration.milliseconds)
            }
        }
    }

    func step() throws(AuditError) -> Step {
        switch source {
        case .reader(let reader):
            if let record = try reader.next() { return .event(try event(record, reader.decoder)) }
            if case .whole = events.reach, let status = reader.status, !status.isClosed {
                throw .damaged(path: reader.name, status)
            }
            return .end
        case .follower(let follower):
            switch try follower.next() {
            case .record(let record): return .event(try event(record, follower.decoder))
            case .end(let status):
                if status.isClosed { return .end }
                throw .damaged(path: follower.name, status)
            case .waiting(let hasGrown):
                guard let left = patience.wait(hasGrown: hasGrown) else {
                    throw .damaged(path: follower.name, follower.status)
                }
                return .wait(left)
            }
        }
    }

    private func event(
        _ record: AuditRecord, _ decoder: AuditDecoder
    ) throws(AuditError) -> AuditEvent<Payload> {
        AuditEvent(record, try events.decode(&payloads, record, decoder))
    }
}

@available(*, unavailable)
extension AuditEventReader: Sendable {}

@available(*, unavailable)
extension AuditEvents.AsyncIterator: Sendable {}
