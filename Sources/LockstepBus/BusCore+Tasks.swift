import LockstepModel

extension BusCore {
    /// Adds a consume loop that the bus runs for a service.
    func addPump(of member: Int, _ pump: Pump) { pumps[member, default: []].append(pump) }

    /// Starts the service's own tasks, on its own isolation.
    func startTasks<Service: BusService>(of service: isolated Service, member: Int) {
        guard let subscriptions = hasSubscriptions(member) else { return }
        for pump in pumps[member] ?? [] {
            start(service, member) { _ in try await pump.body() }
        }
        // A service with a subscription of its own consumes in run().
        if subscriptions > (pumps[member]?.count ?? 0) {
            start(service, member) { service in try await service.run() }
        }
        pumps[member] = nil
    }

    /// Ends the feed and waits for own tasks to return.
    func close() throws(BusError) {
        guard phase != .closed else { return }
        phase = .closed
        for member in members {
            for subscription in member.subscriptions { subscription.close() }
            if failure != nil { for task in member.tasks { task.cancel() } }
        }
        while runningTasks > 0 {
            if loop.runOne() { continue }
            if loop.outside > 0 {
                loop.waitForArrival()
                continue
            }
            let waiting = members.firstIndex { !$0.subscriptions.allSatisfy(\.hasEnded) }
            throw fail(.stalled(place(of: waiting ?? 0)))
        }
        if let failure { throw failure }
    }

    /// What went over the bus so far.
    var metrics: BusMetrics {
        unsafe BusMetrics(
            events: state.pointee.sequence, deliveries: UInt64(state.pointee.delivered),
            foreignJobs: loop.foreignJobs)
    }

    private func hasSubscriptions(_ member: Int) -> Int? {
        let count = members[member].subscriptions.count
        return count == 0 ? nil : count
    }

    private func start<Service: BusService>(
        _ service: isolated Service, _ member: Int,
        _ body: @escaping @Sendable (isolated Service) async throws -> Void
    ) {
        runningTasks += 1
        let task = Task {
            do { try await body(service) } catch { self.taskFailed(member, error) }
            self.taskEnded(member)
        }
        members[member].tasks.append(task)
    }

    private func taskFailed(_ member: Int, _ error: any Error) {
        // Being told to stop is no failure of its own.
        if error is CancellationError, phase == .closed { return }
        _ = unsafe serviceFailed(members[member].state, error)
    }

    private func taskEnded(_ member: Int) {
        runningTasks -= 1
        for subscription in members[member].subscriptions { subscription.hasEnded = true }
    }
}
