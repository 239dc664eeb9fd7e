package import LockstepModel

/// What strategies hear later than it happened: kept until then, in the order of that time.
struct HeldNews {
    /// What is kept.
    enum Content {
        case update(OrderUpdate)
        case fill(Fill, SequenceNumber)
        case booking(Booking)
        case top(BookTop)
    }

    private struct Entry {
        let due: Timestamp
        let content: Content
    }

    private var entries: [Entry] = []
    /// How many of them, from the first, are released.
    private var released = 0
    /// The tops of books that are told in a step, and the step.
    var tops: [BookTop] = []
    var turn = StepNumber.setUp

    /// Keeps something until a time, behind all of that time.
    ///
    /// - Returns: Whether nothing else was kept until then.
    mutating func keep(_ content: Content, until due: Timestamp) -> Bool {
        var place = entries.count
        while place > released, entries[place - 1].due > due { place -= 1 }
        let isFirst = place == released || entries[place - 1].due != due
        entries.insert(Entry(due: due, content: content), at: place)
        return isFirst
    }

    /// When a fill that is kept will be told; nil for one that is not kept.
    func due(of fill: SequenceNumber) -> Timestamp? {
        for entry in entries[released...].reversed() {
            if case .fill(_, fill) = entry.content { return entry.due }
        }
        return nil
    }

    /// The next that is due by a time.
    mutating func release(by time: Timestamp) -> Content? {
        guard released < entries.count, entries[released].due <= time else {
            if released > 0, released * 2 >= entries.count {
                entries.removeFirst(released)
                released = 0
            }
            return nil
        }
        released += 1
        return entries[released - 1].content
    }
}

/// What strategies hear in runs with order books: at its time, and of books what they asked for.
extension StrategyDispatch {
    /// What happened to an order.
    package mutating func hear(
        _ update: OrderUpdate, in step: StepNumber, at now: Timestamp
    ) throws {
        if update.reportAt > now { return try keep(.update(update), until: update.reportAt, now) }
        try take(update, in: step)
    }

    /// A fill.
    package mutating func hear(
        _ fill: Fill, _ sequence: SequenceNumber, at now: Timestamp
    ) throws {
        if fill.reportAt > now {
            return try keep(.fill(fill, sequence), until: fill.reportAt, now)
        }
        take(fill, sequence)
    }

    /// A change of an account; that of a fill is heard with it.
    package mutating func hear(
        _ booking: Booking, in step: StepNumber, at now: Timestamp
    ) throws {
        if booking.fill != .none, let due = news.due(of: booking.fill) {
            return try keep(.booking(booking), until: due, now)
        }
        try take(booking, in: step)
    }

    /// The top of a book; it is told at a turn.
    package mutating func hear(_ top: BookTop, at now: Timestamp) throws {
        try keep(.top(top), until: top.reportAt, now)
    }

    /// Keeps something until a time, for which a step is wished.
    private mutating func keep(
        _ content: HeldNews.Content, until due: Timestamp, _ now: Timestamp
    ) throws {
        let isFirst = news.keep(content, until: due)
        if isFirst && due > now { try wish(due) }
    }

    /// The strategies' turn, for which what is due is released; books' data are not theirs.
    @inline(never)
    package mutating func decideWithBooks(
        _ frame: borrowing Frame, in step: StepNumber, at time: Timestamp
    ) throws {
        news.tops.removeAll(keepingCapacity: true)
        while let content = news.release(by: time) {
            switch content {
            case .update(let update): try take(update, in: step)
            case .fill(let fill, let sequence): take(fill, sequence)
            case .booking(let booking): try take(booking, in: step)
            case .top(let top): show(top, in: step)
            }
        }
        if frame.data.isEmpty {
            try decide(frame, in: step, at: time)
        } else {
            try decide(Frame(time: frame.time, slots: frame.slots), in: step, at: time)
        }
    }

    /// Takes the mark of a book, and tells its top in a step.
    private mutating func show(_ top: BookTop, in step: StepNumber) {
        mark(top)
        news.tops.append(top)
        news.turn = step
    }
}
