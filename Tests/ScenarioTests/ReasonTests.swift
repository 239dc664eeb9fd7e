import LockstepAudit
import LockstepBacktest
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct ReasonTests {
    /// The log of a scenario, also of one that fails.
    static func log<Result>(
        of scenario: Scenario, _ body: (String) throws -> Result
    ) throws -> Result {
        try withScratch { directory in
            let path = directory + "/run.lka"
            do { _ = try scenario.make().runHere(auditLog: path) } catch BacktestError.runFailed {}
            return try body(path)
        }
    }

    @Test func `why on every fill ends at inputs that are not later than the fill`() throws {
        var fills = 0
        for scenario in try ScenarioBank.all() {
            try Self.log(of: scenario) { path in
                let reasons = try AuditReasons(AuditLog(path: path))
                for fill in try Log(path).records(of: "fill") {
                    let why = try reasons.explain(SequenceNumber(fill.sequence))
                    let place = "\(scenario.name), fill \(fill.sequence)"
                    #expect(!why.inputs.isEmpty, "\(place)")
                    for input in why.inputs {
                        #expect(input.topic == 1 || input.topic == 2, "\(place)")
                        #expect(input.time <= fill.time, "\(place)")
                        #expect(input.sequence.rawValue < fill.sequence, "\(place)")
                    }
                    // On the way there is the order, and the intent that asked for it.
                    var found: [UInt32: Set<UInt64>] = [:]
                    why.visit { node in
                        for field in ["id", "order"] {
                            guard case .unsigned(let id)? = node.value[field] else { continue }
                            found[node.record.topic, default: []].insert(id)
                        }
                    }
                    let order = try #require(fill.number("order"))
                    #expect(found[7]?.contains(order) == true, "\(place)")
                    #expect(found[6]?.contains(order) == true, "\(place)")
                    fills += 1
                }
            }
        }
        #expect(fills > 200, "\(fills) fills are too few to tell")
    }

    @Test func `every record of a run can be explained, from inputs not later than it`() throws {
        for scenario in try ScenarioBank.all().prefix(6) {
            try Self.log(of: scenario) { path in
                let reasons = try AuditReasons(AuditLog(path: path))
                for record in try Log(path).records {
                    let why = try reasons.explain(SequenceNumber(record.sequence))
                    #expect(!why.inputs.isEmpty)
                    #expect(why.inputs.allSatisfy { $0.time <= record.time })
                    let causes = try reasons.causes(of: SequenceNumber(record.sequence))
                    #expect(causes.first?.cause == SequenceNumber.none)
                    #expect(causes.last?.sequence.rawValue == record.sequence)
                }
            }
        }
    }

    @Test func `what a strategy noted while it decided stands at its intent`() throws {
        let rows: [Row] = (0..<4).map { place in
            let open = 10_000 + Int64(place) * 40
            return (open, open + 100, open - 100, open + 20)
        }
        let configuration = try Stage.configuration(
            [Stage.bars(rows)], accounts: [Stage.account(1)],
            [Stage.script(["frame@1 note fast 15", "frame@1 buy 1 3", "frame@2 note other 2"])])
        try Self.log(of: Scenario("noted", configuration)) { path in
            let fill = try #require(try Log(path).records(of: "fill").first)
            let why = try AuditReasons(AuditLog(path: path)).explain(SequenceNumber(fill.sequence))
            var notes: [RecordValue] = []
            why.visit { if $0.link == .note { notes.append($0.value) } }
            #expect(notes.count == 1)
            #expect(notes.first?["value"] == .float64(15))
        }
    }
}
