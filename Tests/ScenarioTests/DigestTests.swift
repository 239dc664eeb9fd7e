import Foundation
import LockstepBacktest
import LockstepBookMarket
import LockstepBus
import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepRisk
import LockstepScenarios
import LockstepStrategy
import Testing

@Suite struct DigestTests {
    private static func digest(
        of configuration: BacktestConfiguration,
        recording: Backtest.Recording = .figures
    ) throws -> SHA256Digest {
        let result = try Backtest(configuration, recording: recording).runHere()
        return try #require(result.digest)
    }

    @Test func `the same data in another format, another place and under another name`() throws {
        let memory = try Self.digest(of: Formats.inMemory())
        try withScratch { directory in
            let first = directory + "/first.csv"
            let second = directory + "/second.txt"
            try Formats.iso(to: first)
            try Formats.milliseconds(to: second)
            var one = try Formats.configuration(path: first, Formats.isoLayout())
            var other = try Formats.configuration(path: second, Formats.millisecondsLayout())
            one.name = "one"
            other.name = "other"
            other.periodsPerYear = 365
            other.bus.deliveriesPerStep = 5000
            #expect(try Self.digest(of: one) == memory)
            #expect(try Self.digest(of: other) == memory)
        }
    }

    @Test func `what decides changes the digest`() throws {
        let base = try RecordStreamTests.configuration()
        var digests: Set<SHA256Digest> = [try Self.digest(of: base)]
        var count = 1
        func tell(_ what: String, _ change: (inout BacktestConfiguration) throws -> Void) throws {
            var other = base
            try change(&other)
            #expect(digests.insert(try Self.digest(of: other)).inserted, "\(what)")
            count += 1
        }
        try tell("seed") { $0.seed = 2 }
        try tell("fee") {
            $0.venues[0].market = BarMarket(
                settings: EngineSettings(
                    fees: .proportional(ProportionalFee(rate: try Rate("0.0006")))))
        }
        try tell("path") {
            $0.venues[0].market = BarMarket(settings: EngineSettings(path: .ohlc))
        }
        try tell("strategy parameter") {
            $0.strategies[2] = try Stage.script(["frame@5 buy 1 4 tag early"])
        }
        try tell("parameter without effect") {
            $0.strategies[2] = try Stage.script([], bars: ["1"])
        }
        try tell("strategy name") { $0.strategies[2] = try Stage.script([], name: "other") }
        try tell("account") { $0.accounts[0] = try Stage.account(1, cash: 100_001) }
        try tell("risk") { $0.risk = try RiskLimits(maxSize: Quantity(lots: 1_000_000)) }
        try tell("instrument limits") {
            let limits = Instrument.Limits(greatestQuantity: Quantity(lots: 1_000_000))
            $0.instruments = try Instruments([
                Stage.instrument(1, limits: limits), Stage.instrument(2),
            ])
        }
        try tell("venue name") { $0.venues[0].name = "elsewhere" }
        try tell("data") { $0.data[0] = try Stage.walk(1, seed: 3, count: 400) }
        try tell("period") { $0.end = Timestamp(nanoseconds: 390 * 60 * Stage.second) }
        #expect(digests.count == count)
    }

    @Test(arguments: [1, 3], [256, 4096, 8 << 20])
    func `level and block size of the log do not`(level: Int, block: Int) throws {
        var configuration = try RecordStreamTests.configuration()
        let expected = try Self.digest(of: configuration)
        configuration.audit.level = level
        configuration.audit.block = block
        configuration.audit.synchronization = .none
        configuration.audit.isReproducible = true
        #expect(try Self.digest(of: configuration) == expected)
    }

    @Test func `what is kept and who watches do not`() throws {
        let configuration = try RecordStreamTests.configuration()
        let expected = try Self.digest(of: configuration)
        #expect(try Self.digest(of: configuration, recording: .inMemory) == expected)
        let progress = RunProgress()
        let watched = try Backtest(configuration).runHere(progress: progress)
        #expect(watched.digest == expected)
        #expect(progress.steps == 401)
        #expect(progress.start == .epoch)
        #expect(progress.time == Timestamp(nanoseconds: 400 * 60 * Stage.second))
        try withScratch { directory in
            let facts = RunFacts(program: "test", versions: [], host: "here") { 0 }
            let plain = try Backtest(configuration).runHere(
                in: RunDirectory.create(exactly: directory + "/run"), facts: facts)
            #expect(plain.digest == expected)
        }
    }

    @Test func `other runs at the same time do not`() async throws {
        let backtest = try Backtest(RecordStreamTests.configuration())
        let expected = try backtest.runHere()
        let results = try await withThrowingTaskGroup(of: BacktestResult.self) { group in
            for _ in 0..<8 { group.addTask { try await backtest.run() } }
            var results: [BacktestResult] = []
            for try await result in group { results.append(result) }
            return results
        }
        #expect(results.count == 8)
        for result in results {
            #expect(result.digest == expected.digest)
            #expect(result.json.text(pretty: true) == expected.json.text(pretty: true))
        }
    }

    @Test func `the period of a run holds for data of every kind`() throws {
        let length = 60 * Stage.second
        func bounded(_ configuration: BacktestConfiguration) -> BacktestConfiguration {
            var configuration = configuration
            let start = Formats.start * Stage.second
            configuration.start = Timestamp(nanoseconds: start + 20 * length)
            configuration.end = Timestamp(nanoseconds: start + 50 * length)
            return configuration
        }
        let memory = try Backtest(bounded(Formats.inMemory())).runHere()
        #expect(memory.counters.bars == 30)
        #expect(
            memory.start
                == Timestamp(nanoseconds: Formats.start * Stage.second + 20 * length))
        try withScratch { directory in
            let path = directory + "/prices.csv"
            try Formats.iso(to: path)
            let file = try Formats.configuration(path: path, Formats.isoLayout())
            #expect(try Self.digest(of: bounded(file)) == memory.digest)
        }
        var walk = try Stage.configuration([Stage.walk(1, count: 100)], [])
        walk.start = Timestamp(nanoseconds: 10 * length)
        walk.end = Timestamp(nanoseconds: 15 * length)
        #expect(try Backtest(walk).runHere().counters.bars == 5)
    }
}
