import LockstepModel

// Safe because: as said of the core, everything here is used by the loop of one run, and addresses
// point into the journal, which holds what they point to until the step has ended.
extension BusCore {
    /// Refuses what would wait for itself, and everything after a failure.
    func checkIdle() throws(BusError) {
        if unsafe state.pointee.obstacles.isEmpty { return }
        if let failure { throw failure }
        if unsafe state.pointee.obstacles.contains(.delivering) {
            let busy =
                wave.value.current?.member
                ?? members.firstIndex { unsafe $0.state.pointee.open != 0 }
            throw fail(.barrierInsideDelivery(place(of: busy ?? 0)))
        }
    }

    /// The barrier: delivers until nothing is left, then shows the journal to a tap that is eager.
    @inline(__always)
    func drain() throws(BusError) {
        // Most barriers of a healthy run have nothing left to wait for.
        if unsafe !state.pointee.isIdle { try drainPending() }
    }

    @inline(never)
    private func drainPending() throws(BusError) {
        if unsafe state.pointee.needsCare { return try unsafe drainWithCare(nil, 0) }
        unsafe state.pointee.obstacles = .delivering
        deliverPending()
        unsafe state.pointee.obstacles.remove(.delivering)
        if unsafe state.pointee.needsEnd { try finishDrain() }
    }

    /// Resolves a step: opens it, publishes an envelope that is kept outside of the journal,
    /// delivers it phase by phase with everything that it causes, and ends the step.
    ///
    /// It is what the single calls do, one after another; a healthy run in place gets there at once.
    func resolve(
        _ step: StepNumber, at time: Timestamp, _ header: UnsafeMutablePointer<EnvelopeHeader>,
        _ phases: ContiguousArray<Int>
    ) throws(BusError) {
        let isReady =
            unsafe state.pointee.cursor == state.pointee.end && state.pointee.obstacles.isEmpty
            && state.pointee.isPlain
        if !isReady {
            return try unsafe resolveWithCare(step, at: time, header, phases)
        }
        unsafe state.pointee.open(step, at: time)
        unsafe publish(header)
        unsafe state.pointee.cursor = state.pointee.end
        unsafe state.pointee.obstacles = .delivering
        var row = unsafe Int(header.pointee.slot)
        var next = 0
        while true {
            if unsafe handOut(UnsafeRawPointer(header), row),
                unsafe state.pointee.cursor != state.pointee.end
            {
                deliverPending()
            }
            if unsafe state.pointee.obstacles != .delivering { break }
            if next == phases.count { break }
            row = phases[next]
            next &+= 1
        }
        unsafe state.pointee.obstacles.remove(.delivering)
        if unsafe !state.pointee.obstacles.isEmpty { try finishDrain() }
        try endStep()
    }

    @inline(never)
    private func resolveWithCare(
        _ step: StepNumber, at time: Timestamp, _ header: UnsafeMutablePointer<EnvelopeHeader>,
        _ phases: ContiguousArray<Int>
    ) throws(BusError) {
        try begin(step, at: time)
        unsafe publish(header)
        try drain()
        for row in phases { try unsafe deliver(UnsafeRawPointer(header), on: row) }
        try endStep()
    }

    /// Numbers an envelope that is kept outside of the journal, and leaves a sign to it there.
    @inline(__always)
    func publish(_ header: UnsafeMutablePointer<EnvelopeHeader>) {
        var place = unsafe state.pointee.end
        if unsafe place + Journal.headerSize > state.pointee.limit {
            unsafe place = grow(Journal.headerSize)
        }
        let sequence = unsafe state.pointee.sequence &+ 1
        unsafe state.pointee.sequence = sequence
        // Its row and its producer never change, and it has no cause.
        unsafe header.pointee.sequence = sequence
        unsafe header.pointee.step = state.pointee.step
        unsafe header.pointee.time = state.pointee.time
        let sign = unsafe place.assumingMemoryBound(to: EnvelopeHeader.self)
        unsafe sign.pointee.sequence = UInt64(UInt(bitPattern: header))
        unsafe sign.pointee.tail = EnvelopeHeader.tail(
            slot: Slot.indirect, producer: 0, size: UInt32(Journal.headerSize))
        unsafe state.pointee.end = place + Journal.headerSize
    }

    /// Delivers one envelope once more, on another route, and everything that it causes.
    func deliver(_ envelope: UnsafeRawPointer, on slot: Int) throws(BusError) {
        if unsafe state.pointee.needsCare { return try unsafe drainWithCare(envelope, slot) }
        unsafe state.pointee.obstacles = .delivering
        if unsafe handOut(envelope, slot), unsafe state.pointee.cursor != state.pointee.end {
            deliverPending()
        }
        unsafe state.pointee.obstacles.remove(.delivering)
        if unsafe state.pointee.needsEnd { try finishDrain() }
    }

    /// Refuses what cannot be delivered now, or delivers in waves.
    @inline(never)
    private func drainWithCare(_ envelope: UnsafeRawPointer?, _ slot: Int) throws(BusError) {
        if unsafe !state.pointee.obstacles.isEmpty {
            try checkIdle()
            try checkOpen()
        }
        unsafe state.pointee.obstacles = .delivering
        do throws(BusError) {
            if let envelope = unsafe envelope { try unsafe deliverWave(envelope, on: slot) }
            try deliverWaves()
        } catch { _ = fail(error) }
        unsafe state.pointee.obstacles.remove(.delivering)
        try finishDrain()
    }

    /// Throws what went wrong, after the tap has seen what there is.
    @inline(never)
    private func finishDrain() throws(BusError) {
        if let failure {
            showRest()
            throw failure
        }
        if unsafe state.pointee.isTapEager, unsafe state.pointee.tapped != state.pointee.end {
            try showTap()
        }
    }

    /// Hands out what is pending in the journal, until something goes wrong, which the bus keeps.
    @inline(never)
    private func deliverPending() {
        var cursor = unsafe state.pointee.cursor
        while unsafe cursor != state.pointee.end {
            let header = unsafe cursor.assumingMemoryBound(to: EnvelopeHeader.self)
            var envelope = UnsafeRawPointer(cursor)
            var slot = unsafe header.pointee.slot
            if slot >= Slot.indirect {
                guard
                    let other = unsafe UnsafeMutableRawPointer(
                        bitPattern: UInt(header.pointee.sequence))
                else { return }
                if slot == Slot.jump {
                    unsafe cursor = other
                    continue
                }
                unsafe envelope = UnsafeRawPointer(other)
                slot = unsafe other.assumingMemoryBound(to: EnvelopeHeader.self).pointee.slot
            }
            #if PLANTED_DEFECTS
                let number = unsafe envelope.assumingMemoryBound(to: EnvelopeHeader.self)
                    .pointee.sequence
                if PlantedDefect.droppedEvent.isOn, number % 64 == 63 { slot = Slot.stepEnd }
            #endif
            // What is in hand is no longer pending.
            unsafe state.pointee.cursor = cursor + Int(header.pointee.size)
            if unsafe !handOut(envelope, Int(slot)) { return }
            unsafe cursor = state.pointee.cursor
            #if PLANTED_DEFECTS
                if PlantedDefect.countAfterQueueing.isOn { return }
            #endif
        }
        unsafe state.pointee.cursor = cursor
    }

    /// Hands one envelope to every subscriber of a row.
    ///
    /// - Returns: Whether nothing went wrong; the bus keeps what did.
    @inline(__always)
    private func handOut(_ envelope: UnsafeRawPointer, _ slot: Int) -> Bool {
        let route = unsafe state.pointee.routes + slot
        let count = unsafe route.pointee.count
        if count == 0 { return true }
        let header = unsafe envelope.assumingMemoryBound(to: EnvelopeHeader.self)
        #if PLANTED_DEFECTS
            unsafe state.pointee.lastOpened = header.pointee.sequence
        #endif
        var target = unsafe route.pointee.targets
        let end = unsafe target + count
        repeat {
            if let handler = unsafe target.pointee.handler {
                let service = unsafe target.pointee.service
                unsafe service.pointee.open = header.pointee.sequence
                do {
                    try unsafe handler._withUnsafeGuaranteedRef { try unsafe $0.body(envelope) }
                } catch {
                    _ = unsafe serviceFailed(service, error)
                    return false
                }
                unsafe service.pointee.open = 0
            } else if unsafe !hand(envelope, slot, to: target) {
                return false
            }
            unsafe target += 1
        } while unsafe target != end
        let left = unsafe state.pointee.left &- route.pointee.charge
        unsafe state.pointee.left = left
        return unsafe left >= 0 || failBudget(envelope, slot)
    }

    @inline(never)
    private func failBudget(_ envelope: UnsafeRawPointer, _ slot: Int) -> Bool {
        let member = unsafe state.pointee.routes[slot].lastCharged
        let sequence = unsafe envelope.assumingMemoryBound(to: EnvelopeHeader.self).pointee.sequence
        _ = fail(
            .budgetSpent(
                place(member, sequence, slot), deliveries: settings.deliveriesPerStep))
        return false
    }

    /// Gives an envelope to a service's own task and runs the loop until its scope has ended.
    ///
    /// - Returns: Whether nothing went wrong; the bus keeps what did.
    @inline(never)
    private func hand(
        _ envelope: UnsafeRawPointer, _ slot: Int, to target: UnsafeMutablePointer<Target>
    ) -> Bool {
        guard let subscription = unsafe target.pointee.subscription else { return true }
        do throws(BusError) {
            try unsafe hand(envelope, slot, to: subscription.takeUnretainedValue())
            return true
        } catch {
            _ = fail(error)
            return false
        }
    }

    /// Gives an envelope to a service's own task and runs the loop until its scope has ended.
    private func hand(
        _ envelope: UnsafeRawPointer, _ slot: Int, to subscription: SubscriptionCore
    ) throws(BusError) {
        func place() -> BusPlace {
            unsafe self.place(
                subscription.member,
                envelope.assumingMemoryBound(to: EnvelopeHeader.self).pointee.sequence, nil)
        }
        unsafe subscription.offer(envelope, slot)
        if let job = subscription.parking.slot.take() { loop.run(job) }
        var turns = 0
        #if PLANTED_DEFECTS
            if PlantedDefect.barrierIgnoresAsync.isOn { return }
        #endif
        while subscription.isBusy {
            if let failure { throw failure }
            if subscription.hasEnded { throw fail(.serviceEnded(place())) }
            if turns < Self.turnsPerScope, loop.runOne() {
                turns &+= 1
                continue
            }
            guard turns < Self.turnsPerScope, waitForOutside() else {
                throw fail(.stalled(place()))
            }
        }
        if let failure { throw failure }
        if settings.strict, loop.foreignJobs != 0 { throw fail(.foreignJob(place())) }
    }

    /// Sleeps until something comes from another thread, where something can come.
    ///
    /// - Returns: Whether something came.
    func waitForOutside() -> Bool {
        if loop.outside > 0 {
            loop.waitForArrival()
            return true
        }
        return !settings.strict && loop.isArrivalSoon()
    }

    /// Shows the tap what was published before a failure, which stays the first one.
    private func showRest() {
        do { try showTap() } catch { _ = fail(error) }
    }
}
