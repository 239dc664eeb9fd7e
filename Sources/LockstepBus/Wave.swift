import LockstepModel

/// The deliveries that are pending together and may run side by side, as a schedule picks.
///
/// Every service takes its own deliveries one after another, in canonical order; between services
/// anything goes. What they publish is put in canonical order when all have ended.
// Safe because: it is used by the loop of one run, and addresses point into the journal, which
// holds what they point to until the step has ended.
@safe
final class Wave {
    /// The place of a delivery in the canonical order.
    struct Key: Comparable {
        let sequence: UInt64
        let member: Int

        static let last = Key(sequence: .max, member: .max)

        static func < (one: Key, other: Key) -> Bool {
            (one.sequence, one.member) < (other.sequence, other.member)
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
        var items: [Item] = []
        var taken = 0
        /// When the next item became ready.
        var ready: UInt64 = 0
        var inHand: Item?

        var next: Item? { taken < items.count ? items[taken] : nil }
    }

    private var lanes: [Lane]
    private var counts: [(sequence: UInt64, deliveries: Int)] = []
    /// Whose job or body is running.
    var current: Key?
    /// The canonically first failure.
    private(set) var failure: (key: Key, error: BusError)?

    init(members: Int) { lanes = Array(repeating: Lane(), count: members) }

    /// Adds an envelope for the subscribers of a row.
    func add(
        _ envelope: UnsafeRawPointer, _ slot: Int, _ sequence: UInt64,
        _ targets: UnsafeBufferPointer<Target>
    ) {
        for place in 0..<targets.count {
            let target = unsafe targets[place]
            let member = unsafe Int(target.service.pointee.id)
            unsafe lanes[member].items.append(
                Item(
                    envelope: envelope, slot: slot, target: target,
                    key: Key(sequence: sequence, member: member)))
        }
        counts.append((sequence, targets.count))
    }

    // MARK: What may go on

    /// The services that can take a delivery now.
    var ready: [(member: Int, candidate: Candidate)] {
        lanes.indices.compactMap { member in
            guard lanes[member].inHand == nil, let next = lanes[member].next, isWanted(next.key)
            else { return nil }
            return (member, Candidate(owner: member, ready: lanes[member].ready))
        }
    }

    /// Whether a delivery that counts is to be taken, or has not ended.
    var isUnfinished: Bool {
        lanes.contains { lane in
            #if PLANTED_DEFECTS
                // Each queue was empty at some moment.
                if PlantedDefect.perQueueBarrier.isOn { return lane.next != nil }
            #endif
            if let item = lane.inHand { return isWanted(item.key) }
            return lane.next.map { isWanted($0.key) } ?? false
        }
    }

    /// The canonically first delivery that has not ended.
    var firstInHand: Item? {
        lanes.compactMap(\.inHand).min { $0.key < $1.key }
    }

    /// What a service has in hand.
    func inHand(_ member: Int) -> Item? {
        lanes.indices.contains(member) ? lanes[member].inHand : nil
    }

    /// Begins the next delivery of a service.
    func take(_ member: Int) -> Item? {
        guard let item = lanes[member].next else { return nil }
        lanes[member].taken += 1
        #if PLANTED_DEFECTS
            if PlantedDefect.latestDeliveryFirst.isOn, let last = lanes[member].items.popLast() {
                lanes[member].taken -= 1
                lanes[member].inHand = last
                return last
            }
        #endif
        lanes[member].inHand = item
        return item
    }

    /// Ends the deliveries whose scopes have ended.
    ///
    /// - Parameters:
    ///   - now: The stamp of what becomes ready by that.
    ///   - hasEnded: Whether the scope of a delivery has ended.
    func settle(at now: UInt64, _ hasEnded: (Item) -> Bool) {
        for member in lanes.indices {
            guard let item = lanes[member].inHand, hasEnded(item) else { continue }
            lanes[member].inHand = nil
            lanes[member].ready = now
            #if PLANTED_DEFECTS
                if PlantedDefect.doubleDone.isOn { lanes[member].taken += 1 }
            #endif
        }
    }

    // MARK: Failure

    /// Keeps the canonically first failure; what comes after it has never happened.
    func fail(_ error: BusError, at key: Key? = nil) -> BusError {
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
        return failure.map { key <= $0.key } ?? true
    }

    private func isWanted(_ key: Key) -> Bool { failure.map { key < $0.key } ?? true }

    /// The deliveries of the envelopes that every subscriber has taken.
    var delivered: Int {
        counts.reduce(0) { sum, envelope in
            counts(Key(sequence: envelope.sequence, member: .max))
                ? sum + envelope.deliveries : sum
        }
    }
}
