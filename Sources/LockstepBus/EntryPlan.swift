import LockstepModel

/// What tests put before every scope of every service: it may throw, and say how often a scope that
/// can suspend gives way first.
///
/// The plan is a task-local value and not a global one, so that tests side by side do not meet each
/// other's faults. A bus asks for it once, when it is made, and where there is one puts it before
/// the scopes as they are registered: a run without a plan pays nothing.
package final class EntryPlan: Sendable {
    /// The plan of the code that asks; nil outside of tests.
    @TaskLocal package static var current: EntryPlan?

    private let enter: @Sendable (BusPlace) throws -> Int

    /// Makes a plan.
    ///
    /// - Parameter enter: Called before every scope and before the tap, on the loop of the run; it
    ///   returns how often the scope gives way before it begins.
    package init(_ enter: @escaping @Sendable (BusPlace) throws -> Int) { self.enter = enter }

    /// Runs code of which every bus has this plan.
    package func apply<Result>(to body: () throws -> Result) rethrows -> Result {
        try Self.$current.withValue(self, operation: body)
    }

    func pauses(at place: BusPlace) throws -> Int { try enter(place) }
}

// Safe because: as said of the core, everything here is used by the loop of one run, and a handler
// is called with the address of an envelope of its own topic.
extension BusCore {
    /// A handler behind the plan, where there is one.
    func planned(_ handler: RawHandler, of member: Int) -> RawHandler {
        guard let entries else { return handler }
        return unsafe RawHandler { [unowned self] envelope in
            _ = try entries.pauses(at: place(of: member))
            try unsafe handler.body(envelope)
        }
    }

    /// A tap behind the plan, where there is one: envelopes then come to it one at a time.
    func planned(_ tap: TapHandler, of member: Int) -> TapHandler {
        guard let entries else { return tap }
        return TapHandler(isPatient: tap.isPatient) { [unowned self] cursor in
            while true {
                var single = cursor
                guard let envelope = cursor.next() else { return }
                single.stop(before: cursor)
                _ = try entries.pauses(at: place(member, envelope.sequence, nil))
                try tap.body(&single)
            }
        }
    }
}
