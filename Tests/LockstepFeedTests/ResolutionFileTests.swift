import LockstepFeed
import LockstepModel
import Testing

@Suite struct ResolutionFileTests {
    private func read(_ rows: String) throws -> [OutcomeResolution] {
        var file = try ResolutionFile(
            text: "time,event,outcomes\n" + rows, name: "events.csv",
            outcomes: ["Ann", "Bob", "Cid"], instrument: InstrumentID(7))
        var read: [OutcomeResolution] = []
        while let dated = try file.next() {
            #expect(dated.datum.instrument == InstrumentID(7))
            read.append(try #require(OutcomeResolution(dated.datum)))
        }
        return read
    }

    @Test func `rows are what was decided, outcomes by name`() throws {
        let read = try read(
            """
            2026-05-01T12:00:00Z,freeze,
            2026-05-01T12:00:01Z,eliminate,Bob; Cid
            2026-05-01T12:00:02Z,resume,
            2026-05-01T12:00:02Z,settle,Ann

            """)
        #expect(
            read == [
                OutcomeResolution(.freeze), OutcomeResolution(.eliminate, [2, 3]),
                OutcomeResolution(.resume), OutcomeResolution(.settle, [1]),
            ])
    }

    @Test(arguments: [
        ("2026-05-01,stop,\n", "events.csv:2: column \"event\": \"stop\" is no event."),
        ("2026-05-01,eliminate,Bib\n", "Did you mean \"Bob\"?"),
        ("2026-05-01,eliminate,\n", "Name the outcomes that leave."),
        ("2026-05-01,settle,Ann;Bob\n", "Name the one winner."),
        ("2026-05-01,freeze,Ann\n", "Leave the field empty."),
        ("2026-05-02,freeze,\n2026-05-01,resume,\n", "Sort the rows."),
        ("soon,freeze,\n", "is not a time."),
    ])
    func `what cannot be is told with its place and a remedy`(rows: String, part: String) throws {
        do {
            _ = try read(rows)
            Issue.record("it was read")
        } catch let error as FeedError {
            #expect(error.description.contains(part), "\(error)")
        }
    }

    @Test func `frames are made by first steps, data and closings`() throws {
        func at(_ second: Int64) -> Timestamp { Timestamp(nanoseconds: second * 1_000_000_000) }
        func times(_ data: [(Int64, OutcomeResolution)]) throws -> [Timestamp] {
            let source = MemoryData(
                data.map { DatedDatum(time: at($0.0), datum: $0.1.datum(of: InstrumentID(1))) })
            var frames = try DatedFrames(
                bars: nil, [source], openings: [at(0)], firstSteps: [at(1)], closings: [at(9)])
            #expect(frames.startTime == at(0))
            var frame = frames.emptyFrame
            var times: [Timestamp] = []
            while try frames.next(into: &frame) { times.append(frame.time) }
            return times
        }
        #expect(try times([]) == [at(1), at(9)])
        #expect(try times([(4, .init(.freeze)), (4, .init(.resume))]) == [at(1), at(4), at(9)])
        // Nothing happens any more once the market is settled.
        #expect(try times([(4, .init(.settle, [1]))]) == [at(1), at(4)])
        #expect(throws: FeedError.self) { try times([(0, .init(.freeze))]) }
    }
}
