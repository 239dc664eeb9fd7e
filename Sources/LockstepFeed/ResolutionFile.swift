import LockstepFiles
public import LockstepModel

/// The freezes, eliminations and settlement of an outcome market, from a CSV file.
///
/// The columns are `time`, `event` and `outcomes`; the time is ISO 8601 in UTC, the event `freeze`,
/// `resume`, `eliminate` or `settle`, and outcomes stand by name, several with `;` between them. It
/// is read row by row: nothing of the file is known before its time.
public struct ResolutionFile: DatumSource {
    private let reader: CSVReader
    private let columns: (time: Int, event: Int, outcomes: Int)
    private let outcomes: [String]
    private let instrument: InstrumentID
    private var last: Timestamp?

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - outcomes: The names of the outcomes, in the order of the venue.
    ///   - instrument: An instrument of the venue.
    /// - Throws: ``FeedError/file(_:)`` when it cannot be read or lacks a column.
    public init(
        path: String, outcomes: [String], instrument: InstrumentID
    ) throws(FeedError) {
        do throws(FilesError) {
            try self.init(CSVReader(path: path), outcomes, instrument)
        } catch {
            throw .file(error)
        }
    }

    /// Takes the text of a file.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - name: What messages call it.
    ///   - outcomes: The names of the outcomes, in the order of the venue.
    ///   - instrument: An instrument of the venue.
    /// - Throws: ``FeedError/file(_:)`` when it lacks a column.
    public init(
        text: String, name: String, outcomes: [String], instrument: InstrumentID
    ) throws(FeedError) {
        do throws(FilesError) {
            try self.init(CSVReader(text: text, name: name), outcomes, instrument)
        } catch {
            throw .file(error)
        }
    }

    private init(
        _ reader: CSVReader, _ outcomes: [String], _ instrument: InstrumentID
    ) throws(FilesError) {
        self.reader = reader
        columns = (
            time: try reader.column("time"), event: try reader.column("event"),
            outcomes: try reader.column("outcomes")
        )
        self.outcomes = outcomes
        self.instrument = instrument
    }

    public var name: String { reader.name }

    public mutating func next() throws(FeedError) -> DatedDatum? {
        let time: Timestamp
        do throws(FilesError) {
            guard try reader.next() else { return nil }
            time = Timestamp(nanoseconds: try reader.instant(columns.time, .iso8601))
        } catch {
            throw .file(error)
        }
        if let last, time < last {
            throw refusal(
                columns.time, "\(time) is before \(last) of the row before. Sort the rows.")
        }
        last = time
        let resolution = OutcomeResolution(try action(), try numbers())
        try check(resolution)
        return DatedDatum(time: time, datum: resolution.datum(of: instrument))
    }

    private func action() throws(FeedError) -> OutcomeResolution.Action {
        let text = reader.text(columns.event)
        guard let action = OutcomeResolution.Action.allCases.first(where: { "\($0)" == text })
        else {
            throw refusal(
                columns.event,
                "\"\(text)\" is no event. Write freeze, resume, eliminate or settle.")
        }
        return action
    }

    private func numbers() throws(FeedError) -> [UInt32] {
        var numbers: [UInt32] = []
        for name in reader.text(columns.outcomes).split(separator: ";") {
            let trimmed = String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            guard let place = outcomes.firstIndex(of: trimmed) else {
                throw refusal(
                    columns.outcomes,
                    "\"\(trimmed)\" is no outcome."
                        + NearestName.suggestion(for: trimmed, among: outcomes)
                        + " Known: \(outcomes.joined(separator: ", ")).")
            }
            numbers.append(UInt32(place + 1))
        }
        return numbers
    }

    private func check(_ resolution: OutcomeResolution) throws(FeedError) {
        let count = resolution.outcomes.count
        switch resolution.action {
        case .freeze, .resume:
            if count > 0 {
                throw refusal(
                    columns.outcomes, "This event names no outcomes. Leave the field empty.")
            }
        case .eliminate:
            if count == 0 { throw refusal(columns.outcomes, "Name the outcomes that leave.") }
        case .settle:
            if count != 1 { throw refusal(columns.outcomes, "Name the one winner.") }
        }
    }

    private func refusal(_ column: Int, _ message: String) -> FeedError {
        .row(
            source: reader.name, line: reader.line, column: reader.header[column],
            .refused(message))
    }
}

@available(*, unavailable)
extension ResolutionFile: Sendable {}
