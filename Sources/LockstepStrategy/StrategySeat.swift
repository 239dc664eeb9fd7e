public import LockstepModel

/// Something that a strategy asked for besides new orders.
struct Aside: Sendable {
    enum Content: Sendable {
        /// About orders there are.
        case intent(Intent)
        case wake(Wake)
        case note(Note)
    }

    /// How many orders the same handler had placed before.
    let placed: Int
    let content: Content
}

/// What belongs to one strategy besides its own value.
@usableFromInline
struct StrategySeat: ~Copyable {
    @usableFromInline let strategy: StrategyID
    @usableFromInline let account: AccountID
    /// The account's positions, by instrument.
    @usableFromInline let positions: FlatView<SignedQuantity>
    @usableFromInline let desk: StateReference<StrategyDesk>
    /// The places in a frame of the subscribed series, ascending.
    @usableFromInline let series: FlatView<Int>
    /// How many orders are open.
    @usableFromInline var openOrders = 0
    /// Whether there is something to send, or a failure.
    var needsAttention = false
    var hasFailed = false
    private let places: FlatList<Int>
    var orders: OpenOrders
    var ordinal: UInt32 = 0
    var timerNumber: UInt32 = 0
    var timers = TimerQueue()
    /// What the strategy will hear of at its next turn.
    var reports: ReportQueue
    /// How many of the open orders, the newest, were asked for and not sent yet.
    var placed = 0
    /// What else was asked for and not sent yet, and what stands before it.
    var asides: ContiguousArray<Aside> = []
    var streams = NamedStreams()
    let name: String
    /// What went wrong while a handler ran.
    var failure: StrategyError?

    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    init(
        _ strategy: StrategyID, name: String, account: AccountID, series: ContiguousArray<Int>,
        desk: StateReference<StrategyDesk>
    ) {
        self.strategy = strategy
        self.name = name
        self.account = account
        self.desk = desk
        places = FlatList(series)
        self.series = places.view
        orders = OpenOrders()
        reports = ReportQueue()
        positions = desk.value.positions(of: account)
    }

    @inline(never)
    mutating func fail(_ error: StrategyError) {
        if failure == nil { failure = error }
        hasFailed = true
        needsAttention = true
    }

    mutating func emit(_ content: Aside.Content) {
        asides.append(Aside(placed: placed, content: content))
        needsAttention = true
    }

    /// Asks for an order under the next number.
    mutating func place(_ terms: OrderTerms) -> OrderID {
        guard let id = nextID() else { return lastID }
        orders.add(
            Intent(id: id, strategy: strategy, account: account, action: .place(terms)),
            terms.size)
        openOrders = orders.list.count
        placed &+= 1
        needsAttention = true
        return id
    }

    /// Asks for something about orders there are, under the next number.
    ///
    /// - Parameter action: What is asked for; a new order is asked for by ``place(_:)``.
    mutating func ask(_ action: OrderAction) {
        guard let id = nextID() else { return }
        emit(.intent(Intent(id: id, strategy: strategy, account: account, action: action)))
    }

    /// Takes the next report, which is a fill, into the view; from now on it may be told.
    @inline(__always)
    mutating func releaseFill() {
        orders.apply(reports.releaseFill().value)
        openOrders = orders.list.count
    }

    /// Takes the next report into the view; from now on it may be told.
    mutating func release() {
        switch reports.release() {
        case .fill(let fill): orders.apply(fill.value)
        case .update(let update): orders.apply(update.value)
        }
        openOrders = orders.list.count
    }

    /// Takes an update into the view that is told at once.
    @inline(__always)
    mutating func apply(_ update: borrowing OrderUpdate) {
        orders.apply(update)
        openOrders = orders.list.count
    }

    /// The next number; nil, and a failure, when there is none.
    @inline(__always)
    private mutating func nextID() -> OrderID? {
        if ordinal == .max {
            fail(.tooManyIntents(strategy: name))
            return nil
        }
        ordinal &+= 1
        return lastID
    }

    private var lastID: OrderID {
        @inline(__always) get { OrderID(strategy: strategy, ordinal: ordinal) }
    }

    /// The number of a text.
    mutating func intern(_ text: String) -> SymbolID? {
        do {
            return try desk.value.intern?(text)
        } catch {
            fail(.textRefused(strategy: name, text: text, reason: "\(error)"))
            return nil
        }
    }

    /// Sets a timer.
    mutating func wake(at time: Timestamp) -> TimerID {
        let number = UInt64(strategy.rawValue) << 32
        if timerNumber == .max {
            fail(.tooManyIntents(strategy: name))
            return TimerID(number)
        }
        timerNumber += 1
        let id = TimerID(number | UInt64(timerNumber))
        let now = desk.value.now.nanoseconds
        let next = now == .max ? now : now + 1
        let due = Timestamp(nanoseconds: max(time.nanoseconds, next))
        timers.add(id, at: due)
        emit(.wake(Wake(time: due, requester: id.rawValue)))
        return id
    }

    /// The lots that lead to a position, beside what is held and being bought and sold.
    mutating func missing(_ position: SignedQuantity, _ instrument: InstrumentID) -> Int64 {
        do throws(ArithmeticError) {
            let held = positions[Int(instrument.rawValue) - 1].lots
            let sure = try FixedPoint.add(held, orders.leaves(of: instrument))
            return try FixedPoint.subtract(position.lots, sure)
        } catch {
            fail(.overflow(strategy: name, what: "a target"))
            return 0
        }
    }
}

@available(*, unavailable)
extension StrategySeat: Sendable {}
