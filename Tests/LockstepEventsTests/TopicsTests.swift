import LockstepBus
import LockstepEvents
import LockstepModel
import Testing

@Suite struct TopicsTests {
    @Test func `topics have the numbers of the log`() {
        #expect(Topics.lifecycle.id == TopicID(1))
        #expect(Topics.frame.id == TopicID(2))
        #expect(Topics.decide.id == TopicID(3))
        #expect(Topics.match.id == TopicID(4))
        #expect(Topics.settle.id == TopicID(5))
        #expect(Topics.intent.id == TopicID(6))
        #expect(Topics.order.id == TopicID(7))
        #expect(Topics.orderUpdate.id == TopicID(8))
        #expect(Topics.fill.id == TopicID(9))
        #expect(Topics.booking.id == TopicID(10))
        #expect(Topics.lotClosed.id == TopicID(11))
        #expect(Topics.snapshot.id == TopicID(12))
        #expect(Topics.outcomeQuote.id == TopicID(14))
        #expect(Topics.venueEvent.id == TopicID(15))
        #expect(Topics.note.id == TopicID(16))
        #expect(Topics.wake.id == TopicID(17))
        #expect(Topics.halt.id == TopicID(18))
    }

    @Test func `a bus declares every topic by its name, and no route`() throws {
        let loop = RunExecutor()
        let declared = try loop.run { _ in
            let bus = EventBus(on: loop)
            try await Topics.register(on: bus)
            let listener = SchemaListener(on: loop)
            try await bus.connect(listener, try bus.port(for: listener))
            try await bus.begin(.setUp, at: .epoch)
            try await bus.waitUntilIdle()
            return await listener.declared
        }
        #expect(
            declared == [
                "1 lifecycle", "2 frame", "6 intent", "7 order", "8 orderUpdate", "9 fill",
                "10 booking", "11 lotClosed", "12 snapshot", "16 note", "17 wake", "18 halt",
            ])
    }

    @Test func `topics are registered once`() throws {
        let loop = RunExecutor()
        let refusal = try loop.run { _ in
            let bus = EventBus(on: loop)
            try await Topics.register(on: bus)
            do {
                try await Topics.register(on: bus)
                return nil as BusError?
            } catch let error as BusError {
                return error
            }
        }
        guard case .topicRefused(let name, let number, _) = refusal else {
            Issue.record("registered twice: \(String(describing: refusal))")
            return
        }
        #expect(name == "lifecycle")
        #expect(number == 1)
    }

    @Test func `schemas come back from their bytes`() throws {
        for type in sampledPayloads {
            let schema = type.schema
            #expect(try RecordSchema(version: 1, encodedFields: schema.encodedFields) == schema)
            #expect(schema.version == 1)
        }
    }

    @Test func `an enumeration names all its cases`() {
        guard case .enumeration(let cases) = Halt.schema.fields[0].type else {
            Issue.record("reason is no enumeration")
            return
        }
        #expect(cases.count == OrderReason.allCases.count)
        #expect(cases.contains(RecordSchema.Case(85, "slippage")))
        #expect(cases.allSatisfy { OrderReason(rawValue: UInt8($0.number))?.name == $0.name })
    }
}

/// Hears which topics a bus declares.
actor SchemaListener: BusService {
    nonisolated let name = "listener"
    nonisolated let executor: RunExecutor
    private(set) var declared: [String] = []

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws {
        try port.tap { delivery in
            if case .schema(let topic, let name, _)? =
                delivery.payload(Topic<ControlEvent>(0))
            {
                self.declared.append("\(topic) \(name)")
            }
        }
    }
}
