import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepFiles
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct ServiceTests {
    private static func configuration(
        _ services: [ServicePlan]
    ) throws -> BacktestConfiguration {
        var configuration = try RecordStreamTests.configuration()
        configuration.services = services
        return configuration
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a service that suspends at random gives the digest of the one in place`(
        _ seed: UInt64
    ) throws {
        let strategy: UInt32 = 4
        let expected = try Backtest(
            Self.configuration([Trader.plan(.inPlace, as: strategy)])
        ).runHere()
        #expect(expected.digest != nil)
        for form in Trader.Form.allCases {
            let result = try Backtest(
                Self.configuration([Trader.plan(form, as: strategy, seed: seed)])
            ).runHere()
            #expect(result.digest == expected.digest, "\(form)")
            #expect(result.json.text(pretty: true) == expected.json.text(pretty: true))
        }
    }

    @Test func `a topic of one's own is in the log with its schema`() throws {
        let log = try withScratch { directory in
            let path = directory + "/run.lka"
            _ = try Backtest(
                Self.configuration([Trader.plan(.ownTask, as: 4)])
            ).runHere(auditLog: path)
            return try Log(path)
        }
        let schema = try #require(log.schemas.first { $0.name == "echo" })
        #expect(schema.topic == 40)
        #expect(schema.schema.fields.map(\.name) == ["order", "lots"])
        let echoes = log.records(of: "echo")
        // 401 steps have 57 sevenths; what was bought in one of them is sold in the next.
        let own = log.records(of: "intent").filter { ($0.number("id") ?? 0) >> 32 == 4 }
        #expect(own.count == 57)
        #expect(echoes.count > 40)
        for echo in echoes {
            // 5: after the driver and the four standard services.
            #expect(echo.producer == 5)
            #expect(log.records[Int(echo.cause) - 1].topic == "booking")
        }
    }

    @Test func `an observer that throws ends the run at that event`() throws {
        try withScratch { directory in
            let path = directory + "/run.lka"
            let watcher = Watcher.plan(Topics.fill) { count, _ in
                if count == 3 { throw Watcher<Fill>.Alarm() }
            }
            let failed = try Stage.failure(of: Self.configuration([watcher]), auditLog: path)
            let result = try #require(failed)
            let failure = try #require(result.failure)
            #expect(result.status == .failed)
            #expect(failure.service == "watcher")
            #expect(failure.cause is Watcher<Fill>.Alarm)
            #expect(failure.message.contains("the watcher has seen enough"))
            #expect(failure.message.contains("service 'watcher'"))
            let log = try Log(path)
            #expect(log.status == .closed(.failed))
            let third = try #require(log.records(of: "fill").dropFirst(2).first)
            #expect(failure.sequence?.rawValue == third.sequence)
            #expect(failure.step?.rawValue == UInt64(log.steps.count))
            #expect(log.end?.text("reason") == failure.message)
            #expect(try AuditVerifier.verify(path: path).status == .closed(.failed))
        }
    }

    @Test func `a service that waits for a later event is named with its step and event`() throws {
        let failed = try Stage.failure(
            of: Self.configuration([ServicePlan { loop, _ in Waiter(on: loop) }]))
        let failure = try #require(failed?.failure)
        #expect(failure.service == "waiter")
        #expect(failure.message.contains("deadlocked"))
        #expect(failure.step.map { $0 > .setUp } == true)
        #expect(failure.sequence != nil)
    }

    @Test func `an observer that asks for a publisher ends the run before its first step`() throws {
        try withScratch { directory in
            let path = directory + "/run.lka"
            let failed = try Stage.failure(
                of: Self.configuration([ServicePlan { loop, _ in Meddler(on: loop) }]),
                auditLog: path)
            let result = try #require(failed)
            #expect(result.failure?.message.contains("observer 'meddler'") == true)
            #expect(result.counters.steps == 0)
            #expect(try Log(path).status == .closed(.failed))
        }
    }

    @Test func `a topic whose number is taken ends the run before its first step`() throws {
        try withScratch { directory in
            let path = directory + "/run.lka"
            let plan = ServicePlan(
                topics: { bus in try await bus.register(Topic<Echo>(2), name: "echo") },
                { loop, _ in Waiter(on: loop) })
            let failed = try Stage.failure(of: Self.configuration([plan]), auditLog: path)
            let result = try #require(failed)
            #expect(result.failure?.message.contains("topic 'frame' has that number") == true)
            #expect(result.counters.steps == 0)
            #expect(try AuditVerifier.verify(path: path).status == .closed(.failed))
        }
    }
}
