public import LockstepBus
public import LockstepModel

/// A service or observer of the user's own, made anew for every run.
public struct ServicePlan: Sendable {
    let register: @Sendable (EventBus) async throws -> Void
    let make: @Sendable (RunExecutor, Instruments) throws -> any BusService

    /// Plans a service.
    ///
    /// - Parameters:
    ///   - topics: Registers the service's own topics, with numbers from 32 to 62.
    ///   - make: Makes the service on the loop of a run.
    public init(
        topics: @escaping @Sendable (EventBus) async throws -> Void = { _ in },
        _ make: @escaping @Sendable (RunExecutor, Instruments) throws -> any BusService
    ) {
        register = topics
        self.make = make
    }
}
