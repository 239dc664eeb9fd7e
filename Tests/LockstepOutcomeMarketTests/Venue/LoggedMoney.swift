import LockstepAudit
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepOutcomeMarket

/// The money of an outcome market as its log tells it, and nothing else.
///
/// What belongs together in the market is told by several services in several records; this adds
/// them up again by rules of its own.
struct LoggedMoney {
    /// What does not agree.
    private(set) var findings: [String] = []
    private(set) var fills = 0
    private(set) var points: Set<FillPoint> = []
    /// How many fills were booked as each kind, and how many were to be.
    private(set) var entries: [BookingKind: Int] = [:]
    private var due: [BookingKind: Int] = [:]

    /// Surpluses of auto-fills and their caps.
    private(set) var surplus: LoggedSurplus
    private let highestPrice: Rate
    private let outcomes: Int
    private let subsidy: Int64
    /// By outcome, what the market maker holds of each token at the opening.
    private let openings: [(yes: Int64, no: Int64)]
    private let lot: Int64
    private let tick: Int64

    private var deposits: Int64 = 0
    private var cash: [UInt32: Int64] = [:]
    /// By account and instrument, in lots: as booked, and as the fills sum up.
    private var booked: [UInt32: [UInt32: Int64]] = [:]
    private var positions: [UInt32: [UInt32: Int64]] = [:]
    private var fees: Int64 = 0
    private var gas: Int64 = 0
    private var dust: Int64 = 0
    private var freed: Int64 = 0
    /// By instrument, what the market maker issued and what came out of pairs, in lots.
    private var issued: [UInt32: Int64] = [:]
    private var crossed: [UInt32: Int64] = [:]
    private var pooled: [UInt32: Int64] = [:]
    private var active: Set<Int>
    /// The fees and shares that a batch has told so far.
    private var batchFees: Int64 = 0
    private var batchShares: Int64 = 0
    private var batchGas: Int64 = 0
    private var rests: [OrderID: (account: UInt32, instrument: UInt32, side: Side, price: Int64)] =
        [:]
    private var leaves: [OrderID: Int64] = [:]
    private var settledLeft: Int64?
    /// What the step in hand tells of the house, which holds when all is booked.
    private var house: VenueEvent?

    init(_ settings: OutcomeMarketSettings) {
        surplus = LoggedSurplus(settings)
        highestPrice = settings.maximumPrice
        outcomes = settings.outcomes.count
        subsidy = settings.subsidy.units
        let parameters = settings.parameters
        openings = (0..<settings.outcomes.count).map { parameters.opening($0) }
        lot = 1_000_000 / (settings.tick.trillionths / 1_000_000)
        tick = settings.tick.trillionths / 1_000_000
        active = Set(0..<settings.outcomes.count)
    }

    /// Reads a log from its first record to its last.
    mutating func read(_ log: AuditLog) throws {
        for event in try log.events().all() {
            switch event.payload {
            case .intent(let intent): take(intent)
            case .orderUpdate(let update): take(update)
            case .fill(let fill): take(fill)
            case .booking(let booking): take(booking)
            case .outcomeQuote(let quote): take(quote)
            default: break
            }
            if let told = event.venueEvent { take(told) }
            if case .control(.stepEnd) = event.payload { seal() }
        }
    }

    private mutating func expect(_ holds: Bool, _ what: String) {
        if !holds { findings.append(what) }
    }

    private mutating func take(_ intent: Intent) {
        guard case .place(let terms) = intent.action, let price = terms.kind.limitPrice else {
            return
        }
        rests[intent.id] = (
            intent.account.rawValue, terms.instrument.rawValue, terms.side, price.ticks
        )
    }

    private mutating func take(_ update: OrderUpdate) {
        switch update.change {
        case .accepted: leaves[update.order] = update.leaves.lots
        case .cancelled, .rejected, .expired: leaves[update.order] = nil
        default: break
        }
    }

    private mutating func take(_ fill: Fill) {
        fills += 1
        surplus.take(fill)
        points.insert(fill.point)
        let isMint = fill.point == .cross && fill.side == .buy
        let isMerge = fill.point == .cross && fill.side == .sell
        due[isMint ? .mint : isMerge ? .merge : .trade, default: 0] += 1
        leaves[fill.order] = fill.leaves.lots == 0 ? nil : fill.leaves.lots
        let lots = fill.side.sign * fill.quantity.lots
        let instrument = fill.instrument.rawValue
        switch fill.point {
        case .pool: pooled[instrument, default: 0] += lots
        case .cross: crossed[instrument, default: 0] += lots
        case .amm, .autoFill: issued[instrument, default: 0] += lots
        default: findings.append("a fill at \(fill.point)")
        }
        fees += fill.fee.units
        batchFees += fill.fee.units
        if fill.point == .autoFill {
            // The holders' share was counted with the match; the dust stays with the house.
            fees -= fill.rebate.units
            batchFees -= fill.rebate.units
        }
        positions[fill.account.rawValue, default: [:]][instrument, default: 0] += lots
    }

    /// I1: no supply is above the bound, so no price is.
    private mutating func take(_ quote: OutcomeQuote) {
        guard quote.status == .open || quote.status == .frozen else { return }
        for price in [quote.yesPrice, quote.noPrice] {
            expect(price <= highestPrice, "I1: a price of \(price)")
            expect(price > .zero, "I1: a price of \(price)")
        }
    }

    private mutating func take(_ booking: Booking) {
        let account = booking.account.rawValue
        cash[account, default: 0] += booking.cashChange.units
        expect(
            cash[account] == booking.cashAfter.units,
            "account \(account) has \(booking.cashAfter), not the sum of its bookings")
        expect(booking.cashAfter.units >= 0, "I4: account \(account) has \(booking.cashAfter)")
        expect(
            booking.positionAfter.lots >= 0, "I4: account \(account) has \(booking.positionAfter)")
        if booking.kind == .deposit { deposits += booking.cashChange.units }
        if booking.fill != .none { entries[booking.kind, default: 0] += 1 }
        if booking.instrument.rawValue != 0 {
            booked[account, default: [:]][booking.instrument.rawValue] =
                booking.positionAfter.lots
        }
    }

    private mutating func take(_ event: VenueEvent) {
        switch event.kind {
        case .direct, .mint, .merge:
            fees += event.fee.units
            batchFees += event.fee.units
        case .autoFilledBids, .autoFilledAsks:
            fees += event.fee.units
            batchFees += event.fee.units
            batchShares += event.rest.units
            surplus.take(event)
        case .gas:
            gas += event.amount.units
            batchGas += event.amount.units
        case .payout:
            positions[event.account.rawValue]?[event.instrument.rawValue] = 0
        case .eliminated:
            active.remove(Int(event.outcome) - 1)
            freed += event.rest.units
        case .renormalised:
            // One for each survivor, after all that left: what did not divide is dust.
            if freed != 0 {
                dust += freed % Int64(active.count)
                freed = 0
            }
        case .settled:
            active.remove(Int(event.outcome) - 1)
            settledLeft = (settledLeft ?? 0) + event.rest.units
        case .batch: takeBatch(event)
        case .house: house = event
        default: break
        }
    }

    /// The figures of a batch are the sums of its records.
    private mutating func takeBatch(_ event: VenueEvent) {
        surplus.endBatch()
        expect(event.fee.units == batchFees, "a batch has fees of \(event.fee), not \(batchFees)")
        expect(
            event.rest.units == batchShares,
            "a batch has shares of \(event.rest), not \(batchShares)")
        expect(
            event.amount.units == batchGas, "a batch has gas of \(event.amount), not \(batchGas)")
        batchFees = 0
        batchShares = 0
        batchGas = 0
    }

    private func instrument(_ outcome: Int, yes: Bool) -> UInt32 {
        UInt32(outcome * 2 + (yes ? 1 : 2))
    }

    private func held(_ outcome: Int, yes: Bool) -> Int64 {
        let instrument = instrument(outcome, yes: yes)
        return positions.values.reduce(0) { $0 + ($1[instrument] ?? 0) } * lot
    }

    /// All money that is with nobody: the liquidity, the pairs and what was released.
    private var pool: Int64 {
        subsidy + deposits - cash.values.reduce(0, +) - fees - gas - dust
    }

    /// I1, I2, I7: what the market reports of the house is what users did not take out.
    private mutating func takeHouse(_ event: VenueEvent) {
        let no = active.map { held($0, yes: false) }.reduce(0, +)
        let claims = active.map { no - held($0, yes: false) + held($0, yes: true) }
        let equity = pool - (claims.max() ?? 0)
        expect(
            event.amount.units == equity,
            "I2: the house reports \(event.amount.units), the log adds up to \(equity)")
        let all = active.map { openings[$0].no }.reduce(0, +)
        let least = active.map { all - openings[$0].no + openings[$0].yes }.min() ?? 0
        expect(equity >= least, "I7: the house stands at \(equity), below \(least)")
    }

    private mutating func seal() {
        if let house { takeHouse(house) }
        house = nil
        expect(entries == due, "fills are \(due), their entries \(entries)")
        for (account, tokens) in booked {
            for (token, lots) in tokens {
                let held = positions[account]?[token] ?? 0
                expect(held == lots, "account \(account) has \(lots) of \(token), not \(held)")
            }
        }
        for outcome in active {
            let (yes, no) = (instrument(outcome, yes: true), instrument(outcome, yes: false))
            let pairs = crossed[yes] ?? 0
            expect(pairs >= 0 && pairs == crossed[no] ?? 0, "I3: pairs of outcome \(outcome)")
            for token in [yes, no] {
                expect(pooled[token] ?? 0 == 0, "I3: the book made \(pooled[token] ?? 0) tokens")
                expect(
                    held(outcome, yes: token == yes) == ((issued[token] ?? 0) + pairs) * lot,
                    "I3: holdings of instrument \(token)")
            }
        }
        checkEscrow()
        if let settledLeft, active.isEmpty {
            expect(pool >= settledLeft, "I2: \(settledLeft) was left, the pool has \(pool)")
            expect(
                positions.values.allSatisfy { $0.values.allSatisfy { $0 == 0 } },
                "tokens are held after the end")
        }
    }

    /// I5: what rests is paid for, and held.
    private mutating func checkEscrow() {
        var needed: [UInt32: Int64] = [:]
        var offered: [UInt32: [UInt32: Int64]] = [:]
        for (order, lots) in leaves {
            guard let rest = rests[order] else { continue }
            if rest.side == .buy {
                // A tick of a lot is a unit of money.
                needed[rest.account, default: 0] += lots * rest.price
            } else {
                offered[rest.account, default: [:]][rest.instrument, default: 0] += lots
            }
        }
        for (account, amount) in needed {
            expect(amount <= cash[account] ?? 0, "I5: bids of account \(account) need \(amount)")
        }
        for (account, tokens) in offered {
            for (instrument, lots) in tokens {
                expect(
                    lots <= positions[account]?[instrument] ?? 0,
                    "I5: asks of account \(account) need \(lots) of \(instrument)")
            }
        }
    }
}

extension AuditEvent<AuditPayload> {
    /// What happened at a venue; nil for another event.
    var venueEvent: VenueEvent? {
        if case .venueEvent(let event) = payload { event } else { nil }
    }
}
