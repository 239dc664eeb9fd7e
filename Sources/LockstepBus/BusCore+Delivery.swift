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
        let end = unsafe state.pointee.end
        let isIdle =
            unsafe state.pointee.cursor == end && state.pointee.obstacles.isEmpty
            && (!state.pointee.isTapEager || state.pointee.tapped == end)
        if !isIdle { try drainPending() }
    }

    @inline(never)
    private func drainPending() throws(BusError) {
        if unsafe !state.pointee.obstacles.isEmpty {
            try checkIdle()
            try checkOpen()
        }
        do throws(BusError) {
            try deliverPending()
            if unsafe !state.pointee.obstacles.isEmpty, let failure { throw failure }
        } catch {
            showRest()
            throw error
        }
        if unsafe state.pointee.isTapEager, unsafe state.pointee.tapped != state.pointee.end {
            try showTap()
        }
    }

    private func deliverPending() throws(BusError) {
        var cursor = unsafe state.pointee.cursor
        unsafe state.pointee.obstacles = .delivering
        defer { unsafe state.pointee.obstacles.remove(.delivering) }
        if unsafe state.pointee.isWaveAtOnce { return try deliverWaves() }
        while unsafe cursor != state.pointee.end {
            let header = unsafe cursor.assumingMemoryBound(to: EnvelopeHeader.self)
            var envelope = UnsafeRawPointer(cursor)
            var slot = unsafe header.pointee.slot
            if slot >= Slot.indirect {
                guard
                    let other = unsafe UnsafeMutableRawPointer(
                        bitPattern: UInt(header.pointee.sequence))
                else { break }
                if slot == Slot.jump {
                    unsafe cursor = other
                    unsafe state.pointee.cursor = cursor
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
            try unsafe dispatch(envelope, Int(slot))
            unsafe cursor += Int(header.pointee.size)
            unsafe state.pointee.cursor = cursor
            #if PLANTED_DEFECTS
                if PlantedDefect.countAfterQueueing.isOn { return }
            #endif
        }
    }

    /// Delivers one envelope once more, on another route, and everything that it causes.
    func deliver(_ envelope: UnsafeRawPointer, on slot: Int) throws(BusError) {
        if unsafe !state.pointee.obstacles.isEmpty {
            try checkIdle()
            try checkOpen()
        }
        unsafe state.pointee.unfinished &+= state.pointee.routes[slot].count
        unsafe state.pointee.obstacles = .delivering
        do throws(BusError) {
            if unsafe state.pointee.isWaveAtOnce {
                try unsafe deliverWave(envelope, on: slot)
            } else {
                try unsafe dispatch(envelope, slot)
            }
        } catch {
            unsafe state.pointee.obstacles.remove(.delivering)
            showRest()
            throw error
        }
        unsafe state.pointee.obstacles.remove(.delivering)
        try drain()
    }

    /// Hands one envelope to every subscriber of a row.
    @inline(__always)
    private func dispatch(_ envelope: UnsafeRawPointer, _ slot: Int) throws(BusError) {
        let count = unsafe state.pointee.routes[slot].count
        if count == 0 { return }
        let header = unsafe envelope.assumingMemoryBound(to: EnvelopeHeader.self)
        #if PLANTED_DEFECTS
            unsafe state.pointee.lastOpened = header.pointee.sequence
        #endif
        var target = unsafe state.pointee.routes[slot].targets
        let end = unsafe target + count
        while unsafe target != end {
            if let handler = unsafe target.pointee.handler {
                let service = unsafe target.pointee.service
                unsafe service.pointee.open = header.pointee.sequence
                do {
                    try unsafe handler._withUnsafeGuaranteedRef { try unsafe $0.body(envelope) }
                } catch {
                    throw unsafe serviceFailed(service, error)
                }
                unsafe service.pointee.open = 0
            } else if let subscription = unsafe target.pointee.subscription {
                try unsafe hand(envelope, slot, to: subscription.takeUnretainedValue())
                // The subscription has counted it already.
                unsafe state.pointee.unfinished &+= 1
            }
            unsafe target += 1
        }
        unsafe state.pointee.unfinished &-= count
        let delivered = unsafe state.pointee.delivered &+ count
        unsafe state.pointee.delivered = delivered
        if unsafe delivered > state.pointee.budget {
            throw budgetSpent(
                unsafe Int(end[-1].service.pointee.id), unsafe header.pointee.sequence, slot)
        }
    }

    @inline(never)
    private func budgetSpent(_ member: Int, _ sequence: UInt64, _ slot: Int) -> BusError {
        fail(
            .budgetSpent(
                place(member, sequence, slot), deliveries: settings.deliveriesPerStep))
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
