import LockstepModel

// Safe because: as said of the core, everything here is used by the loop of one run, and addresses
// point into the journal, which holds what they point to until the step has ended.
extension BusCore {
    /// Delivers what is pending wave by wave, in the order that the schedule picks.
    func deliverWaves() throws(BusError) {
        while unsafe state.pointee.cursor != state.pointee.end {
            wave.value.begin(members: members.count)
            var left = unsafe state.pointee.left
            unsafe journal.visit(from: state.pointee.cursor) { header in
                if wave.value.failure != nil { return }
                let slot = unsafe Int(header.pointee.slot)
                unsafe add(UnsafeRawPointer(header), slot, &left)
            }
            try deliverWave()
        }
    }

    /// Delivers one envelope once more, on another route.
    func deliverWave(_ envelope: UnsafeRawPointer, on slot: Int) throws(BusError) {
        wave.value.begin(members: members.count)
        var left = unsafe state.pointee.left
        unsafe add(envelope, slot, &left)
        try deliverWave()
    }

    /// Adds an envelope to the wave, which ends with the one that spends the budget of the step.
    private func add(_ envelope: UnsafeRawPointer, _ slot: Int, _ left: inout Int) {
        let route = unsafe state.pointee.routes[slot]
        if route.count == 0 { return }
        let sequence = unsafe envelope.assumingMemoryBound(to: EnvelopeHeader.self).pointee.sequence
        unsafe wave.value.add(
            envelope, slot, sequence,
            UnsafeBufferPointer(start: route.targets, count: route.count), charge: route.charge)
        left &-= route.charge
        if left >= 0 { return }
        let last = route.lastCharged
        _ = wave.value.fail(
            .budgetSpent(
                place(last, sequence, slot), deliveries: settings.deliveriesPerStep),
            at: Wave.Key(sequence: sequence, member: .max))
    }

    /// Runs a wave to its end and puts what it published in canonical order.
    private func deliverWave() throws(BusError) {
        let base = unsafe state.pointee.sequence
        let sign = unsafe journal.sign(Slot.skip, to: 0)
        let published = unsafe state.pointee.end
        wave.value.start()
        var turns = 0
        while wave.value.look() {
            let pick = turns < Self.turnsPerScope ? loop.pick(with: wave.value.candidates) : nil
            switch pick {
            case .delivery(let place):
                turns = 0
                begin(wave.value.member(at: place))
            case .job(let job, let owner):
                turns &+= 1
                wave.value.current = wave.value.inHand(owner)?.key
                loop.run(job)
            case nil:
                if turns < Self.turnsPerScope, waitForOutside() { continue }
                if let item = wave.value.firstInHand {
                    _ = wave.value.fail(.stalled(place(of: item)), at: item.key)
                } else {
                    // A task without a delivery gives way for ever: it is passed over.
                    turns = 0
                    begin(wave.value.member(at: 0))
                }
            }
            if wave.value.hasOpen { settle() }
            wave.value.current = nil
        }
        wave.value.stop()
        unsafe number(from: published, after: base, sign)
        unsafe state.pointee.left &-= wave.value.delivered
        if let failure = wave.value.failure {
            for member in members { unsafe member.state.pointee.open = 0 }
            throw fail(failure.error)
        }
    }

    /// Opens the scope of the next delivery of a service and runs it to its first suspension.
    private func begin(_ member: Int) {
        guard let item = wave.value.take(member) else { return }
        #if PLANTED_DEFECTS
            unsafe state.pointee.lastOpened = item.key.sequence
        #endif
        let service = unsafe item.target.service
        if let handler = unsafe item.target.handler {
            unsafe service.pointee.open = item.key.sequence
            do {
                try unsafe handler._withUnsafeGuaranteedRef { try unsafe $0.body(item.envelope) }
            } catch {
                _ = unsafe serviceFailed(service, error)
            }
            unsafe service.pointee.open = 0
            wave.value.end(member, at: loop.now)
        } else if let subscription = unsafe item.target.subscription?.takeUnretainedValue() {
            unsafe subscription.offer(item.envelope, item.slot)
            if let job = subscription.parking.slot.take() { loop.run(job) }
        }
    }

    /// Takes note of scopes and tasks that have ended, and of jobs from elsewhere.
    private func settle() {
        for (member, item) in wave.value.inHand {
            guard let subscription = unsafe item.target.subscription?.takeUnretainedValue() else {
                continue
            }
            if !subscription.isBusy {
                wave.value.end(member, at: loop.now)
            } else if subscription.hasEnded {
                _ = wave.value.fail(.serviceEnded(place(of: item)), at: item.key)
            }
        }
        if settings.strict, loop.foreignJobs != 0, let item = wave.value.firstInHand {
            _ = wave.value.fail(.foreignJob(place(of: item)), at: item.key)
        }
    }

    private func place(of item: Wave.Item) -> BusPlace {
        place(item.key.member, item.key.sequence, nil)
    }

    /// Numbers what a wave has published by parent, subscriber and emission, and leaves signs to it
    /// in that order; what a failure makes undone gets none.
    private func number(
        from published: UnsafeMutableRawPointer, after base: UInt64,
        _ skip: UnsafeMutablePointer<EnvelopeHeader>
    ) {
        if unsafe published == state.pointee.end {
            unsafe skip.pointee.sequence = UInt64(UInt(bitPattern: published))
            unsafe state.pointee.cursor = state.pointee.end
            return
        }
        var envelopes: [UnsafeMutablePointer<EnvelopeHeader>] = unsafe []
        unsafe journal.visit(from: published) { header in
            let key = unsafe Wave.Key(
                sequence: header.pointee.cause, member: Int(header.pointee.producer))
            if wave.value.counts(key) { unsafe envelopes.append(header) }
        }
        // Stable: what one service published in one scope keeps its order.
        let order = unsafe envelopes.indices.sorted { one, other in
            let first = unsafe envelopes[one].pointee
            let second = unsafe envelopes[other].pointee
            #if PLANTED_DEFECTS
                switch PlantedDefect.current {
                case .arrivalOrderNumbering: return one < other
                case .orderByProducerAlone: return (first.producer, one) < (second.producer, other)
                case .emissionsReversed:
                    return (first.cause, first.producer, other)
                        < (second.cause, second.producer, one)
                default: break
                }
            #endif
            return (first.cause, first.producer, one) < (second.cause, second.producer, other)
        }
        unsafe skip.pointee.sequence = UInt64(UInt(bitPattern: state.pointee.end))
        unsafe state.pointee.cursor = state.pointee.end
        unsafe state.pointee.sequence = base
        for place in order {
            unsafe state.pointee.sequence &+= 1
            unsafe envelopes[place].pointee.sequence = state.pointee.sequence
            _ = unsafe journal.sign(Slot.indirect, to: UInt(bitPattern: envelopes[place]))
        }
    }
}
