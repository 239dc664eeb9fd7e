import LockstepModel

// Safe because: as said of the core, everything here is used by the loop of one run, and addresses
// point into the journal, which holds what they point to until the step has ended.
extension BusCore {
    /// Delivers what is pending wave by wave, in the order that the schedule picks.
    func deliverWaves() throws(BusError) {
        while unsafe state.pointee.cursor != state.pointee.end {
            let wave = Wave(members: members.count)
            var expected = unsafe state.pointee.delivered
            unsafe journal.visit(from: state.pointee.cursor) { header in
                let slot = unsafe Int(header.pointee.slot)
                let sequence = unsafe header.pointee.sequence
                let route = unsafe state.pointee.routes[slot]
                if route.count == 0 || wave.failure != nil { return }
                unsafe wave.add(
                    UnsafeRawPointer(header), slot, sequence,
                    UnsafeBufferPointer(start: route.targets, count: route.count))
                expected &+= route.count
                if unsafe expected > state.pointee.budget {
                    spend(wave, sequence, slot, route)
                }
            }
            try deliver(wave)
        }
    }

    /// Delivers one envelope once more, on another route.
    func deliverWave(_ envelope: UnsafeRawPointer, on slot: Int) throws(BusError) {
        let wave = Wave(members: members.count)
        let route = unsafe state.pointee.routes[slot]
        let sequence = unsafe envelope.assumingMemoryBound(to: EnvelopeHeader.self).pointee.sequence
        unsafe wave.add(
            envelope, slot, sequence,
            UnsafeBufferPointer(start: route.targets, count: route.count))
        let after = unsafe state.pointee.delivered + route.count
        if unsafe route.count > 0 && after > state.pointee.budget {
            spend(wave, sequence, slot, route)
        }
        try deliver(wave)
    }

    /// The budget of the step ends with an envelope.
    private func spend(_ wave: Wave, _ sequence: UInt64, _ slot: Int, _ route: Route) {
        let last = unsafe Int(route.targets[route.count - 1].service.pointee.id)
        _ = wave.fail(
            .budgetSpent(
                place(last, sequence, slot), deliveries: settings.deliveriesPerStep),
            at: Wave.Key(sequence: sequence, member: .max))
    }

    /// Runs a wave to its end and puts what it published in canonical order.
    private func deliver(_ wave: Wave) throws(BusError) {
        let base = unsafe state.pointee.sequence
        let sign = unsafe journal.sign(Slot.skip, to: 0)
        let published = unsafe state.pointee.end
        self.wave = wave
        var turns = 0
        while wave.isUnfinished {
            let ready = wave.ready
            let pick = turns < Self.turnsPerScope ? loop.pick(with: ready.map(\.candidate)) : nil
            switch pick {
            case .delivery(let place):
                turns = 0
                if let item = wave.take(ready[place].member) { begin(item, wave) }
            case .job(let job, let owner):
                turns &+= 1
                wave.current = wave.inHand(owner)?.key
                loop.run(job)
            case nil:
                if turns < Self.turnsPerScope, waitForOutside() { continue }
                guard let item = wave.firstInHand else { break }
                _ = wave.fail(.stalled(place(of: item)), at: item.key)
            }
            settle(wave)
        }
        self.wave = nil
        unsafe number(wave, from: published, after: base, sign)
        unsafe state.pointee.delivered &+= wave.delivered
        if let failure = wave.failure {
            for member in members { unsafe member.state.pointee.open = 0 }
            throw fail(failure.error)
        }
    }

    /// Opens the scope of a delivery and runs it to its first suspension.
    private func begin(_ item: Wave.Item, _ wave: Wave) {
        wave.current = item.key
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
            unsafe state.pointee.unfinished &-= 1
        } else if let subscription = unsafe item.target.subscription?.takeUnretainedValue() {
            unsafe subscription.offer(item.envelope, item.slot)
            if let job = subscription.parking.slot.take() { loop.run(job) }
        }
    }

    /// Takes note of scopes and tasks that have ended, and of jobs from elsewhere.
    private func settle(_ wave: Wave) {
        wave.settle(at: loop.now) { item in
            guard let subscription = unsafe item.target.subscription?.takeUnretainedValue() else {
                return true
            }
            if subscription.isBusy, subscription.hasEnded {
                _ = wave.fail(.serviceEnded(place(of: item)), at: item.key)
            }
            return !subscription.isBusy
        }
        if settings.strict, loop.foreignJobs != 0, let item = wave.firstInHand {
            _ = wave.fail(.foreignJob(place(of: item)), at: item.key)
        }
        wave.current = nil
    }

    private func place(of item: Wave.Item) -> BusPlace {
        place(item.key.member, item.key.sequence, nil)
    }

    /// Numbers what a wave has published by parent, subscriber and emission, and leaves signs to it
    /// in that order; what a failure makes undone gets none.
    private func number(
        _ wave: Wave, from published: UnsafeMutableRawPointer, after base: UInt64,
        _ skip: UnsafeMutablePointer<EnvelopeHeader>
    ) {
        var envelopes: [UnsafeMutablePointer<EnvelopeHeader>] = unsafe []
        unsafe journal.visit(from: published) { header in
            let key = unsafe Wave.Key(
                sequence: header.pointee.cause, member: Int(header.pointee.producer))
            if wave.counts(key) { unsafe envelopes.append(header) }
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
