import Foundation
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepFeed
import LockstepFiles
import LockstepModel
import LockstepScenarios
import LockstepStrategy
import Testing

/// Throws in `onBar`, called as strategies usually are.
struct BarThrower: Strategy {
    struct Parameters: StrategyParameters {}

    private let instrument: InstrumentID

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments("S1").id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        if context.step.rawValue == 2 { throw Script.OnPurpose() }
    }
}

@Suite struct FailureTests {
    private func check(
        _ configuration: BacktestConfiguration, _ handler: String, step: UInt64
    ) throws {
        try withScratch { directory in
            let path = directory + "/run.lka"
            let result = try #require(try Stage.failure(of: configuration, auditLog: path))
            let failure = try #require(result.failure)
            #expect(result.status == .failed)
            #expect(failure.service == "strategies")
            #expect(failure.step == StepNumber(step))
            #expect(failure.message.contains(" threw in \(handler): thrown on purpose"))
            #expect(!failure.message.contains("\n"))
            #expect(result.digest != nil)
            let log = try Log(path)
            #expect(log.status == .closed(.failed))
            // Every step before it is whole.
            #expect(log.steps == Array(0..<step))
            #expect(log.end?.name("status") == "failed")
            #expect(log.end?.text("reason") == failure.message)
            let verified = try AuditVerifier.verify(path: path)
            #expect(verified.status == .closed(.failed))
            #expect(verified.digest == result.digest)
        }
    }

    @Test(
        arguments: [
            ("onStart", ["start@0 throw"], 0), ("onFrame", ["frame@2 throw"], 2),
            ("onFill", ["frame@1 buy 1 1", "fill@2 throw"], 2),
            ("onUpdate", ["frame@1 buy 1 1", "update@1 throw"], 1),
            ("onReject", ["frame@1 buy 1 0", "reject@1 throw"], 1),
            ("onTimer", ["frame@1 wake 90", "timer@2 throw"], 2), ("onEnd", ["end@4 throw"], 4),
        ] as [(String, [String], UInt64)])
    func `a handler that throws ends the run there, and the log is whole`(
        _ handler: String, _ lines: [String], _ step: UInt64
    ) throws {
        try check(
            Stage.configuration([Stage.bars(Stage.three)], [Stage.script(lines)]), handler,
            step: step)
    }

    @Test func `a handler called by the usual onFrame is named itself`() throws {
        try check(
            Stage.configuration([Stage.bars(Stage.three)], [StrategyPlan(BarThrower.self)]),
            "onBar", step: 2)
    }

    @Test func `a strategy that refuses its parameters begins no run`() throws {
        var parameters = MovingAverageCross.Parameters()
        parameters.symbol = "S9"
        let backtest = try Backtest(
            Stage.configuration(
                [Stage.bars(Stage.three)], [StrategyPlan(MovingAverageCross.self, parameters)]))
        #expect(throws: StrategyError.self) { try backtest.runHere() }
    }

    @Test func `a bad row in the middle ends the run after the steps before it`() throws {
        try withScratch { directory in
            let file = directory + "/quotes.csv"
            try Formats.iso(to: file)
            var lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            // The hundredth row is line 101. Its high becomes a cent.
            var cells = lines[100].split(separator: ",")
            cells[2] = "0.01"
            lines[100] = Substring(cells.joined(separator: ","))
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: file))
            let path = directory + "/run.lka"
            let failed = try Stage.failure(
                of: Formats.configuration(path: file, Formats.isoLayout()), auditLog: path)
            let result = try #require(failed)
            let failure = try #require(result.failure)
            #expect(failure.message.contains("\(file):101:"))
            #expect(failure.cause is FeedError)
            #expect(result.counters.bars == 99)
            let log = try Log(path)
            #expect(log.status == .closed(.failed))
            #expect(log.steps == Array(0...99))
        }
    }

    @Test func `a file that is missing begins no run and leaves no log`() throws {
        try withScratch { directory in
            let path = directory + "/run.lka"
            let backtest = try Backtest(
                Formats.configuration(path: directory + "/none.csv", Formats.isoLayout()))
            #expect(throws: BacktestError.self) { try backtest.runHere(auditLog: path) }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a fill that leaves exact arithmetic ends the run and names the instrument`() throws
    {
        // 2^33 lots at 0.01 are some 86 million, and pass; at 100,000,000.00 they are 8.6 * 10^17,
        // or 8.6 * 10^23 units, and 64 bits end at 9.2 * 10^18.
        let rows: [Row] = [
            (1, 1, 1, 1), (10_000_000_000, 10_000_000_000, 10_000_000_000, 10_000_000_000),
        ]
        let failed = try Stage.failure(
            of: Stage.configuration(
                [Stage.bars(rows)], accounts: [Stage.account(cash: 1_000_000_000)],
                [Stage.script(["frame@1 buy 1 \(1 << 33)"])]))
        let result = try #require(failed)
        #expect(result.orders.accepted == 1)
        #expect(result.failure?.service == "simulator")
        #expect(result.failure?.step == StepNumber(2))
        #expect(result.failure?.message.contains("notional of instrument 1") == true)
    }

    @Test func `a mark that leaves exact arithmetic ends the run and names the instrument`() throws
    {
        // Bought at 0.01, marked at 100,000,000.00.
        let rows: [Row] = [(1, 1, 1, 1), (1, 10_000_000_000, 1, 10_000_000_000)]
        var parameters = BuyAndHold.Parameters()
        parameters.symbol = "S1"
        parameters.lots = 1 << 33
        let failed = try Stage.failure(
            of: Stage.configuration(
                [Stage.bars(rows)], accounts: [Stage.account(cash: 1_000_000_000)],
                [StrategyPlan(BuyAndHold.self, parameters)]))
        let failure = try #require(failed?.failure)
        #expect(failure.step == StepNumber(2))
        #expect(failure.service == "portfolio")
        #expect(failure.message.contains("instrument 1"), "\(failure.message)")
    }

    @Test func `a cancelled run is a prefix of the whole one`() throws {
        try withScratch { directory in
            let (whole, cut) = (directory + "/whole.lka", directory + "/cut.lka")
            let configuration = try RecordStreamTests.configuration()
            _ = try Backtest(configuration).runHere(auditLog: whole)
            var watched = configuration
            let cancellation = RunCancellation()
            watched.services = [
                Watcher.plan(Topics.decide) { _, step in
                    if step == StepNumber(50) { cancellation.cancel() }
                }
            ]
            let result = try Backtest(watched).runHere(auditLog: cut, cancellation: cancellation)
            #expect(result.status == .cancelled)
            #expect(result.failure == nil)
            #expect(result.counters.steps == 50)
            let (long, short) = (try Log(whole), try Log(cut))
            #expect(short.status == .closed(.cancelled))
            #expect(short.steps == Array(0...51))
            // Up to the end of step 50, which it finishes, every record is the same.
            let last = short.marks[50]
            #expect(short.records[...last] == long.records[...last])
            #expect(short.end?.name("status") == "cancelled")
            // Cancelled before it began, it still closes its log.
            let none = try Backtest(configuration).runHere(
                auditLog: directory + "/none.lka", cancellation: cancellation)
            #expect(none.status == .cancelled)
            #expect(none.counters.steps == 0)
            #expect(try Log(directory + "/none.lka").status == .closed(.cancelled))
        }
    }
}
