import LockstepBus
import LockstepModel
import Testing

@Suite struct SymbolTests {
    @Test func `a text has one number for each service, announced before its first use`() throws {
        let log: [String] = try withBus { loop, bus, driver in
            let users = ["one", "two"].map { name in
                Probe(name, on: loop) { _, port in
                    let first = try port.publisher(TestTopics.first)
                    try port.forEach(TestTopics.root) { envelope in
                        let text = "text \(envelope.payload.value % 3)"
                        try first.publish(Ping(Int64(try port.intern(text).rawValue)))
                    }
                }
            }
            let tap = Probe("tap", on: loop, isObserver: true) { probe, port in
                try port.tap { delivery in
                    if case .symbol(let id, let text)? =
                        delivery.payload(Topic<ControlEvent>(0))
                    {
                        probe.note("\(id) is \(text), cause \(delivery.cause.rawValue)")
                    }
                    if let envelope = delivery.envelope(TestTopics.first) {
                        probe.note("\(envelope.payload.value)")
                    }
                }
            }
            for probe in users + [tap] { try await bus.connect(probe, try bus.port(for: probe)) }
            try await driver.perform { port in
                try port.begin(.setUp, at: .epoch)
                #expect(try port.intern("text 0").rawValue == 1)
                #expect(try port.intern("text 0").rawValue == 1)
                try port.endStep()
            }
            try await driver.drive(steps: 4)
            try await driver.close()
            return await tap.trace
        }
        // Steps 1 to 4 use texts 1, 2, 0 and 1. Events: 4 schemas, the symbol and the end; step 1:
        // root (7), symbol and first of "one", symbol and first of "two", end; step 2: root (13).
        // One text is shared. "one" is service 1 and "two" is service 2; the n-th text of service m
        // has the number 1 + 1 + (n + m)(n + m + 1) / 2 + m: 4 and 6 for "one", 7 and 10 for "two".
        #expect(
            log == [
                "1 is text 0, cause 0", "4 is text 1, cause 7", "4", "7 is text 1, cause 7", "7",
                "6 is text 2, cause 13", "6", "10 is text 2, cause 13", "10", "1", "1", "4", "7",
            ])
    }

    @Test func `texts that look alike differ, and empty ones are texts`() throws {
        try withBus { loop, bus, driver in
            try await driver.perform { port in
                try port.begin(.setUp, at: .epoch)
                let numbers = try ["", "a", "A", "a ", "ä", ""].map { try port.intern($0).rawValue }
                #expect(numbers == [1, 2, 3, 4, 5, 1])
            }
        }
    }
}
