import LockstepModel

/// Fills that happened but whose booking has not arrived, oldest first, in a ring used again.
///
/// Within one drain orders are reviewed between a fill and its booking; without these the cash of
/// a purchase would count twice in between.
struct UnbookedFills: Sendable {
    struct Effect: Sendable {
        var sequence: UInt64
        var account: Int
        var cell: Int
        var lots: Int64
        var cash: Int64
    }

    private var ring: ContiguousArray<Effect>
    private var head = 0
    private(set) var count = 0

    init() {
        let none = Effect(sequence: 0, account: 0, cell: 0, lots: 0, cash: 0)
        ring = ContiguousArray(repeating: none, count: 16)
    }

    mutating func append(_ effect: Effect) {
        if count == ring.count {
            ring = ContiguousArray(ring[head...] + ring[..<head])
            head = 0
            ring.append(contentsOf: ring)
        }
        ring[(head &+ count) & (ring.count &- 1)] = effect
        count &+= 1
    }

    /// Takes the oldest effect, if its fill is not after a sequence number.
    mutating func popFirst(through sequence: UInt64) -> Effect? {
        guard count > 0, ring[head].sequence <= sequence else { return nil }
        defer {
            head = (head &+ 1) & (ring.count &- 1)
            count &-= 1
        }
        return ring[head]
    }
}
