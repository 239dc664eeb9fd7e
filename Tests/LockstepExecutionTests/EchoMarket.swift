import LockstepMarket
import LockstepModel

/// A market that fills nothing and answers every command with an update that tells its venue.
///
/// The limit of an answer is the number of the venue times 100, plus the bookings it heard of.
struct EchoMarket: MarketEngine {
    let venue: VenueID
    let isBatch: Bool
    /// How long after an order it wants to be woken; nil for never.
    let wakesAfter: Int64?
    /// Whether it tells of every frame it is shown, and says that without orders none matters.
    let tellsFrames: Bool
    private(set) var nextWake: Timestamp?
    private var working: [OrderID] = []
    private var ended: Set<OrderID> = []
    private var waiting: [MarketCommand] = []
    private var bookings: Int64 = 0

    init(
        _ venue: UInt16, isBatch: Bool = false, wakesAfter: Int64? = nil,
        tellsFrames: Bool = false
    ) {
        self.venue = VenueID(venue)
        self.isBatch = isBatch
        self.wakesAfter = wakesAfter
        self.tellsFrames = tellsFrames
    }

    var isIdle: Bool { tellsFrames && working.isEmpty }

    mutating func advance(
        _ frame: borrowing Frame, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if !tellsFrames { return }
        outputs.append(
            OrderUpdate(
                order: working.first ?? OrderID(rawValue: 0), strategy: StrategyID(1),
                account: AccountID(1), instrument: InstrumentID(0), change: .triggered,
                leaves: .zero, reportAt: frame.time))
    }

    mutating func execute(
        _ command: MarketCommand, at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        if isBatch { waiting.append(command) } else { answer(command, &outputs) }
        if let wakesAfter { nextWake = Timestamp(nanoseconds: now.nanoseconds + wakesAfter) }
    }

    mutating func runBatch(
        at now: Timestamp, _ outputs: inout MarketOutputs
    ) throws(MarketError) {
        for command in waiting { answer(command, &outputs) }
        waiting = []
    }

    mutating func apply(_ booking: Booking) throws(MarketError) { bookings += 1 }

    func checkInvariants() throws(MarketError) {
        if bookings > 2 { throw .brokenInvariant(venue: venue, what: "three bookings") }
    }

    private mutating func answer(_ command: MarketCommand, _ outputs: inout MarketOutputs) {
        let intent = command.order.intent
        switch intent.action {
        case .place:
            working.append(intent.id)
            outputs.append(update(intent.id, .accepted, .none, command))
        case .amend(let order, _):
            let isWorking = working.contains(order)
            outputs.append(
                update(
                    order, isWorking ? .amended : .amendRejected, isWorking ? .none : why(order),
                    command))
        case .cancel(let order):
            if let place = working.firstIndex(of: order) {
                ended.insert(working.remove(at: place))
                outputs.append(update(order, .cancelled, .byStrategy, command))
            } else {
                outputs.append(update(order, .cancelRejected, why(order), command))
            }
        case .cancelAll:
            for order in working {
                outputs.append(update(order, .cancelled, .byStrategy, command))
            }
            ended.formUnion(working)
            working = []
        }
    }

    private func why(_ order: OrderID) -> OrderReason {
        ended.contains(order) ? .alreadyEnded : .unknownOrder
    }

    private func update(
        _ order: OrderID, _ change: OrderChange, _ reason: OrderReason, _ command: MarketCommand
    ) -> OrderUpdate {
        OrderUpdate(
            order: order, strategy: order.strategy, account: command.order.intent.account,
            instrument: InstrumentID(0), change: change, reason: reason,
            limit: Int64(venue.rawValue) * 100 + bookings, leaves: .zero,
            reportAt: command.arrival)
    }
}
