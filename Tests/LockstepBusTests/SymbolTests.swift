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
        // has the number 1 + 1 + 256 n + m: 3 and 259 for "one", 4 and 260 for "two".
        #expect(
            log == [
                "1 is text 0, cause 0", "3 is text 1, cause 7", "3", "4 is text 1, cause 7", "4",
                "259 is text 2, cause 13", "259", "260 is text 2, cause 13", "260", "1", "1", "3",
                "4",
            ])
    }

    @Test func `an observer may look up texts, but not bring new ones`() throws {
        try withBus { loop, bus, driver in
            let watcher = Probe("watcher", on: loop, isObserver: true)
            try await bus.connect(watcher, try bus.port(for: watcher))
            try await driver.perform { port in
                try port.begin(.setUp, at: .epoch)
                _ = try port.intern("known")
            }
            let known = try await watcher.intern("known")
            #expect(known?.rawValue == 1)
            do {
                let new = try await watcher.intern("new")
                Issue.record("\(String(describing: new))")
            } catch let error as BusError {
                #expect("\(error)".contains("observer 'watcher'"))
            }
        }
    }

    @Test func `the service after the last one that a bus takes is refused`() throws {
        try withBus { loop, bus, driver in
            // The driver is the first of 256.
            for number in 1..<256 {
                let probe = Probe("probe \(number)", on: loop)
                try await bus.connect(probe, try bus.port(for: probe))
            }
            let last = Probe("last", on: loop)
            #expect {
                _ = try bus.port(for: last)
            } throws: {
                "\($0)".contains("service 'last' is one too many")
            }
        }
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
