import LockstepModel

/// What the bus keeps of one subscription.
// Safe because: it is used by the loop of one run.
@safe @usableFromInline
final class SubscriptionCore: @unchecked Sendable {
    let core: BusCore
    let member: Int
    let parking = Parking()
    private let service: UnsafeMutablePointer<ServiceState>
    private let state = Confined(State())

    // Safe because: the address is used before the step ends, for which the journal holds it.
    @safe
    private struct State {
        var offered: UnsafeRawPointer?
        var slot = 0
        var isBusy = false
        var hasEnded = false
        var isClosed = false
    }

    init(_ core: BusCore, member: Int, _ service: UnsafeMutablePointer<ServiceState>) {
        self.core = core
        self.member = member
        unsafe self.service = service
    }

    /// Whether an envelope was handed over whose scope has not ended.
    var isBusy: Bool { state.value.isBusy }

    /// Whether the service has stopped consuming.
    var hasEnded: Bool {
        get { state.value.hasEnded }
        set { state.value.hasEnded = newValue }
    }

    /// Whether the feed has ended, or the run has failed.
    var isClosed: Bool { state.value.isClosed }

    func offer(_ envelope: UnsafeRawPointer, _ slot: Int) {
        #if PLANTED_DEFECTS
            if PlantedDefect.lostWakeUp.isOn, !parking.slot.isWaiting { return }
        #endif
        unsafe state.value.offered = envelope
        state.value.slot = slot
        state.value.isBusy = true
        unsafe core.state.pointee.openScopes &+= 1
    }

    /// Tells the service's task that nothing more will come.
    func close() {
        state.value.isClosed = true
        if let job = parking.slot.take() { core.loop.push(job, of: member) }
    }

    /// Opens the scope of the envelope that was handed over, if there is one.
    @usableFromInline
    func take() -> UnsafeRawPointer? {
        guard let envelope = unsafe state.value.offered else { return nil }
        unsafe state.value.offered = nil
        #if PLANTED_DEFECTS
            if PlantedDefect.acknowledgeEarly.isOn { state.value.isBusy = false }
        #endif
        unsafe service.pointee.open =
            envelope.assumingMemoryBound(to: EnvelopeHeader.self).pointee.sequence
        return unsafe envelope
    }

    @usableFromInline
    func delivery(_ envelope: UnsafeRawPointer) -> Delivery {
        unsafe Delivery(core, envelope, on: state.value.slot)
    }

    /// Ends the scope: everything that it published has been counted.
    @usableFromInline
    func finish() {
        unsafe service.pointee.open = 0
        state.value.isBusy = false
        unsafe core.state.pointee.openScopes &-= 1
    }

    /// Ends the scope and the run.
    @usableFromInline
    func fail(_ error: any Error) {
        _ = unsafe core.serviceFailed(service, error)
        finish()
    }

    /// Suspends the service's task until something is handed over or the feed has ended.
    ///
    /// - Returns: Whether there may be something.
    @usableFromInline
    nonisolated(nonsending) func wait() async -> Bool {
        if isClosed { return false }
        await parking.suspend()
        return true
    }
}

/// One service's ordered view of some topics, for a task of its own.
public struct Subscription {
    @usableFromInline let core: SubscriptionCore

    init(_ core: SubscriptionCore) { self.core = core }

    /// Waits for the next envelope and runs a scope with it.
    ///
    /// The envelope is unfinished until the scope ends, also when it throws; the step cannot end
    /// before. A scope that throws ends the run.
    ///
    /// - Parameter body: The scope; what it publishes is caused by the envelope.
    /// - Returns: What the scope returns, or `nil` after the end of the feed.
    /// - Throws: What the scope throws.
    @inlinable
    nonisolated(nonsending) public func consume<Result>(
        _ body: nonisolated(nonsending) (borrowing Delivery) async throws -> Result
    ) async throws -> Result? {
        while true {
            if let envelope = unsafe core.take() {
                do {
                    let result = try await body(unsafe core.delivery(envelope))
                    core.finish()
                    return result
                } catch {
                    core.fail(error)
                    throw error
                }
            }
            guard await core.wait() else { return nil }
        }
    }

    /// Waits for the next envelope and runs a scope with it that cannot suspend.
    ///
    /// - Parameter body: The scope; what it publishes is caused by the envelope.
    /// - Returns: What the scope returns, or `nil` after the end of the feed.
    /// - Throws: What the scope throws.
    @inlinable
    nonisolated(nonsending) public func consume<Result>(
        _ body: (borrowing Delivery) throws -> Result
    ) async throws -> Result? {
        while true {
            if let envelope = unsafe core.take() {
                do {
                    let result = try body(unsafe core.delivery(envelope))
                    core.finish()
                    return result
                } catch {
                    core.fail(error)
                    throw error
                }
            }
            guard await core.wait() else { return nil }
        }
    }
}

@available(*, unavailable)
extension Subscription: Sendable {}
