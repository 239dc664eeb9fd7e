public import LockstepModel

/// What the kill switch knows: when it is cleared, what pulls it, and how many orders it has sent.
struct KillSwitch: Sendable {
    private let clears: ContiguousArray<Timestamp>
    /// How many of them are past, or were when the switch was pulled.
    private var passed = 0
    let losses: LossSwitch?
    /// The number of the last order of the run itself.
    var orders: UInt32 = 0

    init(_ clears: ContiguousArray<Timestamp>, _ losses: LossSwitch?) {
        self.clears = clears
        self.losses = losses
    }

    /// Takes the times that are past; whether there was one.
    mutating func pass(until now: Int64) -> Bool {
        let before = passed
        while passed < clears.count, clears[passed].nanoseconds <= now { passed += 1 }
        return passed != before
    }
}

/// The kill switch: what it cancels and closes, when losses pull it, and when it is cleared.
///
/// Its intents carry identities of the run itself and pass every rule, so that an account can be
/// left whatever its limits are. They reduce only, and go the way of all orders to the venues.
extension RiskGate {
    /// Whether losses pull the switch.
    var hasLossSwitch: Bool { killSwitch.losses != nil }

    /// Halts, or clears a halt; losses count anew from there.
    ///
    /// - Parameter halt: The event.
    public mutating func apply(_ halt: Halt) {
        view.halts.apply(halt)
        if halt.reason != .none {
            _ = killSwitch.pass(until: view.now)
            return
        }
        for place in view.losses.indices {
            if let account = halt.account, place != Int(account.rawValue) - 1 { continue }
            view.losses[place].restart()
        }
    }

    /// What the end of a step has to say about an account's losses.
    ///
    /// - Parameter account: The account.
    /// - Returns: The halt, or nil when it has lost less, or is stopped already.
    mutating func breach(of account: AccountID) -> Halt? {
        guard let losses = killSwitch.losses, let place = view.place(of: account),
            view.halts.kill(nil, account) == nil
        else { return nil }
        return losses.halt(place, view.losses[place], at: view.now)
    }

    /// The end of all halts, if its time has come.
    mutating func clearing() -> Halt? {
        killSwitch.pass(until: view.now) ? Halt(reason: .none) : nil
    }

    /// What is to be asked for when the switch is pulled: cancels, then what closes positions.
    ///
    /// - Parameter halt: The event.
    /// - Returns: The intents, account by account.
    mutating func intents(after halt: Halt) -> [Intent] {
        if !halt.kills { return [] }
        var intents: [Intent] = []
        for account in accountsWithOrders(in: halt) {
            if let id = nextOrder() {
                intents.append(
                    Intent(
                        id: id, strategy: .house, account: account,
                        action: .cancelAll(halt.scope)))
            }
        }
        if halt.flatten { intents += closings(besides: cellsInHand) }
        return intents
    }

    /// What still is to be closed, of that for which no order of the run itself works.
    mutating func remainingClosings() -> [Intent] {
        view.halts.flattens ? closings(besides: cellsInHand) : []
    }

    /// Accounts with orders that may still fill.
    private func accountsWithOrders(in halt: Halt) -> [AccountID] {
        var accounts: Set<Int32> = []
        for place in view.orders.places {
            let order = view.orders[place]
            if OrderID(rawValue: order.id).isOfHouse { continue }
            if let scope = halt.scope, Int(order.instrument) + 1 != Int(scope.rawValue) { continue }
            if let account = halt.account, Int(order.account) + 1 != Int(account.rawValue) {
                continue
            }
            accounts.insert(order.account)
        }
        return accounts.sorted().map { AccountID(UInt32(truncatingIfNeeded: $0 &+ 1)) }
    }

    /// The positions that orders of the run itself are about to close.
    var cellsInHand: Set<Int> {
        var cells: Set<Int> = []
        for place in view.orders.places where OrderID(rawValue: view.orders[place].id).isOfHouse {
            cells.insert(
                view.cell(Int(view.orders[place].account), Int(view.orders[place].instrument)))
        }
        return cells
    }

    /// Orders that close every position whose switch is pulled so.
    private mutating func closings(besides cells: Set<Int>) -> [Intent] {
        var intents: [Intent] = []
        for row in view.funds.indices {
            let account = AccountID(UInt32(truncatingIfNeeded: row &+ 1))
            for column in view.listings.indices {
                let cell = view.cell(row, column)
                let position = view.cells[cell].position
                let instrument = InstrumentID(UInt32(truncatingIfNeeded: column &+ 1))
                guard position != 0, !view.listings[column].isHeldByVenue,
                    view.halts.kill(instrument, account)?.flatten == true, !cells.contains(cell)
                else { continue }
                intents += closing(position, account, instrument)
            }
        }
        return intents
    }

    /// Orders that close a position: one, or as many as the venue's greatest quantity makes it.
    mutating func closing(
        _ position: Int64, _ account: AccountID, _ instrument: InstrumentID,
        liquidates: Bool = false
    ) -> [Intent] {
        let limits = view.listings[Int(instrument.rawValue) - 1].limits
        let most = limits.greatestQuantity?.lots ?? Quantity.limit - 1
        var (rest, intents) = (SignedQuantity(lots: position).magnitude.lots, [Intent]())
        while rest > 0, let id = nextOrder(liquidates: liquidates) {
            let lots = min(rest, most)
            rest -= lots
            intents.append(
                Intent(
                    id: id, strategy: .house, account: account,
                    action: .place(
                        OrderTerms(
                            position > 0 ? .sell : .buy, Quantity(lots: lots), of: instrument,
                            reduceOnly: true))))
        }
        return intents
    }

    /// The identity of the next order of the run itself.
    mutating func nextOrder(liquidates: Bool = false) -> OrderID? {
        if killSwitch.orders >= 1 << 30 - 1 { return nil }
        killSwitch.orders += 1
        return OrderID(house: killSwitch.orders, liquidates: liquidates)
    }

    /// Lets an intent of the run itself pass; what it places counts from now on.
    mutating func pass(_ intent: Intent) {
        switch intent.action {
        case .place(let terms):
            let candidate = OrderCandidate(intent, terms, view)
            if candidate.instrument >= 0, candidate.account >= 0 {
                view.open(candidate.opened(.none))
            }
        case .cancelAll(let instrument): view.cancelAll(instrument, of: .house, in: intent.account)
        case .amend, .cancel: break
        }
    }
}
