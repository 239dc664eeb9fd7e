import LockstepBacktest

/// The outcome market alone, without bus and audit log and with its own proofs switched off; and in
/// a whole run.
enum OutcomeBenchmarks {
    /// Ten outcomes, a thousand users, batches of 2,000 orders, every feature on.
    static let mixed = "outcome/mixed"

    /// One market to measure.
    private struct Case {
        let name: String
        var outcomes = 10
        /// A thousand of them trade.
        var users: UInt32 = 1000
        var tickSize: Int64 = 10_000
    }

    static func run(_ suite: inout Suite) throws {
        let cases = [
            Case(name: mixed),
            Case(name: mixed + "-2", outcomes: 2),
            Case(name: mixed + "-64", outcomes: 64),
            // What an order costs must not grow with the users, and hardly with the prices.
            Case(name: mixed + "-100k-users", users: 100_000),
            Case(name: mixed + "-10k-prices", tickSize: 100),
        ]
        for one in cases where suite.wants(one.name) { try measure(one, &suite) }
        if suite.wants(mixed + "+run") { try measureRun(&suite) }
    }

    /// The same mix through a whole run: strategies, bus, risk, market, books and audit log.
    private static func measureRun(_ suite: inout Suite) throws {
        let work = try OutcomeWork(outcomes: 10, users: 1000, batchSize: 2000, count: 20)
        let run = try OutcomeRunWork(work, outcomes: 10, users: 1000)
        let backtest = try Backtest(run.configuration)
        var digests: Set<String> = []
        var accepted = 0
        try suite.rate(mixed + "+run", unit: "orders", count: run.orders) {
            let begin = Machine.now
            let result = try backtest.runHere()
            let seconds = Machine.now - begin
            digests.insert(result.digest.map { "\($0)" } ?? "none")
            accepted = result.orders.accepted
            return seconds
        }
        suite.note("\(accepted) of \(run.orders) orders and cancels accepted")
        if digests.count != 1 { suite.fail("\(mixed)+run: runs that differ") }
    }

    private static func measure(_ one: Case, _ suite: inout Suite) throws {
        let work = try OutcomeWork(
            outcomes: one.outcomes, users: one.users, tickSize: one.tickSize, batchSize: 2000,
            count: 100)
        var isSame = true
        try suite.rate(one.name, unit: "orders", count: work.orders) {
            let play = try work.play { Machine.now }
            isSame = isSame && play.digest == work.digest
            return play.seconds
        }
        suite.note(work.shares)
        if !isSame { suite.fail("\(one.name): plays that differ") }
        if work.accepted * 10 < work.orders * 8 || work.fills.contains(0) {
            suite.fail("\(one.name): too few orders are accepted, or a source has no fills")
        }
    }
}
