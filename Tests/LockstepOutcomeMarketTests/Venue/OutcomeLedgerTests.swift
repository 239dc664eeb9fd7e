import Foundation
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepOutcomeMarket
import LockstepStrategy
import Testing

/// Whole runs with random traders, judged by their logs alone.
@Suite struct OutcomeLedgerTests {
    private struct Setup: Sendable {
        let seed: UInt64
        let traders: Int
        /// Whether one more strategy joins that never trades, but wakes up now and then.
        var hasIdler = false
    }

    private static func settings(_ seed: UInt64) -> OutcomeMarketSettings {
        let outcomes = 3 + Int(seed % 3)
        var settings = OutcomeRun.settings(outcomes, seconds: 40)
        if seed % 2 == 0 { settings.opening = .supplies(yes: nil, no: nil) }
        if seed % 3 == 0 { settings.gas = Money(units: 12_345) }
        if seed % 4 == 0 { settings.kappa = .init(.zero) }
        settings.guards.maxSlippage = nil
        settings.latency = ["trader-1": Int64(seed % 3) * 700_000_000]
        return settings
    }

    private static func configuration(_ run: Setup) throws -> BacktestConfiguration {
        let settings = settings(run.seed)
        let outcomes = settings.outcomes.count
        var accounts = (1...run.traders).map { "trader-\($0)" }
        if run.hasIdler { accounts.append("idler") }
        let usdc = try Currency("USDC")
        var configuration = try OutcomeRun.configuration(
            settings, [],
            feeds: [
                OutcomeRun.resolutions([
                    (12, .init(.freeze)), (13, .init(.eliminate, [2])), (14, .init(.resume)),
                    (25, .init(.freeze)), (25, .init(.eliminate, [UInt32(outcomes)])),
                    (26, .init(.resume)), (38, .init(.settle, [1])),
                ])
            ], seed: run.seed)
        configuration.accounts = accounts.enumerated().map { place, name in
            Account(
                id: AccountID(UInt32(place + 1)), name: name, currency: usdc,
                startingCash: Money(units: 500_000_000 + Int64(place) * 333_333_333))
        }
        if outcomes == 3 {
            // One of three has left before; a second one would leave the winner alone.
            configuration.feeds = [
                OutcomeRun.resolutions([
                    (12, .init(.freeze)), (13, .init(.eliminate, [2])), (14, .init(.resume)),
                    (38, .init(.settle, [1])),
                ])
            ]
        }
        var parameters = RandomTrader.Parameters()
        parameters.tokens = Int64(outcomes * 2)
        configuration.strategies = try accounts.enumerated().map { place, name in
            let account = AccountID(UInt32(place + 1))
            if name == "idler" {
                return try StrategyPlan(Idler.self, account: account, name: name)
            }
            return try StrategyPlan(
                RandomTrader.self, parameters, account: account, name: name)
        }
        return configuration
    }

    private static func log(
        _ run: Setup, _ body: (AuditLog, BacktestResult, String) throws -> Void
    ) throws {
        let path = NSTemporaryDirectory() + "lockstep-outcome-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try Backtest(configuration(run), recording: .inMemory).runHere(
            auditLog: path)
        try body(try AuditLog(path: path), result, path)
    }

    @Test(arguments: 0..<UInt64(12))
    func `all money is somewhere, and everything that is told of it agrees`(seed: UInt64) throws {
        try Self.log(Setup(seed: seed, traders: 6)) { log, result, path in
            #expect(result.status == .completed)
            var money = LoggedMoney(Self.settings(seed))
            try money.read(log)
            let agrees = money.findings.isEmpty
            #expect(agrees, "\(money.findings.count): \(money.findings.prefix(3))")
            let keepsCaps = money.surplus.findings.isEmpty
            #expect(keepsCaps, "\(money.surplus.findings.prefix(3))")
            #expect(money.points.contains(.autoFill) == (money.surplus.levels > 0))
            #expect(money.fills > 50)
            #expect(money.points.isSuperset(of: [.amm, .pool, .cross]))
            #expect(money.entries[.mint] ?? 0 > 0)
            let report = try AuditSemantics.check(path: path)
            let isSound = report.findings.isEmpty
            #expect(isSound, "\(report.findings.count): \(report.findings.prefix(3))")
        }
    }

    @Test func `who never trades changes nothing for the others`() throws {
        for seed in 0..<UInt64(3) {
            func told(_ hasIdler: Bool) throws -> (fills: [Fill], market: [String]) {
                var told: (fills: [Fill], market: [String]) = ([], [])
                try Self.log(Setup(seed: seed, traders: 4, hasIdler: hasIdler)) { log, result, _ in
                    told.fills = result.fills
                    for event in try log.events().all() {
                        switch event.payload {
                        case .venueEvent(let venue): told.market.append("\(event.time) \(venue)")
                        case .outcomeQuote(let quote): told.market.append("\(event.time) \(quote)")
                        case .orderUpdate(let update): told.market.append("\(update)")
                        case .lotClosed(let lot): told.market.append("\(lot)")
                        default: break
                        }
                    }
                }
                return told
            }
            let (without, with) = (try told(false), try told(true))
            let hasSameFills = without.fills == with.fills
            #expect(hasSameFills)
            let differing = zip(without.market, with.market).first { $0 != $1 }
            #expect(differing == nil, "\(String(describing: differing))")
            #expect(without.market.count == with.market.count)
            #expect(without.fills.count > 50)
        }
    }

    @Test func `the digest is the same under any schedule`() throws {
        let configuration = try Self.configuration(Setup(seed: 4, traders: 3))
        let backtest = try Backtest(configuration)
        let digest = try backtest.runHere().digest
        for seed in 0..<UInt64(5) {
            let run = try backtest.runHere(schedule: Schedule(seed: seed))
            #expect(run.result.digest == digest)
            #expect(run.result.status == .completed)
        }
    }
}

/// Sets a timer at odd times, and does nothing else.
private struct Idler: OutcomeStrategy {
    struct Parameters: StrategyParameters {}

    init(_ parameters: Parameters, _ instruments: Instruments) throws {}

    var subscriptions: Subscriptions { .none }

    mutating func onStart(_ context: inout Context) throws { sleep(&context) }

    mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws { sleep(&context) }

    private func sleep(_ context: inout Context) {
        context.wake(at: Timestamp(nanoseconds: context.now.nanoseconds + 300_000_000))
    }
}
