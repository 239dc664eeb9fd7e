import LockstepBacktest
import LockstepScenarios
import Testing

@Suite struct ReferenceTests {
    @Test func `the reference engine gives the digest of the real run on every scenario`() throws {
        let bank = try ScenarioBank.all()
        #expect(Set(bank.map(\.name)).count == bank.count)
        #expect(bank.count >= 14)
        for scenario in bank {
            let result = try Self.result(of: scenario)
            let reference = try ReferenceEngine.run(scenario)
            #expect(reference.failure == result.failure?.message, "\(scenario.name)")
            #expect(reference.digest == result.digest, "\(scenario.name)")
            #expect(reference.steps == result.counters.steps, "\(scenario.name)")
            #expect(
                scenario.name.contains("throw") == (result.status == .failed),
                "\(scenario.name): \(result.failure?.message ?? "")")
        }
    }

    @Test func `no schedule changes what a scenario gives, and seeds make many schedules`() throws {
        for scenario in try ScenarioBank.all() {
            let tally = ScheduleTally.of(
                try scenario.make(), seeds: 0..<20, expected: try ReferenceEngine.run(scenario))
            #expect(tally.findings.isEmpty, "\(scenario.name)")
            #expect(tally.digests.count == 1)
            #expect(tally.interleavings.count >= 16, "\(scenario.name)")
        }
    }

    private static func result(of scenario: Scenario) throws -> BacktestResult {
        do { return try scenario.make().runHere() } catch BacktestError.runFailed(let result) {
            return result
        }
    }
}
