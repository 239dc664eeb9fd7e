import LockstepModel

/// What one strategy will hear of, in the order in which it came: fills and updates.
///
/// A report is kept from the moment it comes, released when the strategy's account agrees with it,
/// and lent to the handler where it lies.
struct ReportQueue: ~Copyable {
    /// How far something has come in the lists.
    private struct Progress: BitwiseCopyable {
        var reports = 0
        var fills = 0
        var updates = 0
    }

    /// A report that is lent.
    enum Report: BitwiseCopyable {
        case fill(StateReference<Fill>)
        case update(StateReference<OrderUpdate>)
    }

    /// For each report whether it is a fill.
    private var kinds: FlatList<Bool>
    private var fills: FlatList<Fill>
    private var updates: FlatList<OrderUpdate>
    private var released = Progress()
    private var told = Progress()

    init() {
        kinds = FlatList()
        fills = FlatList()
        updates = FlatList()
    }

    /// Whether nothing is kept.
    var isEmpty: Bool { @inline(__always) get { kinds.isEmpty } }

    /// Whether there is something to tell.
    var isReleased: Bool { @inline(__always) get { told.reports != released.reports } }

    @inline(__always)
    mutating func append(_ fill: Fill) {
        kinds.append(true)
        fills.append(fill)
    }

    @inline(__always)
    mutating func append(_ update: OrderUpdate) {
        kinds.append(false)
        updates.append(update)
    }

    /// Releases the next report, which is a fill.
    @inline(__always)
    mutating func releaseFill() -> StateReference<Fill> {
        released.reports &+= 1
        released.fills &+= 1
        return fills.reference(at: released.fills &- 1)
    }

    /// Releases the next report; there is one.
    mutating func release() -> Report { Self.take(&released, kinds, fills, updates) }

    /// The next report to tell, if one is released.
    @inline(__always)
    mutating func next() -> Report? {
        isReleased ? Self.take(&told, kinds, fills, updates) : nil
    }

    @inline(__always)
    private static func take(
        _ progress: inout Progress, _ kinds: borrowing FlatList<Bool>,
        _ fills: borrowing FlatList<Fill>, _ updates: borrowing FlatList<OrderUpdate>
    ) -> Report {
        let isFill = kinds[progress.reports]
        progress.reports &+= 1
        if isFill {
            progress.fills &+= 1
            return .fill(fills.reference(at: progress.fills &- 1))
        }
        progress.updates &+= 1
        return .update(updates.reference(at: progress.updates &- 1))
    }

    /// Forgets what was told, mostly when nothing is left: then nothing has to move.
    @inline(__always)
    mutating func forgetTold() {
        if told.reports == kinds.count {
            kinds.removeAll()
            fills.removeAll()
            updates.removeAll()
            released = Progress()
            told = Progress()
        } else if told.reports >= 1024 {
            closeRanks()
        }
    }

    @inline(never)
    private mutating func closeRanks() {
        kinds.removeFirst(told.reports)
        fills.removeFirst(told.fills)
        updates.removeFirst(told.updates)
        released.reports -= told.reports
        released.fills -= told.fills
        released.updates -= told.updates
        told = Progress()
    }
}
