import LockstepEvents
import LockstepModel

/// What is known of the step in hand; forgotten when it is sealed.
struct StepScope: Sendable {
    /// An intent of the step.
    struct PendingIntent: Sendable {
        let sequence: UInt64
        let intent: Intent
        var isJudged = false
    }

    /// A fill of the step, with what it makes of its position.
    struct PendingFill: Sendable {
        let sequence: UInt64
        let fill: Fill
        /// The position after it.
        let position: Int128
        /// The profit of what it closes, before fees.
        let profit: Int128
        var isBooked = false
    }

    /// The first record of the step.
    private(set) var first: UInt64 = 1
    /// The topics of its records, in order.
    private var topics: ContiguousArray<UInt8> = []
    /// How many steps were sealed before it.
    private(set) var sealed: UInt64 = 0
    /// Its time, once it has a record.
    var time: Timestamp?
    var intents: ContiguousArray<PendingIntent> = []
    var fills: ContiguousArray<PendingFill> = []

    /// How many records it has.
    var count: Int { topics.count }

    /// Notes a record of the step.
    @inline(__always)
    mutating func note(topic: UInt32) { topics.append(UInt8(truncatingIfNeeded: min(topic, 255))) }

    /// The topic of a record of the step; nil for any other.
    @inline(__always)
    func topic(of sequence: UInt64) -> UInt8? {
        guard sequence >= first, sequence - first < UInt64(topics.count) else { return nil }
        return topics[Int(sequence - first)]
    }

    /// The place of an intent of the step that was not judged yet.
    func pendingIntent(at sequence: UInt64) -> Int? {
        let place = Self.place(of: sequence, intents.count) { intents[$0].sequence }
        return place.flatMap { intents[$0].isJudged ? nil : $0 }
    }

    /// The place of a fill of the step.
    func fill(at sequence: UInt64) -> Int? {
        Self.place(of: sequence, fills.count) { fills[$0].sequence }
    }

    /// The place of a number in a list in which numbers rise.
    private static func place(
        of sequence: UInt64, _ count: Int, _ number: (Int) -> UInt64
    ) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if number(middle) < sequence { low = middle + 1 } else { high = middle }
        }
        return low < count && number(low) == sequence ? low : nil
    }

    /// Begins the next step.
    ///
    /// - Parameter sequence: The record that seals this one.
    mutating func seal(by sequence: UInt64) {
        first = sequence &+ 1
        sealed &+= 1
        time = nil
        topics.removeAll(keepingCapacity: true)
        intents.removeAll(keepingCapacity: true)
        fills.removeAll(keepingCapacity: true)
    }
}
