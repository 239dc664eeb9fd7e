public import LockstepModel

/// What risk knows of the run: last prices, cash, positions, and orders that may still fill.
///
/// All of it comes from events. Every change costs O(1) and allocates nothing once the storage
/// has grown to the most orders ever open at a time; what has ended is forgotten.
public struct RiskView: ~Copyable, Sendable {
    /// An order whose cancel has passed, and what it claimed before.
    struct Cancelling: Sendable {
        let order: UInt64
        let claim: OpenOrder.Claim
    }

    /// What is known of an instrument.
    struct Listing: Sendable {
        let ratio: NotionalRatio
        let limits: Instrument.Limits
        var fee: LargestFee
        /// The equity that margin accounts need for it.
        var margin = MarginTerms.none
        /// Whether that is not all of its worth.
        var isLevered = false
        /// What all bounds on one order come to.
        var bounds: OrderBounds
        /// The series whose bars mark it: its first in the frame; 0 before the first frame.
        var primary: UInt32 = 0
        /// The place of that series among the prices; -1 before the first frame.
        var source = -1
        /// Whether the venue keeps cash and holdings itself.
        var isHeldByVenue = false
        /// The ticks of a price of one; 0 where the venue does not keep cash and holdings.
        var wholePrice: Int64 = 0

        /// What lots at a price above zero may cost at most, within all bounds of size and worth,
        /// where no product is rounded or wide; nil otherwise.
        @inline(__always)
        mutating func plainWorth(_ ticks: Int64, _ lots: Int64) -> Int64? {
            if !bounds.admits(lots: lots) || ratio.denominator != 1 { return nil }
            let square = ticks.multipliedReportingOverflow(by: lots)
            if square.overflow { return nil }
            let notional = square.partialValue.multipliedReportingOverflow(by: ratio.numerator)
            if notional.overflow || !bounds.admits(notional: notional.partialValue) { return nil }
            return fee.plainlyIncluding(notional.partialValue)
        }

        /// What lots at a price above zero may cost at most, within all bounds of size and worth.
        // Mutating, so that it is asked where it lies.
        @inline(__always)
        mutating func worth(_ ticks: Int64, _ lots: Int64) -> Int64? {
            if !bounds.admits(lots: lots) { return nil }
            do throws(ArithmeticError) {
                let notional = try ratio.notional(Price(ticks: ticks), Quantity(lots: lots)).units
                return bounds.admits(notional: notional)
                    ? try fee.including(notional, lots: lots) : nil
            } catch {
                return nil
            }
        }
    }

    /// The money of an account.
    struct Funds: Sendable {
        let kind: AccountKind
        /// Whether cash and holdings alone decide: an account of cash, no limit of positions.
        var isPlain = false
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

        var position: Int64 {
            @inline(__always) get { booked &+ unbooked }
        }

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

        /// Adds it to the cells that its account ever used, of which it is the first then.
        @inline(__always)
        mutating func use(_ place: Int, _ funds: inout Funds) {
            if isUsed { return }
            isUsed = true
            next = funds.firstCell
            funds.firstCell = Int32(truncatingIfNeeded: place)
        }
    }

    /// Which instruments are halted.
    public internal(set) var halts: TradingHalt
    /// Whether the feed has ended.
    public internal(set) var hasEnded = false
    var listings: Column<Listing>
    /// The last traded closes, by the slots of a frame.
    var prices = Column<SeriesPrice>()
    var funds: Column<Funds>
    var cells: Column<Cell>
    var orders = OpenOrders()
    var cancelling: ContiguousArray<Cancelling> = []
    var unbooked = UnbookedFills()
    /// A fill that has ended its order and is not counted yet.
    var inHand = FillInHand()
    /// What became of all orders so far.
    package internal(set) var tally = OrderTally()
    /// The time of the last frame, in nanoseconds.
    var now = Int64.min
    /// Which venues keep accounts; nil where none does.
    var keepers: Keepers?
    /// By instrument: the lots that each account may be short, nil for any; empty where nothing is
    /// bounded.
    var borrowable: ContiguousArray<Int64?> = []
    /// By account, where losses are limited; else empty.
    var losses = Column<LossWatch>()
    /// By account, where the rate of orders is limited; else empty.
    var rates: ContiguousArray<OrderRateWindow> = []

    /// Checks that accounts stand at the positions their identities say.
    static func check(_ accounts: [Account]) throws(RiskError) {
        for (place, account) in accounts.enumerated()
        where Int(account.id.rawValue) != place + 1 {
            throw .misplacedAccount(account: account.id, position: place + 1)
        }
    }

    init(
        instruments: Instruments, accounts: [Account], fees: [VenueID: LargestFee],
        margins: [VenueID: MarginTerms], holders: Set<VenueID>, redeeming: Set<VenueID>
    ) {
        if !holders.isEmpty { keepers = Keepers(instruments, accounts, holders, redeeming) }
        halts = TradingHalt(instruments: instruments.count)
        listings = Column(
            instruments.map {
                Listing(
                    ratio: $0.ratio, limits: $0.limits, fee: fees[$0.venue] ?? LargestFee.none,
                    margin: $0.margin.over(margins[$0.venue] ?? .none),
                    bounds: OrderBounds($0.limits))
            })
        for (place, instrument) in instruments.enumerated()
        where holders.contains(instrument.venue) {
            listings[place].isHeldByVenue = true
            listings[place].bounds.admitNothing()
            listings[place].wholePrice =
                (try? instrument.price(from: .one))?.ticks ?? Price.limit - 1
        }
        funds = Column(accounts.map { Funds(kind: $0.kind) })
        cells = Column(repeating: Cell(), count: accounts.count * instruments.count)
        for place in listings.indices {
            let initial = listings[place].margin.initial
            listings[place].isLevered = initial != nil && initial != .share(.one)
        }
        for place in 0..<listings.count where listings[place].fee.dependsOnLots {
            listings[place].bounds.admitNothing()
        }
    }

    // MARK: What can be asked

    /// The last price of an instrument: the close of the last traded bar of its first series.
    ///
    /// - Parameter instrument: The instrument.
    /// - Returns: The price, or nil before the first one.
    public func lastPrice(of instrument: InstrumentID) -> Price? {
        let place = Int(instrument.rawValue) - 1
        guard place >= 0, place < listings.count, hasMark(place) else { return nil }
        return Price(ticks: mark(place))
    }

    /// Whether an instrument has a last price.
    @inline(__always)
    func hasMark(_ place: Int) -> Bool { lastTicks(place) != SeriesPrice.none }

    /// The last price of an instrument, in ticks; 0 before the first traded bar.
    @inline(__always)
    func mark(_ place: Int) -> Int64 {
        let ticks = lastTicks(place)
        return ticks == SeriesPrice.none ? 0 : ticks
    }

    /// The last price of an instrument, in ticks; ``SeriesPrice/none`` before the first one.
    @inline(__always)
    func lastTicks(_ place: Int) -> Int64 {
        let source = listings[place].source
        guard UInt(bitPattern: source) < UInt(bitPattern: prices.count) else {
            return SeriesPrice.none
        }
        return prices[source].ticks
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

    /// Whether a rule asks for the equity of accounts, which snapshots tell.
    var watchesEquity: Bool { losses.count > 0 }

    /// Whether nothing is halted and the feed goes on.
    var isOpen: Bool {
        @inline(__always) get { halts.isClear && !hasEnded }
    }

    /// How many orders may still be filled.
    public var openOrders: Int { orders.count }

    @inline(__always)
    func place(of account: AccountID) -> Int? {
        let place = UInt(account.rawValue) &- 1
        return place < UInt(bitPattern: funds.count) ? Int(bitPattern: place) : nil
    }

    @inline(__always)
    func place(of instrument: InstrumentID) -> Int? {
        let place = UInt(instrument.rawValue) &- 1
        return place < UInt(bitPattern: listings.count) ? Int(bitPattern: place) : nil
    }

    @inline(__always)
    func cell(_ account: AccountID, _ instrument: InstrumentID) -> Int? {
        guard let row = place(of: account), let column = place(of: instrument) else { return nil }
        return cell(row, column)
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
        return try cost(instrument, notional: notional.units, lots: lots)
    }

    @inline(__always)
    func cost(
        _ instrument: Int, notional: Int64, lots: Int64
    ) throws(ArithmeticError) -> Int64 {
        let worth = notional < 0 ? try FixedPoint.negate(notional) : notional
        var fee = listings[instrument].fee
        return try fee.including(worth, lots: lots)
    }
}
