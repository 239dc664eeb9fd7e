import LockstepModel
import LockstepOutcomeMarket

/// Batches of an outcome market that is in full swing, and what came of them.
///
/// The orders are drawn once, with an eye on the state, and then played as often as wanted from the
/// same start: every play does exactly the same work.
struct OutcomeWork {
    /// What one order in a hundred is.
    struct Mix {
        var limits: UInt64 = 35
        var cancels: UInt64 = 8
        var optedIn: UInt64 = 50
    }

    let batches: [[OutcomeOrder]]
    private let start: OutcomeMarketEngine
    /// The digest of the state at the end.
    let digest: UInt64
    private(set) var accepted = 0
    /// How many fills came from each source.
    private(set) var fills = [Int](repeating: 0, count: FillSource.allCases.count)
    /// How many limit orders, market orders and cancels there are.
    private(set) var kinds = [0, 0, 0]
    /// How many orders rest at the end.
    private(set) var resting = 0

    var orders: Int { batches.reduce(0) { $0 + $1.count } }

    /// Draws the batches.
    ///
    /// - Parameters:
    ///   - outcomes: How many outcomes.
    ///   - users: How many users have accounts; a thousand, spread evenly, trade.
    ///   - tickSize: The tick size, in millionths of a USDC.
    ///   - batchSize: How many orders a batch has.
    ///   - count: How many batches.
    /// - Throws: What the engine throws.
    init(
        outcomes: Int, users: UInt32, tickSize: Int64 = 10_000, batchSize: Int, count: Int
    ) throws {
        var parameters = OutcomeMarketParameters(outcomes: outcomes)
        parameters.tickSize = tickSize
        parameters.subsidy = 100_000_000_000 * Int64(outcomes)
        parameters.startBalance = 100_000_000_000
        parameters.zeta = WeightSchedule(min(100_000_000_000, 900_000_000_000 / Int64(outcomes)))
        parameters.kappa = WeightSchedule(1_000_000)
        var engine = try OutcomeMarketEngine(parameters)
        for user in 0..<users { try engine.open(user, cash: parameters.startBalance) }
        var dealer = OutcomeDealer(users: users)
        var output = OutcomeOutput()
        for _ in 0..<30 {
            try engine.runBatch(at: engine.now, dealer.deal(batchSize, engine), into: &output)
        }
        start = engine
        var batches: [[OutcomeOrder]] = []
        for batch in 0..<count {
            batches.append(dealer.deal(batchSize, engine))
            try engine.runBatch(at: engine.now, batches[batch], into: &output)
            let summary = engine.summary(of: output)
            accepted += summary.accepted
            for (index, source) in summary.sources.enumerated() { fills[index] += source.fills }
            for order in batches[batch] {
                switch order.action {
                case .limit: kinds[0] += 1
                case .market: kinds[1] += 1
                case .cancel: kinds[2] += 1
                }
            }
        }
        self.batches = batches
        digest = engine.digest
        resting = engine.restingOrders
        try engine.checkInvariants()
    }

    /// Plays all batches.
    ///
    /// - Parameter now: Reads a clock.
    /// - Returns: The seconds it took, and the digest of the state at the end.
    /// - Throws: What the engine throws.
    func play(_ now: () -> Double) throws -> (seconds: Double, digest: UInt64) {
        var engine = start
        var output = OutcomeOutput()
        // The copy is made before the clock starts: an empty batch writes to the state.
        try engine.runBatch(at: engine.now, [], into: &output)
        var figures = 0
        let begin = now()
        for batch in batches {
            try engine.runBatch(at: engine.now, batch, into: &output)
            figures &+= engine.summary(of: output).accepted
        }
        let seconds = now() - begin
        return (figures == accepted ? seconds : .infinity, engine.digest)
    }

    /// What the work is made of, in words.
    var shares: String {
        func share(_ part: Int, _ whole: Int) -> String {
            let tenths = (Double(part) * 1000 / Double(max(whole, 1))).rounded() / 10
            return "\(tenths) %"
        }
        let all = fills.reduce(0, +)
        return "\(share(accepted, orders)) accepted; \(share(kinds[0], orders)) limits, "
            + "\(share(kinds[1], orders)) market orders, \(share(kinds[2], orders)) cancels; "
            + "\(all) fills: \(share(fills[0], all)) book, \(share(fills[1], all)) cross, "
            + "\(share(fills[2], all)) market maker, \(share(fills[3], all)) auto-fill; "
            + "\(resting) orders rest"
    }
}

/// Draws orders as a crowd would give them.
private struct OutcomeDealer {
    let users: UInt32
    private var random = RandomStream(seed: 1, component: "outcome-benchmark")
    private var nextID: UInt64 = 1
    /// Limit orders that may still rest.
    private var resting: [(id: UInt64, user: UInt32)] = []

    init(users: UInt32) { self.users = users }

    mutating func deal(_ count: Int, _ engine: OutcomeMarketEngine) -> [OutcomeOrder] {
        resting.removeAll { !engine.isLive($0.id) }
        return (0..<count).map { _ in order(engine) }
    }

    private mutating func order(_ engine: OutcomeMarketEngine) -> OutcomeOrder {
        let mix = OutcomeWork.Mix()
        let kind = random.next(below: 100)
        defer { nextID += 1 }
        if kind < mix.cancels, !resting.isEmpty {
            let index = Int(random.next(below: UInt64(resting.count)))
            let (id, user) = resting[index]
            resting.swapAt(index, resting.count - 1)
            resting.removeLast()
            return OutcomeOrder(
                id: nextID, user: user, time: engine.now, action: .cancel(target: id))
        }
        let user = UInt32(random.next(below: 1000)) * (users / 1000)
        let outcome = Int(random.next(below: UInt64(engine.parameters.outcomes)))
        let token: OutcomeToken = random.next(below: 2) == 0 ? .yes : .no
        let size = 1_000_000 * Int64(1 + random.next(below: 20))
        let side: Side =
            engine.holding(user, outcome, token).free >= size && random.next(below: 2) == 0
            ? .sell : .buy
        if kind < mix.cancels + mix.limits {
            resting.append((nextID, user))
            return OutcomeOrder(
                id: nextID, user: user, time: engine.now,
                action: .limit(
                    OutcomeLimit(
                        outcome: outcome, token: token, side: side, size: size,
                        price: price(
                            engine.view(outcome).price(token) ?? 0.5, side,
                            engine.parameters.tickSize),
                        autoFill: random.next(below: 100) < mix.optedIn)))
        }
        return OutcomeOrder(
            id: nextID, user: user, time: engine.now,
            action: .market(
                OutcomeMarketOrder(
                    outcome: outcome, token: token, side: side, size: size,
                    maxSlippage: random.next(below: 2) == 0 ? 50_000_000_000 : nil)))
    }

    /// A price up to nine cents on the patient side of the market maker's, rarely beyond it.
    private mutating func price(_ fair: Double, _ side: Side, _ tickSize: Int64) -> Int64 {
        let patience = (Int64(random.next(below: 100_000)) - 10_000) * side.sign
        let price = (Int64(fair * 1e6) - patience) / tickSize * tickSize
        return min(max(price, 10_000), 990_000)
    }
}
