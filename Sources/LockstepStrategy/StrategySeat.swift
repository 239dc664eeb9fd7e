import LockstepBus
public import LockstepModel

/// What a strategy asked for in a handler, in order.
enum Emission: Sendable {
    case intent(Intent)
    case wake(Wake)
    case note(Note)
}

/// What a strategy will hear of at its next turn.
enum Report: Sendable {
    case fill(Fill)
    case update(OrderUpdate)
}

/// What belongs to one strategy besides its own value.
@usableFromInline
struct StrategySeat {
    @usableFromInline let strategy: StrategyID
    @usableFromInline let account: AccountID
    /// Where the account's positions begin.
    @usableFromInline let positions: Int
    /// The places in a frame of the subscribed series, ascending.
    @usableFromInline let series: ContiguousArray<Int>
    @usableFromInline let desk: StateReference<StrategyDesk>
    let name: String
    var ordinal: UInt32 = 0
    var timerNumber: UInt32 = 0
    @usableFromInline var orders = OpenOrders()
    var timers = TimerQueue()
    var streams = NamedStreams()
    var reports: ContiguousArray<Report> = []
    var outbox: ContiguousArray<Emission> = []
    /// What went wrong while a handler ran.
    var failure: StrategyError?
    /// Whether there is something in the outbox, or a failure.
    var needsAttention = false

    init(
        _ strategy: StrategyID, name: String, account: AccountID, series: ContiguousArray<Int>,
        desk: StateReference<StrategyDesk>
    ) {
        self.strategy = strategy
        self.name = name
        self.account = account
        self.series = series
        self.desk = desk
        positions = (Int(account.rawValue) - 1) * desk.value.lastPrices.count
    }

    mutating func fail(_ error: StrategyError) {
        if failure == nil { failure = error }
        needsAttention = true
    }

    mutating func emit(_ emission: Emission) {
        outbox.append(emission)
        needsAttention = true
    }

    /// Asks for something under the next number.
    mutating func ask(_ action: OrderAction) -> OrderID {
        if ordinal == .max {
            fail(.tooManyIntents(strategy: name))
            return OrderID(strategy: strategy, ordinal: ordinal)
        }
        ordinal += 1
        let id = OrderID(strategy: strategy, ordinal: ordinal)
        if case .place(let terms) = action { orders.add(id, terms) }
        emit(.intent(Intent(id: id, strategy: strategy, account: account, action: action)))
        return id
    }

    /// The number of a text.
    mutating func intern(_ text: String) -> SymbolID? {
        do {
            return try desk.value.port?.intern(text)
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
            let held = desk.value.positions[positions + Int(instrument.rawValue) - 1].lots
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
