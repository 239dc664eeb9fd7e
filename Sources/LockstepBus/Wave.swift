import LockstepModel

/// The deliveries that are pending together and may run side by side, as a schedule picks.
///
/// Every service takes its own deliveries one after another, in canonical order; between services
/// anything goes. What they publish is put in canonical order when all have ended. One value serves
/// all waves of a run, so that its storage is made once.
// Safe because: it is used by the loop of one run, and addresses point into the journal, which
// holds what they point to until the step has ended.
@safe
struct Wave {
    /// The place of a delivery in the canonical order.
    struct Key: Comparable {
        let sequence: UInt64
        let member: Int

        static let last = Key(sequence: .max, member: .max)

        static func < (one: Key, other: Key) -> Bool {
            one.sequence == other.sequence
                ? one.member < other.member : one.sequence < other.sequence
        }
    }

    /// One envelope for one subscriber.
    @safe
    struct Item {
        let envelope: UnsafeRawPointer
        let slot: Int
        let target: Target
        let key: Key
    }

    /// What a service still has to take.
    private struct Lane {
        var items: ContiguousArray<Item> = []
        var taken = 0
        /// When the next item became ready.
        var ready: UInt64 = 0
        var inHand: Item?

        var next: Item? { taken < items.count ? items[taken] : nil }
    }

    private var lanes: ContiguousArray<Lane> = []
    private var counts: ContiguousArray<(sequence: UInt64, deliveries: Int)> = []
    private var takers: ContiguousArray<Int> = []
    /// The services that can take a delivery now; ``member(at:)`` tells which.
    private(set) var candidates: ContiguousArray<Candidate> = []
    /// How many deliveries have begun and not ended.
    private var open = 0
    /// Whether a wave is in progress.
    private(set) var isRunning = false
    /// Whose job or body is running.
    var current: Key?
    /// The canonically first failure.
    private(set) var failure: (key: Key, error: BusError)?

    /// Begins a wave without deliveries.
    mutating func begin(members: Int) {
        while lanes.count < members { lanes.append(Lane()) }
        for member in lanes.indices {
            lanes[member].items.removeAll(keepingCapacity: true)
            lanes[member].taken = 0
            lanes[member].inHand = nil
        }
        counts.removeAll(keepingCapacity: true)
        open = 0
        current = nil
        failure = nil
    }

    /// Adds an envelope for the subscribers of a row.
    mutating func add(
        _ envelope: UnsafeRawPointer, _ slot: Int, _ sequence: UInt64,
        _ targets: UnsafeBufferPointer<Target>, charge: Int
    ) {
        for place in 0..<targets.count {
            let target = unsafe targets[place]
            let member = unsafe Int(target.service.pointee.id)
            unsafe lanes[member].items.append(
                Item(
                    envelope: envelope, slot: slot, target: target,
                    key: Key(sequence: sequence, member: member)))
        }
        counts.append((sequence, charge))
    }

    mutating func start() { isRunning = true }

    mutating func stop() { isRunning = false }

    // MARK: What may go on

    /// Looks who can take a delivery.
    ///
    /// - Returns: Whether a delivery that counts is to be taken, or has not ended.
    mutating func look() -> Bool {
        candidates.removeAll(keepingCapacity: true)
        takers.removeAll(keepingCapacity: true)
        var isUnfinished = false
        for member in lanes.indices {
            if let item = lanes[member].inHand {
                #if PLANTED_DEFECTS
                    // Each queue was empty at some moment.
                    if PlantedDefect.perQueueBarrier.isOn { continue }
                #endif
                if isWanted(item.key) { isUnfinished = true }
            } else if let next = lanes[member].next, isWanted(next.key) {
                isUnfinished = true
                takers.append(member)
                candidates.append(Candidate(owner: member, ready: lanes[member].ready))
            }
        }
        return isUnfinished
    }

    /// The service behind one of ``candidates``.
    func member(at place: Int) -> Int { takers[place] }

    /// The canonically first delivery that has not ended.
    var firstInHand: Item? {
        lanes.lazy.compactMap(\.inHand).min { $0.key < $1.key }
    }

    /// Whether deliveries have begun and not ended.
    var hasOpen: Bool { open > 0 }

    /// The deliveries that have begun and not ended, with their services.
    var inHand: [(member: Int, item: Item)] {
        lanes.indices.compactMap { member in lanes[member].inHand.map { (member, $0) } }
    }

    /// What a service has in hand.
    func inHand(_ member: Int) -> Item? {
        lanes.indices.contains(member) ? lanes[member].inHand : nil
    }

    /// Begins the next delivery of a service.
    mutating func take(_ member: Int) -> Item? {
        guard var item = lanes[member].next else { return nil }
        lanes[member].taken += 1
        #if PLANTED_DEFECTS
            if PlantedDefect.latestDeliveryFirst.isOn, let last = lanes[member].items.popLast() {
                lanes[member].taken -= 1
                item = last
            }
        #endif
        lanes[member].inHand = item
        open += 1
        current = item.key
        return item
    }

    /// Ends the delivery that a service has in hand.
    ///
    /// - Parameters:
    ///   - member: The service.
    ///   - now: The stamp of what becomes ready by that.
    mutating func end(_ member: Int, at now: UInt64) {
        lanes[member].inHand = nil
        lanes[member].ready = now
        open -= 1
        #if PLANTED_DEFECTS
            if PlantedDefect.doubleDone.isOn { lanes[member].taken += 1 }
        #endif
    }

    // MARK: Failure

    /// Keeps the canonically first failure; what comes after it has never happened.
    mutating func fail(_ error: BusError, at key: Key? = nil) -> BusError {
        let key = key ?? current ?? .last
        #if PLANTED_DEFECTS
            if PlantedDefect.firstFailureByArrival.isOn, let failure { return failure.error }
        #endif
        if failure.map({ key < $0.key }) ?? true { failure = (key, error) }
        return failure?.error ?? error
    }

    /// Whether a delivery comes before the first failure, or is the one that failed.
    func counts(_ key: Key) -> Bool {
        #if PLANTED_DEFECTS
            if PlantedDefect.goOnAfterFailure.isOn { return true }
        #endif
        guard let failure else { return true }
        return key <= failure.key
    }

    private func isWanted(_ key: Key) -> Bool {
        guard let failure else { return true }
        return key < failure.key
    }

    /// The deliveries of the envelopes that every subscriber has taken.
    var delivered: Int {
        counts.reduce(0) { sum, envelope in
            counts(Key(sequence: envelope.sequence, member: .max))
                ? sum + envelope.deliveries : sum
        }
    }
}
