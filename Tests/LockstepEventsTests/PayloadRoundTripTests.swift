import LockstepBus
import LockstepEvents
import LockstepModel
import Testing

@Suite struct PayloadRoundTripTests {
    private func encoded(_ payload: some EventPayload) -> [UInt8] {
        var writer = RecordWriter(capacity: 0)
        writer.recordTime = SampleRecord.time
        writer.recordSequence = SampleRecord.sequence
        payload.encode(into: &writer)
        return writer.bytes
    }

    private func decoded<Payload: EventPayload>(
        _: Payload.Type, _ bytes: ArraySlice<UInt8>
    ) throws(RecordError) -> Payload {
        var reader = RecordReader(
            bytes, recordTime: SampleRecord.time, recordSequence: SampleRecord.sequence)
        let payload = try Payload(from: &reader)
        try reader.expectEnd()
        return payload
    }

    private func samples<Payload: Sample>(_: Payload.Type, _ count: UInt64) -> [Payload] {
        var random = RandomStream(seed: 7, component: "\(Payload.self)")
        return (0..<count).map { _ in Payload.sample(&random) }
    }

    @Test(arguments: sampledPayloads)
    func `what is written is read back, byte for byte`(type: any Sample.Type) throws {
        func check<Payload: Sample>(_ type: Payload.Type) throws {
            for sample in samples(type, 500) {
                let bytes = encoded(sample)
                let again = try decoded(type, bytes[...])
                #expect(again == sample)
                #expect(encoded(again) == bytes)
            }
        }
        try check(type)
    }

    @Test(arguments: sampledPayloads)
    func `equal values give equal bytes, different ones different bytes`(type: any Sample.Type) {
        func check<Payload: Sample>(_ type: Payload.Type) {
            let (left, right) = (samples(type, 60), samples(type, 60))
            for (place, sample) in left.enumerated() {
                #expect(encoded(sample) == encoded(right[place]))
                for other in right where other != sample {
                    #expect(encoded(other) != encoded(sample))
                }
            }
        }
        check(type)
    }

    @Test(arguments: sampledPayloads)
    func `a record cut anywhere is refused`(type: any Sample.Type) {
        func check<Payload: Sample>(_ type: Payload.Type) {
            for sample in samples(type, 60) {
                let bytes = encoded(sample)
                for length in 0..<bytes.count {
                    #expect(throws: RecordError.self) { try decoded(type, bytes[..<length]) }
                }
            }
        }
        check(type)
    }

    /// There is one way to write a value: so what reads at all is written as it was read.
    @Test(arguments: sampledPayloads)
    func `hostile bytes are refused, or are the bytes of a value`(type: any Sample.Type) {
        func check<Payload: Sample>(_ type: Payload.Type) {
            var random = RandomStream(seed: 11, component: "\(Payload.self)")
            for sample in samples(type, 400) {
                var bytes = encoded(sample)
                for _ in 0...random.next(below: 3) {
                    bytes[Int(random.next(below: UInt64(bytes.count)))] =
                        random.flag()
                        ? UInt8(random.next(below: 4)) : UInt8(truncatingIfNeeded: random.next())
                }
                guard let payload = try? decoded(type, bytes[...]) else { continue }
                // A frame of many series is right, but slow to compare.
                if let frame = payload as? Frame, frame.slots.count > 10_000 { continue }
                #expect(encoded(payload) == bytes)
            }
        }
        check(type)
    }

    @Test func `every kind of order comes back as it was`() throws {
        var random = RandomStream(seed: 3, component: "kinds")
        let kinds = Intent.kinds(&random)
        // 5 plain, 2 · 2 taking, 3 resting of 5 kinds and of 3 kinds with 3 ways to take.
        #expect(kinds.count == 5 + 4 + 3 * (5 + 3 * 3))
        var seen: Set<[UInt8]> = []
        for kind in kinds {
            let terms = OrderTerms(.buy, Quantity(lots: 1), of: InstrumentID(1), kind)
            let intent = Intent(
                id: OrderID(rawValue: 1), strategy: StrategyID(1), account: AccountID(1),
                action: .place(terms))
            let bytes = encoded(intent)
            #expect(try decoded(Intent.self, bytes[...]) == intent)
            seen.insert(bytes)
        }
        #expect(seen.count == kinds.count)
    }

    @Test func `every reason comes back as it was`() throws {
        for reason in OrderReason.allCases {
            let halt = Halt(reason: reason)
            #expect(try decoded(Halt.self, encoded(halt)[...]) == halt)
            let narrow = Halt(
                reason: reason, scope: InstrumentID(7), account: AccountID(3), flatten: true)
            #expect(try decoded(Halt.self, encoded(narrow)[...]) == narrow)
        }
        // No reason has the number 53.
        #expect(throws: RecordError.outOfRange(field: "reason")) {
            try decoded(Halt.self, [53, 0, 0])
        }
    }

    @Test func `every NaN is the same note`() throws {
        let note = Note(strategy: StrategyID(1), name: SymbolID(1), value: -.nan)
        let again = try decoded(Note.self, encoded(note)[...])
        #expect(again.value.bitPattern == 0x7FF8_0000_0000_0000)
    }
}
