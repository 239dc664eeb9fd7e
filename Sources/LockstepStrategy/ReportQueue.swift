import LockstepModel

/// Fills and updates in the order in which they came, each taken once.
///
/// What was taken stays where it lies until the queue forgets it, so that handlers are lent it in
/// place.
struct ReportQueue: ~Copyable {
    /// For each the envelope of the fill; none for an update.
    private var marks: FlatList<SequenceNumber>
    private var fills: FlatList<Fill>
    private var updates: FlatList<OrderUpdate>
    private var taken = 0
    private var takenFills = 0
    private var takenUpdates = 0

    init() {
        marks = FlatList()
        fills = FlatList()
        updates = FlatList()
    }

    /// Whether everything was taken.
    var isEmpty: Bool { @inline(__always) get { taken == marks.count } }

    /// The envelope of the next one, none where it is an update; nil when everything was taken.
    var next: SequenceNumber? {
        @inline(__always) get { taken < marks.count ? marks[taken] : nil }
    }

    @inline(__always)
    mutating func append(_ fill: Fill, _ sequence: SequenceNumber) {
        marks.append(sequence)
        fills.append(fill)
    }

    @inline(__always)
    mutating func append(_ update: OrderUpdate) {
        marks.append(.none)
        updates.append(update)
    }

    /// Takes the next one, which is a fill.
    @inline(__always)
    mutating func takeFill() -> StateReference<Fill> {
        taken &+= 1
        takenFills &+= 1
        return fills.reference(at: takenFills &- 1)
    }

    /// Takes the next one, which is an update.
    @inline(__always)
    mutating func takeUpdate() -> StateReference<OrderUpdate> {
        taken &+= 1
        takenUpdates &+= 1
        return updates.reference(at: takenUpdates &- 1)
    }

    /// Forgets what was taken, mostly when nothing is left: then nothing has to move.
    @inline(__always)
    mutating func forgetTaken() {
        if taken == marks.count {
            marks.removeAll()
            fills.removeAll()
            updates.removeAll()
            (taken, takenFills, takenUpdates) = (0, 0, 0)
        } else if taken >= 1024 {
            closeRanks()
        }
    }

    @inline(never)
    private mutating func closeRanks() {
        marks.removeFirst(taken)
        fills.removeFirst(takenFills)
        updates.removeFirst(takenUpdates)
        (taken, takenFills, takenUpdates) = (0, 0, 0)
    }
}
