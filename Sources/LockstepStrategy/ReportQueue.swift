public import LockstepModel

/// A fill, or what happened to an order; only the one that it is was ever set.
@frozen @usableFromInline
struct Report: BitwiseCopyable {
    @usableFromInline var fill: Fill
    @usableFromInline var update: OrderUpdate
    var isFill: Bool

    /// Whether an update says that something was refused.
    var isRefusal: Bool {
        @inline(__always) get {
            switch update.change {
            case .rejected, .amendRejected, .cancelRejected: true
            case .accepted, .triggered, .amended, .cancelled, .expired: false
            }
        }
    }

    /// The handler that hears of it.
    var handler: StaticString { isFill ? "onFill" : isRefusal ? "onReject" : "onUpdate" }
}

/// What one strategy will hear of, in the order in which it came: fills and updates.
///
/// A report is kept from the moment it comes, released when the strategy's account agrees with it,
/// and lent to the handler where it lies.
struct ReportQueue: ~Copyable {
    private var list: FlatList<Report>
    /// How many are released, and how many were told.
    private var released = 0
    private var told = 0

    init() { list = FlatList() }

    /// Whether nothing is kept.
    var isEmpty: Bool { @inline(__always) get { list.isEmpty } }

    /// Whether there is something to tell.
    var isReleased: Bool { @inline(__always) get { told != released } }

    @inline(__always)
    mutating func append(_ fill: borrowing Fill) {
        let report = list.extend()
        report.value.isFill = true
        report.value.fill = copy fill
    }

    @inline(__always)
    mutating func append(_ update: borrowing OrderUpdate) {
        let report = list.extend()
        report.value.isFill = false
        report.value.update = copy update
    }

    /// Releases the next report; there is one.
    @inline(__always)
    mutating func release() -> StateReference<Report> {
        released &+= 1
        return list.reference(at: released &- 1)
    }

    /// The next report to tell, if one is released.
    @inline(__always)
    mutating func next() -> StateReference<Report>? {
        if !isReleased { return nil }
        told &+= 1
        return list.reference(at: told &- 1)
    }

    /// Forgets what was told, mostly when nothing is left: then nothing has to move.
    @inline(__always)
    mutating func forgetTold() {
        if told == list.count {
            list.removeAll()
            released = 0
            told = 0
        } else if told >= 1024 {
            closeRanks()
        }
    }

    @inline(never)
    private mutating func closeRanks() {
        list.removeFirst(told)
        released -= told
        told = 0
    }
}

@available(*, unavailable)
extension Report: Sendable {}
