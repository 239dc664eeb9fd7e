import LockstepModel

/// Something that may go on: a service with a delivery, or a job of a suspended task.
struct Candidate {
    /// The service it belongs to; ``Candidate/nobody`` for a job that does not say.
    let owner: Int
    /// When it became ready, in picks.
    let ready: UInt64

    static let nobody = -1
}

/// Picks the next of several candidates as a schedule says.
struct Picker {
    private let schedule: Schedule
    private var random: RandomStream
    private var picks: UInt64 = 0
    private(set) var trace = ScheduleTrace()
    /// The service that ``Schedule/Policy/starveOne`` starves, among as many as there may be.
    private let victim: UInt64
    /// The picks at which a priority sinks.
    private let changes: [UInt64]
    /// The services whose priority has sunk, the first one lowest.
    private var sunk: [Int] = []

    /// Services among which a victim is drawn.
    private static let victims: UInt64 = 8

    init(_ schedule: Schedule) {
        self.schedule = schedule
        random = RandomStream(seed: schedule.seed, component: "picks")
        victim = random.next() % Self.victims
        // Early picks and late ones with like chances, since nobody knows a run's length.
        changes = (0..<3).map { [random] change in
            var draw = RandomStream(key: random.key, entity: UInt64(change) + 1)
            let scale = draw.next() % 12 + 1
            return draw.next() % (1 << scale)
        }
    }

    /// The stamp of something that becomes ready now.
    var now: UInt64 { picks }

    /// Picks one.
    ///
    /// - Parameter candidates: At least one.
    /// - Returns: Its place.
    mutating func pick(_ candidates: ContiguousArray<Candidate>) -> Int {
        picks &+= 1
        if candidates.count == 1 { return 0 }
        let place = choose(candidates)
        trace.choices &+= 1
        for word in [UInt64(place), UInt64(bitPattern: Int64(candidates[place].owner))] {
            trace.interleaving = (trace.interleaving ^ word) &* 0x0000_0100_0000_01B3
            trace.interleaving ^= trace.interleaving >> 29
        }
        return place
    }

    private mutating func choose(_ candidates: ContiguousArray<Candidate>) -> Int {
        let all = candidates.indices
        switch schedule.policy {
        case .inOrder: return oldest(candidates)
        case .uniform: return any(of: candidates.count)
        case .starveOne:
            let others = all.filter {
                UInt64(bitPattern: Int64(candidates[$0].owner)) % Self.victims != victim
            }
            return others.isEmpty
                ? any(of: candidates.count) : others[any(of: others.count)]
        case .depthFirst:
            if strays { return any(of: candidates.count) }
            return all.reduce(0) { candidates[$1].ready >= candidates[$0].ready ? $1 : $0 }
        case .breadthFirst:
            return strays ? any(of: candidates.count) : oldest(candidates)
        case .priorityInversion:
            if strays { return any(of: candidates.count) }
            return all.reduce(0) { candidates[$1].owner > candidates[$0].owner ? $1 : $0 }
        case .changePoints:
            let place = most(urgent: candidates)
            guard changes.contains(picks) else { return place }
            sunk.append(candidates[place].owner)
            return most(urgent: candidates)
        }
    }

    private func oldest(_ candidates: ContiguousArray<Candidate>) -> Int {
        candidates.indices.reduce(0) { candidates[$1].ready < candidates[$0].ready ? $1 : $0 }
    }

    private func most(urgent candidates: ContiguousArray<Candidate>) -> Int {
        candidates.indices.reduce(0) {
            priority(of: candidates[$1].owner) > priority(of: candidates[$0].owner) ? $1 : $0
        }
    }

    private func priority(of owner: Int) -> UInt64 {
        if let place = sunk.lastIndex(of: owner) { return UInt64(sunk.count - 1 - place) }
        var draw = RandomStream(key: random.key, entity: UInt64(bitPattern: Int64(owner)) &+ 64)
        return draw.next() | (1 << 63)
    }

    /// Whether this pick is the one in eight that keeps a policy from being one order only.
    private var strays: Bool {
        mutating get { random.next() % 8 == 0 }
    }

    private mutating func any(of count: Int) -> Int { Int(random.next() % UInt64(count)) }
}
