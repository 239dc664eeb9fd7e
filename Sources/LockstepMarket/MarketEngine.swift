public import LockstepModel

/// A market: commands and data in, order updates and fills out.
///
/// An engine is a pure value: it knows no clock, waits for nothing, and equal inputs give equal
/// outputs. What it refuses is an output; an error it throws is a broken invariant and ends the
/// run. Encoded between two calls and decoded again, it goes on as if nothing had happened.
///
/// In each step an engine gets, in this order: the commands that arrived before the time of the
/// step, the frame, the commands that arrive at that time; a batch engine then its batch.
public protocol MarketEngine: Codable, Sendable {
    /// The venue.
    var venue: VenueID { get }
    /// Whether commands are collected for ``runBatch(at:_:)`` instead of being worked at once.
    var isBatch: Bool { get }
    /// The next instant at which the engine has something to do without data; nil for none.
    var nextWake: Timestamp? { get }
    /// Whether the data of a step would change nothing and have no output, so that
    /// ``advance(_:_:)`` need not be called; false unless told.
    var isIdle: Bool { get }

    /// Lets the data of a step meet the orders, then does what falls due by its time.
    ///
    /// - Parameters:
    ///   - frame: The data of the step.
    ///   - outputs: Where outputs are appended.
    /// - Throws: ``MarketError``, which ends the run.
    mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError)

    /// Takes an order, an amendment or a cancel.
    ///
    /// - Parameters:
    ///   - command: The command; its arrival is not after `now`.
    ///   - now: The time of the step.
    ///   - outputs: Where outputs are appended.
    /// - Throws: ``MarketError``, which ends the run.
    mutating func execute(
        _ command: MarketCommand, at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError)

    /// Runs the batch of a step; does nothing in an engine that has none.
    ///
    /// - Parameters:
    ///   - now: The time of the step.
    ///   - outputs: Where outputs are appended.
    /// - Throws: ``MarketError``, which ends the run.
    mutating func runBatch(
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError)

    /// Hears of a booking, for the engine's own view of the accounts.
    ///
    /// Bookings of the engine's own fills change nothing: it counted them when they happened.
    ///
    /// - Parameter booking: The booking.
    /// - Throws: ``MarketError``, which ends the run.
    mutating func apply(_ booking: Booking) throws(MarketError)

    /// Hears of a dated event of an instrument that it trades, after the data of its time.
    ///
    /// A split changes working orders, the end of an instrument ends them; what accounts hold and
    /// get comes as bookings. Does nothing unless told.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - instrument: Its instrument.
    ///   - now: The time of the step.
    ///   - outputs: Where outputs are appended.
    /// - Throws: ``MarketError``, which ends the run.
    mutating func apply(
        _ event: MarketEvent, of instrument: Instrument, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError)

    /// Whether the engine keeps the cash and holdings of its accounts itself.
    ///
    /// Then it hears of all bookings, and compares its books with the ledger in ``settle(at:)``;
    /// its accounts trade nowhere else. False unless told.
    var holdsAccounts: Bool { get }

    /// Whether the engine tells the tops of order books; false unless told.
    var hasBooks: Bool { get }

    /// Closes a step, when all its fills are booked; called only where the engine holds accounts.
    ///
    /// - Parameter now: The time of the step.
    /// - Throws: ``MarketError``, which ends the run, when its books differ from the ledger.
    mutating func settle(at now: Timestamp) throws(MarketError)

    /// Checks what must hold between any two calls; costs a pass over all that works.
    ///
    /// - Throws: ``MarketError/brokenInvariant(venue:what:)``.
    func checkInvariants() throws(MarketError)
}

extension MarketEngine {
    @inlinable
    public var isIdle: Bool { false }

    @inlinable
    public var holdsAccounts: Bool { false }

    @inlinable
    public var hasBooks: Bool { false }

    @inlinable
    public mutating func apply(
        _ event: MarketEvent, of instrument: Instrument, at now: Timestamp,
        _ outputs: inout MarketOutputs
    ) throws(MarketError) {}

    @inlinable
    public mutating func settle(at now: Timestamp) throws(MarketError) {}
}

/// An order, an amendment or a cancel, and when it arrived at the venue.
@frozen
public struct MarketCommand: Hashable, Sendable, Codable {
    /// What was asked, as it passed risk.
    public let order: Order
    /// When it arrived.
    public let arrival: Timestamp

    /// Makes the command.
    ///
    /// - Parameters:
    ///   - order: What was asked.
    ///   - arrival: When it arrived.
    @inlinable
    public init(order: Order, arrival: Timestamp) {
        self.order = order
        self.arrival = arrival
    }
}
