import LockstepBacktest
import LockstepScenarios
import Testing

@Suite struct ScenarioBankTests {
    /// Topics, what happens to orders and why, and how fills come about.
    private static func marks(of scenario: Scenario) throws -> Set<String> {
        try withScratch { directory in
            let path = directory + "/run.lka"
            do { _ = try scenario.make().runHere(auditLog: path) } catch BacktestError.runFailed {}
            var marks: Set<String> = []
            for record in try Log(path).records {
                marks.insert(record.topic)
                for field in ["change", "reason", "rule", "kind"] {
                    if let name = record.name(field) { marks.insert("\(field) \(name)") }
                }
                if record.topic == "fill", record.number("leaves") != 0 { marks.insert("in part") }
            }
            return marks
        }
    }

    @Test func `between them the scenarios have everything that a run can have`() throws {
        var marks: Set<String> = []
        for scenario in try ScenarioBank.all() { marks.formUnion(try Self.marks(of: scenario)) }
        let topics = [
            "lifecycle", "frame", "intent", "order", "orderUpdate", "fill", "booking", "lotClosed",
            "snapshot", "outcomeQuote", "venueEvent", "note", "wake", "halt",
        ]
        let kinds = [
            "trade", "deposit", "mint", "merge", "gas", "settlement", "frozen", "resumed",
            "eliminated", "settled", "payout", "batch", "setCosts", "valuation",
        ]
        let changes = [
            "accepted", "amended", "cancelled", "expired", "rejected", "amendRejected",
            "cancelRejected",
        ]
        let reasons = [
            "unknownInstrument", "notTradable", "priceOutsideRedemption", "frozen", "halted",
            "invalidQuantity", "offTickPrice", "invalidCombination",
            "insufficientFunds", "insufficientMargin", "shortNotAllowed", "positionLimit",
            "notionalLimit", "sizeTooLarge", "endOfRun", "byStrategy", "notFillable", "date",
            "unknownOrder", "alreadyFilled", "alreadyEnded",
        ]
        let rules = ["market", "limit", "stop", "batch"]
        let wanted =
            topics + changes.map { "change \($0)" } + reasons.map { "reason \($0)" }
            + rules.map { "rule \($0)" } + kinds.map { "kind \($0)" } + ["in part"]
        let missing = wanted.filter { !marks.contains($0) }
        #expect(missing.isEmpty, "\(missing), of \(marks.sorted())")
    }
}
