import LockstepModel

// Safe because: as said of the core, everything here is used by the loop of one run, and addresses
// point into the journal, which holds what they point to until the step has ended.
extension BusCore {
    /// Adds a consume loop that the bus runs for a service.
    func addPump(of member: Int, _ pump: Pump) { pumps[member, default: []].append(pump) }

    /// Starts the service's own tasks, on its own isolation.
    func startTasks<Service: BusService>(of service: isolated Service, member: Int) {
        let subscriptions = members[member].subscriptions
        let pumps = pumps.removeValue(forKey: member) ?? []
        for pump in pumps {
            start(service, member, [pump.subscription]) { _ in try await pump.body() }
        }
        // A service with a subscription of its own consumes in run().
        let own = subscriptions.filter { own in !pumps.contains { $0.subscription === own } }
        if !own.isEmpty { start(service, member, own) { service in try await service.run() } }
    }

    /// Lets every own task come to its first `consume`, so that what it does before, and how it
    /// fails there, belongs to no step.
    func settleTasks() throws(BusError) {
        var turns = 0
        while turns < Self.turnsPerScope, loop.runOne() || loop.outside > 0 && waitForOutside() {
            turns &+= 1
        }
        if turns == Self.turnsPerScope, let busy = members.firstIndex(where: { $0.running > 0 }) {
            throw fail(.stalled(place(of: busy)))
        }
        if let failure { throw failure }
    }

    /// Ends the feed and waits for own tasks to return.
    func close() throws(BusError) {
        guard phase != .closed else { return }
        if unsafe state.pointee.obstacles.contains(.delivering) { try checkIdle() }
        stop(cancelling: failure != nil)
        var turns = 0
        while runningTasks > 0 {
            if turns < Self.turnsPerScope, loop.runOne() {
                turns &+= 1
                continue
            }
            guard turns < Self.turnsPerScope, waitForOutside() else {
                let waiting = members.firstIndex { $0.running > 0 }
                throw fail(.stalled(place(of: waiting ?? 0)))
            }
        }
        if let failure { throw failure }
    }

    /// Tells the services' own tasks that nothing more will come.
    func stop(cancelling: Bool) {
        phase = .closed
        for member in members {
            for subscription in member.subscriptions { subscription.close() }
            if cancelling { for task in member.tasks { task.cancel() } }
        }
    }

    /// Deliveries that wait, and the scopes of own tasks that have not ended.
    ///
    /// It is zero when the barrier is open. The journal is the queue, so what waits is counted
    /// there, when it is asked for.
    var unfinished: Int {
        var count = unsafe state.pointee.openScopes
        unsafe journal.visit(from: state.pointee.cursor) { header in
            unsafe count += state.pointee.routes[Int(header.pointee.slot)].count
        }
        return count
    }

    /// What went over the bus so far.
    var metrics: BusMetrics {
        unsafe BusMetrics(
            events: state.pointee.sequence, deliveries: UInt64(state.pointee.deliveredInAll),
            foreignJobs: loop.foreignJobs)
    }

    private func start<Service: BusService>(
        _ service: isolated Service, _ member: Int, _ subscriptions: [SubscriptionCore],
        _ body: @escaping @Sendable (isolated Service) async throws -> Void
    ) {
        runningTasks += 1
        members[member].running += 1
        let task = Task {
            do { try await body(service) } catch { self.taskFailed(member, error) }
            self.taskEnded(member, subscriptions)
        }
        members[member].tasks.append(task)
    }

    private func taskFailed(_ member: Int, _ error: any Error) {
        // Being told to stop is no failure of its own.
        if error is CancellationError, phase == .closed { return }
        _ = unsafe serviceFailed(members[member].state, error)
    }

    private func taskEnded(_ member: Int, _ subscriptions: [SubscriptionCore]) {
        runningTasks -= 1
        members[member].running -= 1
        for subscription in subscriptions { subscription.hasEnded = true }
    }
}
