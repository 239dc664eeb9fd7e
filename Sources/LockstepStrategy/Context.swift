public import LockstepModel

/// What a handler sees and may ask for: the past, and nothing that outlives the handler.
///
/// It cannot be copied, so it cannot be stored, captured by something that lives longer, or handed
/// to a task. What is asked for leaves in order after the handler has returned.
@frozen
public struct Context: ~Copyable {
    @usableFromInline let seat: StateReference<StrategySeat>

    @inlinable
    init(_ seat: StateReference<StrategySeat>) { self.seat = seat }

    /// The simulated time.
    @inlinable
    public var now: Timestamp { seat.value.desk.value.now }

    /// The number of the step; 0 in the set-up.
    @inlinable
    public var step: StepNumber { seat.value.desk.value.step }

    /// The strategy's identity.
    @inlinable
    public var strategy: StrategyID { seat.value.strategy }

    /// The instruments of the run.
    public var instruments: Instruments { seat.value.desk.value.instruments }

    /// The strategy's account, as booked so far.
    @inlinable
    public var account: AccountView { AccountView(seat) }

    /// What the account holds of an instrument, as booked so far.
    @inlinable @inline(__always)
    public func position(_ instrument: InstrumentID) -> SignedQuantity {
        let place = Int(instrument.rawValue) &- 1
        guard UInt(bitPattern: place) < UInt(bitPattern: seat.value.positions.count)
        else { return .zero }
        return seat.value.positions[place]
    }

    /// The last close of the instrument's primary series; nil before the first one.
    @inlinable
    public func lastPrice(_ instrument: InstrumentID) -> Price? {
        let place = Int(instrument.rawValue) &- 1
        guard place >= 0, place < seat.value.desk.value.lastPrices.count else { return nil }
        return seat.value.desk.value.lastPrices[place]
    }

    /// An own order while it is open; nil once it has ended.
    public func order(_ handle: OrderHandle) -> OrderView? { seat.value.orders.view(handle.id) }

    /// The strategy's own open orders, the oldest first.
    public var openOrders: [OrderView] { seat.value.orders.views }

    /// The series of an instrument, to find its bar in a frame.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - interval: The length of its bars; nil for its primary series.
    /// - Returns: The series; nil when the run has none.
    public func series(_ instrument: InstrumentID, every interval: BarInterval? = nil) -> SeriesID?
    {
        seat.value.desk.value.series.series(of: instrument, every: interval)
    }

    /// Asks for an order.
    ///
    /// - Parameters:
    ///   - terms: What is wanted; risk judges it, not this call.
    ///   - tag: A text for the log and the list of fills; it replaces the tag of the terms.
    /// - Returns: A handle, valid at once.
    @inlinable @inline(__always) @discardableResult
    public mutating func submit(_ terms: OrderTerms, tag: String? = nil) -> OrderHandle {
        guard let tag else { return OrderHandle(seat.value.place(terms)) }
        return submit(terms, under: tag)
    }

    @usableFromInline @inline(never)
    mutating func submit(_ terms: OrderTerms, under tag: String) -> OrderHandle {
        var terms = terms
        terms.tag = seat.value.intern(tag)
        return OrderHandle(seat.value.place(terms))
    }

    /// Asks for the market order that leads to a position.
    ///
    /// It is for the position wanted, less what the account holds, less what the strategy's own
    /// open orders still buy and sell there.
    ///
    /// - Parameters:
    ///   - position: The position wanted: long above zero, short below.
    ///   - instrument: The instrument.
    ///   - tag: A text for the log and the list of fills.
    /// - Returns: A handle; nil when nothing is missing.
    @inlinable @inline(__always) @discardableResult
    public mutating func target(
        _ position: SignedQuantity, _ instrument: InstrumentID, tag: String? = nil
    ) -> OrderHandle? {
        if seat.value.openOrders == 0, self.position(instrument) == position { return nil }
        return reach(position, instrument, tag: tag)
    }

    @usableFromInline @inline(never)
    mutating func reach(
        _ position: SignedQuantity, _ instrument: InstrumentID, tag: String?
    ) -> OrderHandle? {
        // Asking the list of instruments would copy one.
        guard instrument.rawValue != 0,
            Int(instrument.rawValue) <= seat.value.positions.count
        else {
            seat.value.fail(
                .unknownInstrument(strategy: seat.value.name, instrument: instrument))
            return nil
        }
        let lots = SignedQuantity(lots: seat.value.missing(position, instrument))
        guard let side = lots.side else { return nil }
        return submit(OrderTerms(side, lots.magnitude, of: instrument), tag: tag)
    }

    /// Asks to change an own order.
    ///
    /// - Parameters:
    ///   - handle: The order.
    ///   - amendment: What shall change.
    public mutating func amend(_ handle: OrderHandle, _ amendment: OrderAmendment) {
        seat.value.ask(.amend(handle.id, amendment))
        seat.value.orders.noteAmendment(handle.id, amendment)
    }

    /// Asks to end an own order.
    ///
    /// - Parameter handle: The order.
    public mutating func cancel(_ handle: OrderHandle) {
        seat.value.ask(.cancel(handle.id))
        seat.value.orders.noteCancel(handle.id)
    }

    /// Asks to end all own orders.
    ///
    /// - Parameter instrument: The instrument whose orders end; nil for all.
    public mutating func cancelAll(_ instrument: InstrumentID? = nil) {
        seat.value.ask(.cancelAll(instrument))
        seat.value.orders.noteCancel(of: instrument)
    }

    /// Asks for a step at a time; the timer is called there, after the frame.
    ///
    /// - Parameter time: The time; one that is not after now means the next nanosecond.
    /// - Returns: The identity with which the timer calls.
    @discardableResult
    public mutating func wake(at time: Timestamp) -> TimerID {
        seat.value.wake(at: time)
    }

    /// Writes a figure to the log.
    ///
    /// - Parameters:
    ///   - name: What the figure is.
    ///   - value: The figure.
    public mutating func note(_ name: String, _ value: Double) {
        guard let symbol = seat.value.intern(name) else { return }
        seat.value.emit(.note(Note(strategy: seat.value.strategy, name: symbol, value: value)))
    }

    /// Draws a random number: a function of the run's seed, the strategy, the name and how often
    /// it was drawn before.
    ///
    /// - Parameter name: The name of the stream.
    /// - Returns: 64 random bits.
    public mutating func random(_ name: StaticString) -> UInt64 {
        seat.value.streams.next(
            name, seed: seat.value.desk.value.seed, strategy: seat.value.strategy)
    }
}

@available(*, unavailable)
extension Context: Sendable {}

/// How a strategy's account stands, as booked so far; reckoned when asked.
@frozen
public struct AccountView: ~Copyable {
    @usableFromInline let seat: StateReference<StrategySeat>

    @inlinable
    init(_ seat: StateReference<StrategySeat>) { self.seat = seat }

    /// The account.
    @inlinable
    public var id: AccountID { seat.value.account }

    /// The cash.
    @inlinable
    public var cash: Money { seat.value.desk.value.cash[Int(seat.value.account.rawValue) - 1] }

    /// Cash and positions at the last prices, those of this step included.
    ///
    /// - Complexity: O(n) for n instruments.
    public var equity: Money {
        read("the equity") { desk, account throws(ArithmeticError) in
            try desk.equity(of: account)
        }
    }

    /// What the open purchases of the account's strategies would cost, before fees: at their limit
    /// or trigger, others at the last price.
    ///
    /// - Complexity: O(n) for n open orders.
    public var reserved: Money {
        read("the reserve") { desk, account throws(ArithmeticError) in
            try desk.reserved(of: account)
        }
    }

    private func read(
        _ what: String, _ body: (borrowing StrategyDesk, Int) throws(ArithmeticError) -> Money
    ) -> Money {
        do throws(ArithmeticError) {
            return try body(seat.value.desk.value, Int(seat.value.account.rawValue) - 1)
        } catch {
            seat.value.fail(.overflow(strategy: seat.value.name, what: what))
            return .zero
        }
    }
}

@available(*, unavailable)
extension AccountView: Sendable {}
