public import LockstepModel

/// Something that a strategy asked for besides new orders.
struct Aside: Sendable {
    enum Content: Sendable {
        /// About orders there are.
        case intent(Intent)
        case wake(Wake)
        case note(Note)
        case halt(Halt)
    }

    /// How many orders the same handler had placed before.
    let placed: Int
    let content: Content
}

/// Handlers that a strategy leaves as they are: what they would hear of need not be kept.
@frozen @usableFromInline
struct IdleHandlers: OptionSet, Sendable {
    @usableFromInline let rawValue: UInt8

    @inlinable
    init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable static var onFill: Self { Self(rawValue: 1) }
    @inlinable static var onUpdate: Self { Self(rawValue: 2) }
    @inlinable static var onReject: Self { Self(rawValue: 4) }
}

/// What a strategy waits for, or others because of it.
@frozen @usableFromInline
struct Attention: OptionSet, Sendable {
    @usableFromInline let rawValue: UInt8

    @inlinable
    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It asked for something that is not sent yet, or has failed.
    static let sending = Self(rawValue: 1)
    /// There are reports that it may be told.
    static let reports = Self(rawValue: 2)
    /// A timer is due in this step.
    static let timers = Self(rawValue: 4)

    /// Whether there is anything.
    @inlinable var isAny: Bool { @inline(__always) get { rawValue != 0 } }
}

/// What belongs to one strategy besides its own value; what is asked for most comes first.
@usableFromInline
struct StrategySeat: ~Copyable {
    @usableFromInline let desk: StateReference<StrategyDesk>
    /// The places in a frame of the subscribed series, ascending.
    @usableFromInline let series: FlatView<Int>
    /// The only one of them; beyond every frame where there are none or several.
    @usableFromInline let onlySeries: UInt32
    /// The account's positions, by instrument.
    @usableFromInline let positions: FlatView<SignedQuantity>
    @usableFromInline let strategy: StrategyID
    @usableFromInline let account: AccountID
    /// How many orders are open.
    @usableFromInline var openOrders = 0
    /// The number of the last intent.
    var ordinal: UInt32 = 0
    @usableFromInline var attention: Attention = []
    /// What was found out when it was called.
    @usableFromInline var idle: IdleHandlers = []
    /// Whether something but new orders is to be sent, or there is a failure.
    var isUnusual = false
    var orders: OpenOrders
    /// How many of the open orders, the newest, were asked for and not sent yet.
    var placed = 0
    /// What the strategy will hear of at its next turn.
    var reports: ReportQueue
    var timers = TimerQueue()
    /// What else was asked for and not sent yet, and what stands before it.
    var asides: ContiguousArray<Aside> = []
    var streams = NamedStreams()
    /// Texts whose numbers are known.
    private var texts = KnownTexts()
    var timerNumber: UInt32 = 0
    private let places: FlatList<Int>
    @usableFromInline let type: ObjectIdentifier
    let name: String
    /// Whether the strategy hears of outcome markets.
    let hearsOutcomes: Bool
    /// The instruments of whose books it hears.
    let books: [InstrumentID]
    /// What went wrong while a handler ran.
    var failure: StrategyError?

    // The optimiser of 6.3.1 crashes on serialising the making of a value that cannot be copied.
    @_semantics("optimize.no.crossmodule") @inline(never)
    init(
        _ strategy: StrategyID, name: String, account: AccountID, series: ContiguousArray<Int>,
        desk: StateReference<StrategyDesk>, type: ObjectIdentifier, hearsOutcomes: Bool,
        books: [InstrumentID]
    ) {
        self.hearsOutcomes = hearsOutcomes
        self.books = books
        self.strategy = strategy
        self.type = type
        self.name = name
        self.account = account
        self.desk = desk
        places = FlatList(series)
        self.series = places.view
        onlySeries = series.count == 1 ? UInt32(series[0]) : .max
        orders = OpenOrders()
        reports = ReportQueue()
        positions = desk.value.positions(of: account)
    }

    @inline(never)
    mutating func fail(_ error: StrategyError) {
        if failure == nil { failure = error }
        isUnusual = true
        attention.insert(.sending)
    }

    mutating func emit(_ content: Aside.Content) {
        asides.append(Aside(placed: placed, content: content))
        isUnusual = true
        attention.insert(.sending)
    }

    /// Asks for an order under the next number.
    @usableFromInline @inline(never)
    mutating func place(_ terms: OrderTerms) -> OrderID {
        if ordinal == .max || orders.list.isFull { return placeOtherwise(terms) }
        ordinal &+= 1
        let id = lastID
        orders.add(
            Intent(id: id, strategy: strategy, account: account, action: .place(terms)),
            terms.size)
        openOrders &+= 1
        placed &+= 1
        attention.insert(.sending)
        return id
    }

    /// Asks for an order where numbers or room have run out.
    @inline(never)
    private mutating func placeOtherwise(_ terms: OrderTerms) -> OrderID {
        guard ordinal < .max else {
            fail(.tooManyIntents(strategy: name))
            return lastID
        }
        orders.makeRoom()
        return place(terms)
    }

    /// Asks for something about orders there are, under the next number.
    ///
    /// - Parameter action: What is asked for; a new order is asked for by ``place(_:)``.
    mutating func ask(_ action: OrderAction) {
        guard let id = nextID() else { return }
        emit(.intent(Intent(id: id, strategy: strategy, account: account, action: action)))
    }

    /// Takes a fill into the view, of which the strategy may hear now.
    @inline(__always)
    mutating func release(_ fill: PendingFill) {
        orders.apply(fill.leaves, of: fill.order)
        openOrders = orders.list.count
        if fill.isKept {
            _ = reports.release()
            attention.insert(.reports)
        }
    }

    /// Takes the next report, an update, into the view; from now on it may be told.
    mutating func releaseUpdate() {
        orders.apply(reports.release().value.update)
        openOrders = orders.list.count
        attention.insert(.reports)
    }

    /// Notes that a handler is the one that every strategy has.
    ///
    /// A strategy may call handlers of others in its own, so the type counts whose it is.
    @inlinable
    mutating func leave(_ handler: IdleHandlers, of type: Any.Type) {
        if ObjectIdentifier(type) == self.type { idle.insert(handler) }
    }

    /// The next number; nil, and a failure, when there is none.
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
            if let known = texts[text] { return known }
            guard let symbol = try desk.value.intern?(text) else { return nil }
            texts.add(text, symbol)
            return symbol
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
        desk.value.nextTimer = min(desk.value.nextTimer, due)
        if due <= desk.value.now { attention.insert(.timers) }
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
