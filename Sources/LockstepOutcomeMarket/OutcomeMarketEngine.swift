/// What the house holds beside the liquidity.
package struct OutcomeHouse: Hashable, Sendable, Codable {
    /// Fees, and the remainders of rebates.
    package internal(set) var fees: Int64 = 0
    /// What submissions cost.
    package internal(set) var gas: Int64 = 0
    /// Remainders of what eliminations set free.
    package internal(set) var dust: Int64 = 0
    /// Subsidy that is not needed any more, and what settled outcomes leave.
    package internal(set) var released: Int64 = 0
}

/// How often a market proves to itself that its sums are right.
package enum InvariantChecks: Sendable, Codable {
    /// Never.
    case never
    /// At the end of every call: O(users and resting orders).
    case everyCall
    /// After every cancel, order, match and fill.
    case everyStep
}

/// The whole of a market: equal states go on equally.
struct OutcomeMarketState: Hashable, Sendable, Codable {
    let parameters: OutcomeMarketParameters
    let rules: TradingRules
    var time = MarketTime()
    var isFrozen = false
    var isSettled = false
    var maker: AutomatedMaker
    var book: PooledBook
    var accounts: OutcomeAccounts
    var house = OutcomeHouse()
    var seen = SeenOrders()

    init(_ parameters: OutcomeMarketParameters) {
        self.parameters = parameters
        rules = TradingRules(parameters)
        maker = AutomatedMaker(parameters)
        book = PooledBook(
            outcomes: parameters.outcomes,
            highestPrice: Int(Exact.unit / parameters.tickSize))
        accounts = OutcomeAccounts(parameters)
    }
}

/// One event with mutually exclusive outcomes: market maker, pooled book, matching of opposite
/// tokens and auto-fill over one state.
///
/// Pure and deterministic: the same state and the same batch give the same fills, events and state,
/// whatever the order in which the batch is handed in. An order that is refused changes nothing but
/// the gas, an event and the list of numbers that came. A call that throws changes nothing.
package struct OutcomeMarketEngine: Sendable {
    var state: OutcomeMarketState
    /// How often the sums are proved.
    package var checks: InvariantChecks
    /// The first rule that did not hold in this call.
    var violation: OutcomeMarketError?
    var scratch: BatchScratch

    /// Opens a market.
    ///
    /// - Parameters:
    ///   - parameters: The constants.
    ///   - checks: How often the sums are proved.
    /// - Throws: ``OutcomeMarketError/parameterOutOfRange(name:value:range:)``.
    package init(
        _ parameters: OutcomeMarketParameters, checks: InvariantChecks = .never
    ) throws(OutcomeMarketError) {
        try parameters.check()
        state = OutcomeMarketState(parameters)
        self.checks = checks
        scratch = BatchScratch(outcomes: parameters.outcomes)
    }

    package var parameters: OutcomeMarketParameters { state.parameters }
    @inline(__always)
    var rules: TradingRules { state.rules }
    /// The time of the last call, in nanoseconds since the market's start.
    package var now: Int64 { state.time.now }
    /// How many eliminations there were.
    package var round: Int { state.time.round }
    package var isFrozen: Bool { state.isFrozen }
    package var isSettled: Bool { state.isSettled }
    package var house: OutcomeHouse { state.house }
    /// The indices of the outcomes still in the event, ascending.
    package var activeOutcomes: [Int] { state.maker.active }

    /// Handles a batch of orders.
    ///
    /// Orders are taken by time and number: first all cancels, then all limit orders, then the
    /// matching of what rests, then the market orders, each followed by its auto-fills.
    ///
    /// - Parameters:
    ///   - now: The time, in nanoseconds since the market's start; never earlier than before.
    ///   - orders: The orders, in any order; none stamped after the batch.
    ///   - output: Gets the fills and events; what it held is dropped.
    /// - Throws: ``OutcomeMarketError`` when the batch as a whole is refused, or an invariant is
    ///   broken.
    /// - Complexity: Logarithmic in the price levels and linear in the resting orders that a fill
    ///   touches, for each order; linear in the active outcomes for an order that reaches the
    ///   market maker; independent of the number of users.
    package mutating func runBatch(
        at now: Int64, _ orders: [OutcomeOrder], into output: inout OutcomeOutput
    ) throws(OutcomeMarketError) {
        try checkTimes(now, orders)
        output.clear()
        begin(at: now)
        sort(orders)
        takeIn(orders, &output)
        for index in scratch.cancels { cancel(orders[Int(index)], &output) }
        for index in scratch.limits { place(orders[Int(index)], &output) }
        if !isClosed { matchRestingOrders(&output) }
        proveMatched()
        for index in scratch.markets { execute(orders[Int(index)], &output) }
        try finish()
    }

    /// Stops trading; only cancels pass.
    ///
    /// - Throws: ``OutcomeMarketError/settled``.
    package mutating func freeze() throws(OutcomeMarketError) {
        if state.isSettled { throw .settled }
        state.isFrozen = true
    }

    /// Begins a round: trading goes on, and the round's clock starts.
    ///
    /// - Parameter now: The time; never earlier than before.
    /// - Throws: ``OutcomeMarketError/settled``,
    ///   ``OutcomeMarketError/timeGoesBack(now:last:)``.
    package mutating func resume(at now: Int64) throws(OutcomeMarketError) {
        if state.isSettled { throw .settled }
        try checkTime(now)
        state.time.now = now
        state.time.roundStart = now
        state.isFrozen = false
    }

    var isClosed: Bool { state.isFrozen || state.isSettled }

    func checkTime(_ now: Int64) throws(OutcomeMarketError) {
        if now < state.time.now { throw .timeGoesBack(now: now, last: state.time.now) }
    }

    private func checkTimes(
        _ now: Int64, _ orders: [OutcomeOrder]
    ) throws(OutcomeMarketError) {
        try checkTime(now)
        for order in orders {
            if order.time > now {
                throw .orderAfterBatch(order: order.id, time: order.time, now: now)
            }
            if order.user >= OutcomeAccounts.limit {
                throw .userOutOfRange(user: order.user, limit: OutcomeAccounts.limit)
            }
        }
    }

    private mutating func begin(at now: Int64) {
        state.time.now = now
        state.time.batches += 1
        state.maker.weights = weights(at: now)
        scratch.gasBefore = state.house.gas
        scratch.filledMarkets = 0
    }

    /// The weights of a time of the present round.
    func weights(at now: Int64) -> MarketWeights {
        state.time.weights(
            at: now, parameters, activeOutcomes: state.maker.active.count)
    }

    func finish() throws(OutcomeMarketError) {
        if let violation { throw violation }
        if checks == .everyCall { try checkInvariants() }
    }

    /// Proves the sums after a step when asked to, and keeps the first that is wrong.
    @inline(__always)
    mutating func proveStep() {
        if checks == .everyStep { prove() }
    }

    private mutating func proveMatched() {
        guard checks == .everyStep, violation == nil else { return }
        do throws(OutcomeMarketError) { try checkMatched() } catch { violation = error }
    }

    private mutating func prove() {
        if violation != nil { return }
        do throws(OutcomeMarketError) { try checkInvariants() } catch { violation = error }
    }
}

extension OutcomeMarketEngine: Codable {
    private enum Keys: String, CodingKey { case state, checks }

    /// Reads a saved market and proves its sums.
    ///
    /// - Parameter decoder: What ``encode(to:)`` wrote.
    /// - Throws: What the decoder throws, and ``OutcomeMarketError`` for a state that no market has.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        state = try container.decode(OutcomeMarketState.self, forKey: .state)
        checks = try container.decode(InvariantChecks.self, forKey: .checks)
        scratch = BatchScratch(outcomes: state.parameters.outcomes)
        try state.parameters.check()
        try checkInvariants()
    }

    /// Saves the market; a market read from it goes on as this one does.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(state, forKey: .state)
        try container.encode(checks, forKey: .checks)
    }
}

/// Buffers that a batch needs and the next one uses again; not part of the state.
struct BatchScratch: Sendable {
    var sorted: [Int32] = []
    var cancels: [Int32] = []
    var limits: [Int32] = []
    var markets: [Int32] = []
    var legs: [OrderLeg] = []
    /// By outcome, what the market order at hand diverted.
    var diverted: [Int64]
    /// By outcome, what an auto-fill diverted.
    var moved: [Int64]
    /// By user, the last batch in which there was a fill.
    var lastBatch: [Int] = []
    /// What the house had of gas before the batch.
    var gasBefore: Int64 = 0
    /// How many market orders of the batch were filled.
    var filledMarkets = 0

    init(outcomes: Int) {
        diverted = [Int64](repeating: 0, count: outcomes)
        moved = diverted
    }
}
