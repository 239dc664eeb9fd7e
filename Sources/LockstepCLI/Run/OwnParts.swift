import LockstepBacktest

/// What a program of somebody's own adds to every run of its command line, besides strategies.
struct OwnParts: Sendable {
    /// Services and observers, in the order of registration.
    var services: [ServicePlan] = []
    /// Properties that must hold at every event.
    var invariants: [Invariant] = []
}
