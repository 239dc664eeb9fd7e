public import LockstepModel

/// What risk knows of the run: last prices, cash, positions, and orders that may still fill.
///
/// All of it comes from events. Every change costs O(1) and allocates nothing once the storage
/// has grown to the most orders ever open at a time; what has ended is forgotten.
public struct RiskView: Sendable {
    /// An order whose cancel has passed, and what it claimed before.
    struct Cancelling: Sendable {
        let order: UInt64
        let claim: OpenOrder.Claim
    }

    /// What is known of an instrument.
    struct Listing: Sendable {
        let ratio: NotionalRatio
        let limits: Instrument.Limits
        let fee: LargestFee
        /// The series whose bars mark it: its first in the frame; 0 before the first frame.
        var primary: UInt32 = 0
        var mark: Int64 = 0
        var hasMark = false
    }

    /// The money of an account.
    struct Funds: Sendable {
        let kind: AccountKind
        var cash: Int64 = 0
        var unbooked: Int64 = 0
        /// What working purchases may still cost.
        var reserved: Int64 = 0
        /// The first cell ever used; none is -1.
        var firstCell: Int32 = -1
    }

    /// One instrument in one account.
    struct Cell: Sendable {
        var booked: Int64 = 0
        var unbooked: Int64 = 0
        var buys = OpenOrder.Claim.none
        var sells = OpenOrder.Claim.none
        var isUsed = false
        var next: Int32 = -1

        var position: Int64 { booked &+ unbooked }

        @inline(__always)
        func claim(_ side: Side) -> OpenOrder.Claim { side == .buy ? buys : sells }

        /// Adds to the sum of a side; the rule of sizes has seen to it that it fits.
        @inline(__always)
        mutating func add(_ claim: OpenOrder.Claim, _ side: Side) {
            if side == .buy {
                buys.lots &+= claim.lots
                buys.value &+= claim.value
            } else {
                sells.lots &+= claim.lots
                sells.value &+= claim.value
            }
        }
    }

    /// Which instruments are halted.
    public internal(set) var halts: TradingHalt
    /// Whether the feed has ended.
    public internal(set) var hasEnded = false
    var listings: ContiguousArray<Listing>
    var funds: ContiguousArray<Funds>
    var cells: ContiguousArray<Cell>
    var orders = OpenOrders()
    var cancelling: ContiguousArray<Cancelling> = []
    var unbooked = UnbookedFills()

    init(
        instruments: Instruments, accounts: [Account], fees: [VenueID: LargestFee]
    ) throws(RiskError) {
        for (place, account) in accounts.enumerated()
        where Int(account.id.rawValue) != place + 1 {
            throw .misplacedAccount(account: account.id, position: place + 1)
        }
        halts = TradingHalt(instruments: instruments.count)
        listings = ContiguousArray(
            instruments.map {
                Listing(
                    ratio: $0.ratio, limits: $0.limits, fee: fees[$0.venue] ?? LargestFee.none)
            })
        funds = ContiguousArray(accounts.map { Funds(kind: $0.kind) })
        cells = ContiguousArray(
            repeating: Cell(), count: accounts.count * instruments.count)
    }

    // MARK: What can be asked

    /// The last price of an instrument: the close of the last traded bar of its first series.
    ///
    /// - Parameter instrument: The instrument.
    /// - Returns: The price, or nil before the first one.
    public func lastPrice(of instrument: InstrumentID) -> Price? {
        let place = Int(instrument.rawValue) - 1
        guard listings.indices.contains(place), listings[place].hasMark else { return nil }
        return Price(ticks: listings[place].mark)
    }

    /// What an account holds of an instrument, fills included whose booking is under way.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - instrument: The instrument.
    /// - Returns: The position; none for an account or instrument the run does not have.
    public func position(_ account: AccountID, _ instrument: InstrumentID) -> SignedQuantity {
        guard let cell = cell(account, instrument) else { return .zero }
        return SignedQuantity(lots: cells[cell].position)
    }

    /// The lots an account may still get on one side from orders that work.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - instrument: The instrument.
    ///   - side: The side.
    /// - Returns: The lots; orders that only reduce count as nothing.
    public func working(
        _ account: AccountID, _ instrument: InstrumentID, _ side: Side
    ) -> Quantity {
        guard let cell = cell(account, instrument) else { return .zero }
        return Quantity(lots: cells[cell].claim(side).lots)
    }

    /// The cash of an account, fills included whose booking is under way.
    ///
    /// - Parameter account: The account.
    /// - Returns: The cash; none for an account the run does not have.
    public func cash(of account: AccountID) -> Money {
        guard let place = place(of: account) else { return .zero }
        return Money(units: funds[place].cash &+ funds[place].unbooked)
    }

    /// What the working purchases of an account may still cost, with the largest fees.
    ///
    /// - Parameter account: The account.
    /// - Returns: The amount, never negative.
    public func reserved(by account: AccountID) -> Money {
        guard let place = place(of: account) else { return .zero }
        return Money(units: funds[place].reserved)
    }

    /// How many orders may still be filled.
    public var openOrders: Int { orders.count }

    @inline(__always)
    func place(of account: AccountID) -> Int? {
        let place = Int(account.rawValue) &- 1
        return place >= 0 && place < funds.count ? place : nil
    }

    @inline(__always)
    func cell(_ account: AccountID, _ instrument: InstrumentID) -> Int? {
        let place = Int(instrument.rawValue) - 1
        guard let row = self.place(of: account), listings.indices.contains(place) else {
            return nil
        }
        return cell(row, place)
    }

    @inline(__always)
    func cell(_ account: Int, _ instrument: Int) -> Int { account &* listings.count &+ instrument }

    // MARK: Worth

    /// What lots at a price may cost at most: the notional, whatever its sign, and the fee.
    @inline(__always)
    func cost(
        _ instrument: Int, ticks: Int64, lots: Int64
    ) throws(ArithmeticError) -> Int64 {
        let notional = try listings[instrument].ratio.notional(
            Price(ticks: ticks), Quantity(lots: lots))
        return try cost(instrument, notional: notional.units)
    }

    @inline(__always)
    func cost(_ instrument: Int, notional: Int64) throws(ArithmeticError) -> Int64 {
        let worth = notional < 0 ? try FixedPoint.negate(notional) : notional
        return try listings[instrument].fee.including(worth)
    }
}
