public import LockstepBus
import LockstepModel

/// The service that writes down every event of a run; it is registered last.
///
/// It taps the bus: what was published in a step reaches it in order of its numbers when the step
/// ends, and also when the run fails.
public actor AuditRunner: BusService {
    /// The name under which messages speak of it.
    public nonisolated let name = "audit"
    /// The loop of the run.
    public nonisolated let executor: RunExecutor
    /// It only watches.
    public nonisolated var isObserver: Bool { true }

    private let writer: AuditLogWriter

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - loop: The loop of the run.
    ///   - writer: The log, newly begun.
    package init(on loop: RunExecutor, writer: sending AuditLogWriter) {
        executor = loop
        self.writer = writer
    }

    /// Begins to listen.
    public func connect(_ port: BusPort) throws {
        let writer = writer
        try port.tapSteps { cursor in
            #if PLANTED_DEFECTS
                if PlantedDefect.recordLost.isOn {
                    while true {
                        var single = cursor
                        guard let envelope = cursor.next() else { return }
                        single.stop(before: cursor)
                        if envelope.sequence % 64 != 63 { try writer.append(&single) }
                    }
                }
            #endif
            try writer.append(&cursor)
        }
    }

    /// Closes the log: called once, after the driver has noted the end on the bus.
    ///
    /// - Parameter status: How the run ended.
    /// - Returns: The digest of the run, and what the log holds.
    /// - Throws: The first error of the log; what was written before it can be read.
    public func finish(_ status: ControlEvent.EndStatus) throws(AuditError) -> AuditLogSummary {
        try writer.close(status)
    }
}
