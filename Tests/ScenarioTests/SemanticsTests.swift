import Foundation
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct SemanticsTests {
    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a run in which all is asked for at random keeps every rule`(_ seed: UInt64) throws {
        let log = try EditedLog(running: Fidget.configuration(seed: seed))
        #expect(try log.findings().map(\.description) == [])
        #expect(log.places(Topics.fill.id).count > 40)
    }

    @Test(arguments: [LotMatching.lifo, .average], 0..<4 as Range<UInt64>)
    func `lots that are matched in another way keep every rule`(
        _ lots: LotMatching, _ seed: UInt64
    ) throws {
        var configuration = try Fidget.configuration(seed: seed)
        let usual = try EditedLog(running: configuration)
        configuration.accounts = [
            try Stage.account(1, cash: 20_000, lots: lots),
            try Stage.account(2, kind: .margin, lots: lots),
        ]
        let log = try EditedLog(running: configuration)
        #expect(try log.findings().map(\.description) == [])
        func slices(_ log: EditedLog) throws -> [LotClosed] {
            try log.places(Topics.lotClosed.id).map { try log.payload(Topics.lotClosed, at: $0) }
        }
        // The fills are the same, the lots are others, and what is closed in all is the same.
        #expect(log.places(Topics.fill.id).count == usual.places(Topics.fill.id).count)
        let (own, first) = (try slices(log), try slices(usual))
        #expect(own != first)
        #expect(
            own.reduce(0) { $0 + $1.quantity.lots } == first.reduce(0) { $0 + $1.quantity.lots })
    }

    @Test func `the random runs see every change of an order that a bar market makes`() throws {
        var seen: Set<OrderChange> = []
        for seed: UInt64 in 0..<3 {
            let log = try EditedLog(running: Fidget.configuration(seed: seed))
            for place in log.places(Topics.orderUpdate.id) {
                seen.insert(try log.payload(Topics.orderUpdate, at: place).change)
            }
            // Lots are closed in parts, so that shares of their amounts are rounded.
            #expect(log.places(Topics.lotClosed.id).count > 40)
        }
        #expect(seen == Set(OrderChange.allCases).subtracting([.triggered]))
    }

    @Test func `a wrong log with sound bytes verifies, and its meaning does not`() throws {
        var log = try EditedLog(running: SemanticDamageTests.configuration())
        log.entries.remove(at: log.places(Topics.lotClosed.id)[1])
        try withScratch { directory in
            let path = directory + "/wrong.lka"
            try log.write(to: path)
            #expect(try AuditVerifier.verify(path: path).status == .closed(.completed))
            let report = try AuditSemantics.check(path: path)
            #expect(report.count == 1)
            #expect(report.findings.map(\.rule) == [.lots])
            #expect(report.lines.map(\.rule) == SemanticRule.allCases)
            #expect(report.lines.filter { $0.findings > 0 }.map(\.rule) == [.lots])
            #expect(report.lines.allSatisfy { $0.examined > 0 })
            // Cut, it is checked as far as it can be read.
            var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
            bytes.removeLast(20)
            let torn = try AuditSemantics.check(bytes: bytes)
            #expect(!torn.status.isClosed)
            #expect(torn.findings.map(\.rule) == [.lots])
        }
    }

    @Test(arguments: Trader.Form.allCases)
    func `a run with a user's service keeps every rule`(_ form: Trader.Form) throws {
        var configuration = try RecordStreamTests.configuration()
        configuration.services = [Trader.plan(form, as: 4)]
        #expect(try EditedLog(running: configuration).findings() == [])
    }

    @Test func `every scenario of the bank keeps every rule`() throws {
        for scenario in try ScenarioBank.all() {
            let findings = try EditedLog(running: scenario.configuration).findings()
            #expect(findings.map(\.description) == [], "\(scenario.name)")
        }
    }

    @Test(
        arguments: [
            ["start@0 throw"], ["frame@2 throw"], ["frame@1 buy 1 1", "fill@2 throw"],
            ["frame@1 buy 1 1", "update@1 throw"], ["frame@1 wake 90", "timer@2 throw"],
            ["end@4 throw"],
        ])
    func `a run that failed keeps every rule up to there`(_ lines: [String]) throws {
        let log = try EditedLog(
            running: Stage.configuration([Stage.bars(Stage.three)], [Stage.script(lines)]))
        #expect(log.status == .closed(.failed))
        #expect(try log.findings() == [])
    }

    @Test func `a log may end anywhere when its run did`() throws {
        var log = try EditedLog(running: SemanticDamageTests.configuration())
        log.status = .closed(.recovered)
        while !log.entries.isEmpty {
            #expect(try log.findings() == [])
            log.entries.removeLast()
        }
    }

    @Test func `what configuration does not tell is not guessed`() throws {
        var log = try EditedLog(running: SemanticDamageTests.configuration())
        for place in log.places(TopicID(0)) {
            if case .configuration = try log.control(at: place) {
                log.put(ControlEvent.configuration(json: "{}"), at: place)
            }
        }
        #expect(try log.findings() == [])
        let place = log.places(Topics.frame.id)[4]
        log.put(try log.frame(at: place, closingHigherBy: 1), at: place)
        #expect(try log.findings() == [])
    }

    @Test func `a topic with other fields than this version's is refused`() throws {
        var log = try EditedLog(running: SemanticDamageTests.configuration())
        let place = try #require(
            log.places(TopicID(0)).first {
                if case .schema(9, _, _)? = try? log.control(at: $0) { true } else { false }
            })
        log.put(
            ControlEvent.schema(topic: 9, name: "fill", schema: Booking.schema), at: place)
        #expect(throws: AuditError.otherFields(topic: 9)) { try log.findings() }
    }

    /// Whole records and single bytes of a real log are changed, dropped and repeated at random.
    @Test func `no log traps, whatever its records say`() throws {
        let records = try EditedLog(running: Fidget.configuration(seed: 5, count: 60)).renumbered()
        var wreck = Wreck(state: 1)
        var told = 0
        for _ in 0..<150 {
            var semantics = AuditSemantics()
            var refusal: AuditError?
            for record in records {
                guard let record = wreck.change(record) else { continue }
                do { try semantics.take(record) } catch { refusal = error }
            }
            semantics.finish(.closed(.completed))
            #expect(semantics.kept.count <= 20)
            told += semantics.kept.isEmpty && refusal == nil ? 0 : 1
        }
        #expect(told > 145)
    }

    @Test func `numbers at the edge of their range lead to findings, never to a trap`() throws {
        for extreme: Int64 in [.min, .max, 0, -1] {
            var log = try EditedLog(running: SemanticDamageTests.configuration())
            for place in log.places(Topics.booking.id) {
                let booking = try log.payload(Topics.booking, at: place)
                log.put(
                    booking.with(
                        cashChange: Money(units: extreme), fee: Money(units: extreme),
                        cashAfter: Money(units: extreme), realised: Money(units: extreme)),
                    at: place)
            }
            for place in log.places(Topics.snapshot.id) {
                let snapshot = try log.payload(Topics.snapshot, at: place)
                log.put(
                    snapshot.with(
                        equity: Money(units: extreme), realised: Money(units: extreme),
                        unrealised: Money(units: extreme), fees: Money(units: extreme),
                        gross: Money(units: extreme)), at: place)
            }
            for place in log.places(Topics.fill.id) {
                let fill = try log.payload(Topics.fill, at: place)
                log.put(
                    fill.with(notional: Money(units: extreme), fee: Money(units: extreme)),
                    at: place)
            }
            #expect(try !log.findings().isEmpty)
        }
    }
}

/// Changes one record of twenty.
private struct Wreck {
    var state: UInt64

    private mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % sides
    }

    mutating func change(_ record: AuditRecord) -> AuditRecord? {
        if roll(20) != 0 { return record }
        var payload = Array(record.payload)
        var (topic, cause) = (record.topic, record.cause.rawValue)
        switch roll(6) {
        case 0: return nil
        case 1: topic = UInt32(roll(70))
        case 2: cause = UInt64(roll(1 << 20))
        case 3: payload = (0..<roll(40)).map { _ in UInt8(roll(256)) }
        default:
            // The greatest numbers in the place of what follows.
            if !payload.isEmpty {
                payload.removeLast(roll(payload.count))
                for _ in 0..<12 { payload += [UInt8](repeating: 0xFF, count: 9) + [1] }
            }
        }
        return AuditRecord(
            sequence: record.sequence, time: record.time, topic: topic,
            cause: SequenceNumber(cause), producer: record.producer, payload: payload[...])
    }
}
