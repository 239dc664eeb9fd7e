import LockstepModel

/// Fills that happened but whose booking has not arrived, oldest first, in a ring used again.
///
/// Within one drain orders are reviewed between a fill and its booking; without these the cash of
/// a purchase would count twice in between.
struct UnbookedFills: ~Copyable, Sendable {
    struct Effect: Sendable {
        var sequence: UInt64
        var account: Int
        var cell: Int
        var lots: Int64
        var cash: Int64
    }

    private var ring: Column<Effect>
    private var head = 0
    private(set) var count = 0

    init() {
        ring = Column(repeating: Self.none, count: 16)
    }

    private static var none: Effect { Effect(sequence: 0, account: 0, cell: 0, lots: 0, cash: 0) }

    /// Whether there is no room for another effect before ``makeRoom()``.
    @inline(__always)
    var isFull: Bool { count == ring.count }

    /// Adds an effect, for which there is room.
    @inline(__always)
    mutating func append(made effect: () -> Effect) {
        Self.put(&ring[(head &+ count) & (ring.count &- 1)], effect)
        count &+= 1
    }

    @inline(__always)
    private static func put(_ place: inout Effect, _ effect: () -> Effect) { place = effect() }

    /// Takes the oldest effect, if its fill is not after a sequence number.
    @inline(__always)
    mutating func popFirst(through sequence: UInt64) -> Effect? {
        guard count > 0, ring[head].sequence <= sequence else { return nil }
        let first = ring[head]
        head = (head &+ 1) & (ring.count &- 1)
        count &-= 1
        return first
    }

    /// Makes room for as many effects again.
    @inline(never)
    mutating func makeRoom() {
        let kept = (0..<count).map { ring[(head &+ $0) & (ring.count &- 1)] }
        ring = Column(kept + kept)
        head = 0
    }
}
