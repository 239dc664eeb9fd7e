import LockstepModel
package import LockstepOutcomeMarket

/// What a random market did wrong.
package struct RandomMarketError: Error, CustomStringConvertible {
    package let description: String
}

/// Random orders in a random market, with every rule proved on the way.
package struct RandomMarket: Sendable {
    /// How often each thing happened.
    package struct Counts: Sendable {
        package var orders = 0
        package var accepted = 0
        package var fills = [Int](repeating: 0, count: FillSource.allCases.count)
        package var rejected = [Int](repeating: 0, count: OutcomeRefusal.allCases.count)
        package var eliminations = 0
        package var settlements = 0
        package var penalised = 0
        package var bounded = 0
        package var coherent = 0

        package init() {}

        package mutating func add(_ other: Self) {
            orders += other.orders
            accepted += other.accepted
            for index in fills.indices { fills[index] += other.fills[index] }
            for index in rejected.indices { rejected[index] += other.rejected[index] }
            eliminations += other.eliminations
            settlements += other.settlements
            penalised += other.penalised
            bounded += other.bounded
            coherent += other.coherent
        }
    }

    package private(set) var engine: OutcomeMarketEngine
    package private(set) var counts = Counts()
    private var random: RandomStream
    private let users: UInt32
    private var now: Int64 = 0
    private var nextID: UInt64 = 1
    private var output = OutcomeOutput()
    private var otherOutput = OutcomeOutput()
    private let seed: UInt64

    /// Opens a random market.
    ///
    /// - Parameter seed: The same seed gives the same market and orders.
    /// - Throws: What the engine throws.
    package init(seed: UInt64) throws {
        self.seed = seed
        random = RandomStream(seed: seed, component: "random-market")
        let parameters = OutcomeMarketParameters.random(&random)
        engine = try OutcomeMarketEngine(parameters, checks: .everyStep)
        if parameters.opening == .coherent { counts.coherent = 1 }
        users = 2 + UInt32(random.next(below: 7))
        for user in 0..<users { try engine.open(user, cash: parameters.startBalance) }
    }

    /// Plays until so many orders came, or the market is settled, and proves the end.
    package mutating func play(orders: Int) throws {
        do {
            while counts.orders < orders, !engine.isSettled {
                if counts.orders > orders * 19 / 20, random.next(below: 20) == 0 {
                    try settle()
                } else {
                    try step()
                }
            }
            try engine.checkInvariants()
        } catch {
            throw RandomMarketError(
                description: "seed \(seed), order \(nextID): \(error)")
        }
    }

    private mutating func step() throws {
        now += Int64(random.next(below: 2_000_000))
        switch random.next(below: 100) {
        case 0: try eliminate()
        case 1...40: try one()
        default: try batch(count: 1 + Int(random.next(below: 30)))
        }
        if engine.isFrozen, random.next(below: 3) == 0 { try engine.resume(at: now) }
    }

    private mutating func eliminate() throws {
        if random.next(below: 3) > 0 { try engine.freeze() }
        if engine.activeOutcomes.count > 1, random.next(below: 2) == 0 {
            var leaving = engine.activeOutcomes
            leaving.shuffle(using: &random)
            let count = 1 + Int(random.next(below: UInt64(leaving.count - 1)))
            let before = engine
            try engine.eliminate(Array(leaving.prefix(count)), at: now, into: &output)
            try proveSum(before)
            counts.eliminations += 1
        }
    }

    private mutating func settle() throws {
        let active = engine.activeOutcomes
        let winner = active[Int(random.next(below: UInt64(active.count)))]
        let worst = engine.worstCaseEquity
        try engine.settle(winner: winner, at: now, into: &output)
        try require(engine.house.released >= worst, "I7: the house ends below the worst case")
        counts.settlements += 1
    }

    /// The sum of the YES prices after an elimination is not above what it was by rounding.
    private func proveSum(_ before: OutcomeMarketEngine) throws {
        let (old, new) = (before.setPrices.yes, engine.setPrices.yes)
        let cap = Double(engine.parameters.maximumPrice) / 1e12
        let most = min(old, cap * Double(engine.activeOutcomes.count))
        let slack = 1e-5 * Double(engine.activeOutcomes.count)
        try require(
            abs(new - most) <= slack || engine.parameters.subsidy < 1_000_000_000,
            "the sum of prices was \(old) and is \(new)")
    }

    /// One order alone: what it leaves behind is compared with the state before it.
    private mutating func one() throws {
        let order = order(at: now)
        let before = engine
        try engine.runBatch(at: now, [order], into: &output)
        note([order])
        if case .rejected(_, let refusal)? = output.events.first, output.fills.isEmpty {
            try require(
                engine.differsByIntakeAlone(from: before, of: order.user),
                "I9: \(refusal) left a trace")
        } else if case .market(let terms) = order.action, terms.side == .buy {
            try proveExecution(terms, before)
        }
        try proveSummary(before)
    }

    /// I12: a market buy costs no more than the market maker alone would have asked.
    private mutating func proveExecution(
        _ terms: OutcomeMarketOrder, _ before: OutcomeMarketEngine
    ) throws {
        let quote = try before.quote(
            .buy, terms.token, of: terms.outcome, size: terms.size, at: now)
        if quote.trade.isPenalised { counts.penalised += 1 }
        if quote.trade.isBounded { counts.bounded += 1 }
        if quote.trade.refusal != nil || quote.trade.isPenalised || quote.trade.isBounded { return }
        let parts = output.fills.filter { $0.role == .taker }
        let paid = parts.reduce(0) { $0 + $1.notional + $1.fee }
        try require(
            paid <= quote.trade.amount + quote.fee + Int64(parts.count),
            "I12: \(terms) paid \(paid), the market maker asked \(quote)")
        let smaller = terms.size / 2
        if smaller > 0 {
            let half = try before.quote(
                .buy, terms.token, of: terms.outcome, size: smaller, at: now)
            try require(half.trade.amount <= quote.trade.amount, "I13: \(half), \(quote)")
        }
    }

    /// Several orders, and now and then the same in another order from the same state.
    private mutating func batch(count: Int) throws {
        let orders = (0..<count).map { _ in
            order(at: now - Int64(random.next(below: 5)))
        }
        let before = engine
        try engine.runBatch(at: now, orders, into: &output)
        note(orders)
        try proveSummary(before)
        guard random.next(below: 16) == 0 else { return }
        var other = before
        try other.runBatch(at: now, orders.shuffled(using: &random), into: &otherOutput)
        try require(
            otherOutput.fills == output.fills && otherOutput.events == output.events
                && other.digest == engine.digest, "I11: the order of a batch shows")
    }

    /// The summary's figures are those of the fills and of the state.
    private mutating func proveSummary(_ before: OutcomeMarketEngine) throws {
        let summary = engine.summary(of: output)
        let fees = summary.sources.reduce(0) { $0 + $1.fees }
        try require(
            fees == engine.house.fees - before.house.fees, "the fees by source are \(fees)")
        try require(
            summary.gas == engine.house.gas - before.house.gas, "the gas is \(summary.gas)")
        counts.accepted += summary.accepted
        for (index, source) in summary.sources.enumerated() {
            counts.fills[index] += source.fills
        }
        for (index, count) in summary.rejected.enumerated() { counts.rejected[index] += count }
    }

    private mutating func note(_ orders: [OutcomeOrder]) { counts.orders += orders.count }

    private func require(_ holds: Bool, _ text: @autoclosure () -> String) throws {
        if !holds { throw RandomMarketError(description: text()) }
    }
}

/// The orders.
extension RandomMarket {
    private mutating func order(at time: Int64) -> OutcomeOrder {
        let user = UInt32(random.next(below: UInt64(users)))
        defer { nextID += 1 }
        // Rarely a number that came before.
        let id = random.next(below: 200) == 0 ? max(1, nextID / 2) : nextID
        return OutcomeOrder(id: id, user: user, time: max(0, time), action: action(user))
    }

    private mutating func action(_ user: UInt32) -> OutcomeOrder.Action {
        let kind = random.next(below: 100)
        if kind < 10 {
            return .cancel(target: nextID - min(nextID, random.next(below: 60)))
        }
        // Rarely an outcome that is not there.
        let active = engine.activeOutcomes
        let outcome =
            random.next(below: 200) == 0
            ? engine.parameters.outcomes - Int(random.next(below: 3)) + 1
            : active[Int(random.next(below: UInt64(active.count)))]
        let token: OutcomeToken = random.next(below: 2) == 0 ? .yes : .no
        let held =
            (0..<engine.parameters.outcomes).contains(outcome)
            ? engine.holding(user, outcome, token).free : 0
        let side: Side = held > 0 && random.next(below: 2) == 0 ? .sell : .buy
        let size = size(side, held)
        if kind < 50 {
            let price = price(outcome, token)
            return .limit(
                OutcomeLimit(
                    outcome: outcome, token: token, side: side, size: size, price: price,
                    autoFill: random.next(below: 3) > 0))
        }
        let slippage: Int64? =
            random.next(below: 4) == 0 ? Int64(random.next(below: 200_000_000_000)) : nil
        return .market(
            OutcomeMarketOrder(
                outcome: outcome, token: token, side: side, size: size, maxSlippage: slippage))
    }

    /// A size over many magnitudes; rarely one that is not allowed.
    private mutating func size(_ side: Side, _ held: Int64) -> Int64 {
        let lot = engine.parameters.lot
        switch random.next(below: 200) {
        case 0: return 0
        case 1: return -lot
        case 2: return lot / 2 + 1
        case 3: return 100_000_000_000_000 / lot * lot
        default: break
        }
        let most = side == .sell ? held : engine.parameters.subsidy / 2
        if side == .sell, random.next(below: 4) == 0 { return most / lot * lot }
        var span = UInt64(max(most / lot, 1))
        span >>= random.next(below: 24)
        return (1 + Int64(random.next(below: max(span, 1)))) * lot
    }

    /// A price near the market maker's, or anywhere; rarely off the grid.
    private mutating func price(_ outcome: Int, _ token: OutcomeToken) -> Int64 {
        let parameters = engine.parameters
        let tick = parameters.tickSize
        if random.next(below: 100) == 0 { return Int64(random.next(below: 1_000_000)) }
        var price = Int64(random.next(below: 1_000_000))
        if random.next(below: 4) > 0, (0..<parameters.outcomes).contains(outcome),
            let fair = engine.view(outcome).price(token)
        {
            price = Int64(fair * 1e6) + Int64(random.next(below: 300_000)) - 150_000
        }
        let low = (parameters.minimumPrice / 1_000_000 + tick - 1) / tick * tick
        let high = parameters.maximumPrice / 1_000_000 / tick * tick
        return min(max(price / tick * tick, low), high)
    }
}
