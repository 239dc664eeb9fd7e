public import LockstepMarket
public import LockstepModel

/// A market made of order books: quotes with trades, depth, or the market's orders one by one.
///
/// It takes market orders (resting, immediate-or-cancel, fill-or-kill), limits (good til cancelled,
/// a date or the day's end, post-only or not, immediate-or-cancel, fill-or-kill), stops,
/// stop-limits and if-touched orders, reduce-only or not, and amends and cancels them. Everything
/// else is rejected as ``LockstepModel/OrderReason/invalidCombination``. The day of a day order
/// ends at 24:00 UTC.
///
/// - The feed's book is never changed. Each account has its own overlay over it: its orders, and
///   what it has taken of what is displayed, until the feed renews it. In a shared world all
///   accounts have one overlay, in which they meet each other.
/// - What comes takes the best price first; at a price, what is displayed before an own order in
///   its queue comes before it.
/// - Own orders fill at their own price, as makers: at prints through it, at prints at it once all
///   before them in the queue is filled, and when the book crosses them. A print is shared by an
///   overlay's orders in the order of price and queue, once in all.
/// - A book that the feed leaves crossed or locked is not repaired: taking waits until it is not.
/// - Requests travel for the order latency, answers for the response latency, tops of books for
///   the feed latency. Messages on one way do not overtake each other.
/// - The engine has its own view of each account, as ``BarMarketEngine`` has; other instruments
///   are marked at the middle of their books.
///
/// A message costs a search from the best price on. Nothing is allocated per message.
// Safe because: the address is that of the storage beside it, which is held by this value alone
// whenever it is changed, and never changes while it is shared.
@safe
public struct BookMarketEngine: MarketEngine, @unchecked Sendable {
    private var storage: EngineStorage<BookMarketState>
    /// What lies in the storage: reached without counting a reference.
    private var state: UnsafeMutablePointer<BookMarketState>

    /// Opens the market for the instruments of its venue.
    ///
    /// - Parameters:
    ///   - venue: The venue.
    ///   - setting: What the run consists of.
    ///   - settings: How it fills.
    /// - Throws: ``LockstepMarket/MarketError/invalidSetting(name:why:)``.
    public init(
        venue: VenueID, in setting: MarketSetting, settings: BookSettings = BookSettings()
    ) throws(MarketError) {
        self.init(try BookMarketState(venue: venue, in: setting, settings: settings))
    }

    private init(_ state: consuming BookMarketState) {
        storage = EngineStorage(state)
        unsafe self.state = storage.state
    }

    /// Makes the state this value's own before it changes.
    @inline(__always)
    private mutating func own() {
        if !isKnownUniquelyReferenced(&storage) { copy() }
    }

    @inline(never)
    private mutating func copy() {
        self = unsafe Self(BookMarketState(state.pointee.record))
    }

    /// The venue.
    public var venue: VenueID { unsafe state.pointee.venue }

    /// How it fills.
    public var settings: BookSettings { unsafe state.pointee.settings }

    /// What was odd in the data.
    public var tally: BookTally { unsafe state.pointee.tally }

    /// Commands are worked when they arrive.
    public var isBatch: Bool { false }

    /// The next instant at which a request arrives or an order may expire.
    public var nextWake: Timestamp? {
        let wake = unsafe state.pointee.nextWake
        return wake == .distantFuture ? nil : wake
    }

    /// True.
    public var hasBooks: Bool { true }

    /// Never: data change the book whether there are orders or not.
    public var isIdle: Bool { false }

    public mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        own()
        try unsafe state.pointee.advance(frame, &outputs)
    }

    public mutating func execute(
        _ command: MarketCommand, at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        own()
        let state = unsafe state
        try Lent.of(command.order) { order throws(MarketError) in
            try unsafe state.pointee.execute(order, command.arrival, now, &outputs)
        }
    }

    public mutating func runBatch(
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {}

    /// Hears of a booking, for the engine's own view of the accounts.
    ///
    /// Bookings of fills here change nothing, nor does the deposit that opened an account: they
    /// are counted already. All else moves the cash, and the position of an instrument it names.
    ///
    /// - Parameter booking: The booking.
    /// - Throws: ``LockstepMarket/MarketError/unknownAccount(venue:account:)``, or
    ///   ``LockstepMarket/MarketError/overflow(instrument:operation:)``.
    public mutating func apply(_ booking: Booking) throws(MarketError) {
        own()
        try unsafe state.pointee.apply(booking)
    }

    public mutating func apply(
        _ event: MarketEvent, of instrument: Instrument, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        own()
        try unsafe state.pointee.apply(event, of: instrument, at: now, &outputs)
    }

    public func checkInvariants() throws(MarketError) {
        try unsafe state.pointee.checkInvariants()
    }

    /// The cash of an account in the engine's view; nil for an account it does not know.
    public func cash(of account: AccountID) -> Money? {
        unsafe state.pointee.cash(of: account)
    }

    /// The position of an account in the engine's view; nil for one it does not know.
    public func position(of account: AccountID, in instrument: InstrumentID) -> SignedQuantity? {
        unsafe state.pointee.position(of: account, in: instrument)
    }

    /// The number of orders that work.
    public var workingOrders: Int { unsafe state.pointee.table.count }

    /// How much the market displays at a price of a side.
    public func displayed(
        _ instrument: InstrumentID, _ side: Side, at price: Price
    ) -> Quantity {
        unsafe state.pointee.displayed(instrument, side, price)
    }

    /// How much of that an account may still take; nil for an account it does not know.
    public func available(
        _ instrument: InstrumentID, _ side: Side, at price: Price, for account: AccountID
    ) -> Quantity? {
        unsafe state.pointee.available(instrument, side, price, account)
    }

    /// How much stands before an order that rests; nil for one that does not.
    public func quantityAhead(of order: OrderID) -> Double? {
        unsafe state.pointee.quantityAhead(of: order)
    }
}

extension BookMarketEngine {
    public init(from decoder: any Decoder) throws {
        let record = try BookMarketState.Record(from: decoder)
        if let fault = record.fault {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "This is no state of an order-book market: \(fault)."))
        }
        self.init(BookMarketState(record))
    }

    public func encode(to encoder: any Encoder) throws {
        try unsafe state.pointee.record.encode(to: encoder)
    }
}

extension BookMarketState {
    /// The cash of an account; nil for an account it does not know.
    func cash(of account: AccountID) -> Money? {
        for place in accounts.indices where accounts[place].id == account {
            return accounts[place].cash
        }
        return nil
    }

    /// The position of an account; nil for one it does not know.
    func position(of account: AccountID, in instrument: InstrumentID) -> SignedQuantity? {
        let place = Int(instrument.rawValue) - 1
        guard books.contains(place) else { return nil }
        for row in accounts.indices where accounts[row].id == account {
            return SignedQuantity(lots: positions[cell(row, place)])
        }
        return nil
    }

    /// What is displayed at a price.
    func displayed(_ instrument: InstrumentID, _ side: Side, _ price: Price) -> Quantity {
        let (place, row) = (Int(instrument.rawValue) - 1, Int(side.rawValue) - 1)
        guard books.contains(place) else { return .zero }
        return Quantity(
            lots: books[place].sides[row].displayed(OrderBook.price(price.ticks, row)))
    }

    /// What an account may still take of it; nil for an account it does not know.
    func available(
        _ instrument: InstrumentID, _ side: Side, _ price: Price, _ account: AccountID
    ) -> Quantity? {
        let (place, row) = (Int(instrument.rawValue) - 1, Int(side.rawValue) - 1)
        guard let account = accounts.indices.first(where: { accounts[$0].id == account }),
            books.contains(place), books[place].trades
        else { return nil }
        let overlay = settings.world == .shared ? 0 : account
        let shown = displayed(instrument, side, price).lots
        guard !books[place].overlays[overlay].sides.isEmpty else { return Quantity(lots: shown) }
        let used = books[place].overlays[overlay].sides[row].used(
            at: OrderBook.price(price.ticks, row))
        return Quantity(lots: max(0, shown - used))
    }

    /// What stands before an order that rests; nil for one that does not.
    func quantityAhead(of order: OrderID) -> Double? {
        let slot = table.slot(of: order.rawValue)
        return slot >= 0 && orders[slot].location == .resting ? orders[slot].ahead : nil
    }
}
