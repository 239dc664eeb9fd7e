import LockstepModel

// Safe because: as said of the core, everything here is used by the loop of one run, and addresses
// point into the journal, which holds what they point to until the step has ended.
extension BusCore {
    /// Keeps an envelope outside of the journal until the end of a step, or longer.
    func hold(_ root: any HeldEnvelope) {
        root.holder = ObjectIdentifier(self)
        roots.value.append(root)
        unsafe state.pointee.hasManyRoots = roots.value.count > Self.heldRoots
    }

    func releaseRoots() {
        for root in roots.value { root.holder = nil }
        roots.value = []
        unsafe state.pointee.hasManyRoots = false
    }

    /// Lets go of everything that services gave to the bus; called when the run has ended.
    func release() {
        journal.removeTargets()
        journal.reset()
        releaseRoots()
        handlers = []
        pumps = [:]
        tap = nil
        for member in members.indices {
            members[member].service = nil
            members[member].subscriptions = []
            members[member].tasks = []
        }
    }

    /// Keeps the first failure and returns it.
    func fail(_ error: BusError) -> BusError {
        if wave.value.isRunning { return wave.value.fail(error) }
        if failure == nil { failure = error }
        return failure ?? error
    }

    @inline(never)
    func serviceFailed(
        _ service: UnsafeMutablePointer<ServiceState>, _ error: any Error
    ) -> BusError {
        let place = unsafe place(of: Int(service.pointee.id))
        unsafe service.pointee.open = 0
        if let error = error as? BusError { return fail(error) }
        return fail(.serviceFailed(place, error))
    }

    /// The place of a service in the step, with the envelope it has in hand.
    func place(of member: Int) -> BusPlace {
        place(member, unsafe members[member].state.pointee.open, nil)
    }

    /// The step, for what no delivery in hand explains.
    var placeOfStranger: BusPlace {
        unsafe BusPlace(
            step: StepNumber(state.pointee.step),
            time: Timestamp(nanoseconds: state.pointee.time), sequence: .none, topic: "",
            service: "unknown")
    }

    func place(_ member: Int, _ sequence: UInt64, _ slot: Int?) -> BusPlace {
        let topic = slot ?? (sequence == 0 ? nil : self.slot(of: sequence))
        return unsafe BusPlace(
            step: StepNumber(state.pointee.step),
            time: Timestamp(nanoseconds: state.pointee.time),
            sequence: SequenceNumber(sequence),
            topic: topic.flatMap { journal.topic($0)?.name } ?? "",
            service: member < members.count ? members[member].name : "driver")
    }

    /// The row of an envelope of the present step; only for messages.
    private func slot(of sequence: UInt64) -> Int? {
        unsafe journal.find(sequence).map { unsafe Int($0.pointee.slot) }
    }
}
