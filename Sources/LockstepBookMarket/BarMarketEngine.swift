public import LockstepMarket
public import LockstepModel

/// A market made of bars: orders meet the bars that begin after they arrived.
///
/// It takes orders of all kinds and times in force, alone, in groups and as children of others,
/// reduce-only, post-only or not, and amends and cancels them. Terms that cannot stand together are
/// rejected as ``LockstepModel/OrderReason/invalidCombination``. The day of a day order ends with
/// the session of ``ExecutionRules``, without one at 24:00 UTC.
///
/// - A bar `[s, e)` meets the orders that arrived at `s` or before, and that work until `e`.
///   Carried and absent bars do nothing. Of an instrument's series only the primary one counts.
/// - First the opens of all bars of a step meet the orders, by the bars' beginning and the orders'
///   arrival; then each bar's inside is walked along its path, instrument by instrument.
/// - A change sent while a bar may be in progress waits for the instrument's next bar: one that
///   began before the change comes first.
/// - The engine has its own view of each account, in which its fills count at once. Cash accounts
///   buy what their cash pays for, fee included, and sell what they hold. On margin, what
///   opens must leave the equity at or above ``EngineSettings/initialMargin`` of the worth of all
///   positions, this instrument taken at the price of the fill, the others at the closes of their
///   last bars; what only reduces always fills. What does not fit is cancelled as
///   ``LockstepModel/OrderReason/insufficientAtFill``, all of it; on margin the part of an order
///   that only reduces still fills, unless it is fill-or-kill.
///
/// A bar without working orders costs one comparison, unless an account is on margin: then marks
/// are kept. Nothing is allocated per bar.
// Safe because: the address is that of the storage beside it, which is held by this value alone
// whenever it is changed, and never changes while it is shared.
@safe
public struct BarMarketEngine: MarketEngine, @unchecked Sendable {
    private var storage: EngineStorage<BarMarketState>
    /// What lies in the storage: reached without counting a reference.
    private var state: UnsafeMutablePointer<BarMarketState>

    /// Opens the market.
    ///
    /// Instruments of other venues, and those without bars, are not traded here.
    ///
    /// - Parameters:
    ///   - venue: The venue.
    ///   - setting: What the run consists of.
    ///   - settings: How it fills.
    /// - Throws: ``LockstepMarket/MarketError/invalidSetting(name:why:)``.
    public init(
        venue: VenueID, in setting: MarketSetting, settings: EngineSettings = EngineSettings()
    ) throws(MarketError) {
        self.init(try BarMarketState(venue: venue, in: setting, settings: settings))
    }

    private init(_ state: consuming BarMarketState) {
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
        self = unsafe Self(BarMarketState(state.pointee.record))
    }

    /// The venue.
    public var venue: VenueID { unsafe state.pointee.venue }

    /// How it fills.
    public var settings: EngineSettings { unsafe state.pointee.settings }

    /// How often assumptions decided.
    public var tally: FillTally { unsafe state.pointee.tally }

    /// Commands are worked at once.
    public var isBatch: Bool { false }

    /// The earliest instant at which an order expires.
    public var nextWake: Timestamp? {
        let expiry = unsafe state.pointee.nextExpiry
        return expiry == .distantFuture ? nil : expiry
    }

    /// Whether nothing works or waits, and no last prices are kept.
    public var isIdle: Bool { unsafe state.pointee.isIdle }

    @inline(__always)
    public mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if isIdle { return }
        own()
        try unsafe state.pointee.advance(frame, &outputs)
    }

    @inline(__always)
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
    public var workingOrders: Int { unsafe state.pointee.workingOrders }
}

extension BarMarketEngine {
    public init(from decoder: any Decoder) throws {
        let record = try BarMarketState.Record(from: decoder)
        if let fault = record.fault {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "This is no state of a bar market: \(fault)."))
        }
        self.init(BarMarketState(record))
    }

    public func encode(to encoder: any Encoder) throws {
        try unsafe state.pointee.record.encode(to: encoder)
    }
}

extension BarMarketState {
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
        guard books.indices.contains(place) else { return nil }
        for row in accounts.indices where accounts[row].id == account {
            return SignedQuantity(lots: positions[cell(row, place)])
        }
        return nil
    }

    /// The number of orders that work.
    var workingOrders: Int { busy - books.indices.reduce(0) { $0 + books[$1].changes.count } }
}
