import LockstepFiles
import LockstepModel

/// The rows of a CSV file with a column `time`, in order, read by the names of their columns.
struct TimedRows {
    let reader: CSVReader
    private let columns: [String]
    /// The number of each column in the file.
    private let places: [Int]
    /// The time of the row.
    private(set) var time = Timestamp.distantPast

    /// Finds the columns.
    ///
    /// - Parameters:
    ///   - reader: The file.
    ///   - columns: The names of the columns that must be there; the first is that of the time.
    /// - Throws: ``FeedError/file(_:)``.
    init(_ reader: CSVReader, _ columns: [String]) throws(FeedError) {
        self.reader = reader
        self.columns = columns
        var places: [Int] = []
        do throws(FilesError) {
            for name in columns { places.append(try reader.column(name)) }
        } catch { throw .file(error) }
        self.places = places
    }

    /// Opens a file.
    static func open(path: String, _ columns: [String]) throws(FeedError) -> Self {
        let reader: CSVReader
        do throws(FilesError) { reader = try CSVReader(path: path) } catch { throw .file(error) }
        return try Self(reader, columns)
    }

    /// Takes the text of a file.
    static func open(
        text: String, name: String, _ columns: [String]
    ) throws(FeedError) -> Self {
        let reader: CSVReader
        do throws(FilesError) {
            reader = try CSVReader(text: text, name: name)
        } catch { throw .file(error) }
        return try Self(reader, columns)
    }

    /// Takes the next row, whose time must not be before that of the row before.
    ///
    /// - Returns: False at the end.
    /// - Throws: ``FeedError``.
    mutating func next() throws(FeedError) -> Bool {
        let instant: Int64
        do throws(FilesError) {
            guard try reader.next() else { return false }
            instant = try reader.instant(places[0], .iso8601)
        } catch { throw .file(error) }
        let previous = time
        time = Timestamp(nanoseconds: instant)
        if time < previous { throw refusal(columns[0], .unsorted(time, previous: previous)) }
        return true
    }

    /// A field as it stands there.
    func text(_ name: String) -> String { reader.text(place(name)) }

    /// A field that must not be empty.
    func needed(_ name: String, for action: String) throws(FeedError) -> String {
        let text = text(name)
        if text.isEmpty { throw refusal(name, .missing(action: action)) }
        return text
    }

    /// A field that is one of several words.
    func word(_ name: String, _ known: [String]) throws(FeedError) -> String {
        let text = text(name)
        guard known.contains(text) else {
            throw refusal(name, .unknownWord(String(text.prefix(40)), known: known))
        }
        return text
    }

    /// A field that is an exact number.
    func decimal(_ name: String, for action: String) throws(FeedError) -> ExactDecimal {
        let text = try needed(name, for: action)
        do throws(ModelError) {
            return try ExactDecimal(text)
        } catch { throw refusal(name, .number(error)) }
    }

    /// A field that is a whole number.
    func integer(_ name: String) throws(FeedError) -> Int64 {
        do throws(FilesError) {
            return try reader.integer(place(name))
        } catch { throw .file(error) }
    }

    /// A field that is the symbol of an instrument.
    func instrument(
        _ name: String, _ instruments: Instruments
    ) throws(FeedError) -> Instrument {
        let symbol = try needed(name, for: "a row")
        do throws(ModelError) {
            return try instruments(symbol)
        } catch { throw refusal(name, .instrument(error)) }
    }

    /// What is wrong with a field of the row.
    func refusal(_ name: String, _ fault: OrderFlowFault) -> FeedError {
        .order(source: reader.name, line: reader.line, column: name, fault)
    }

    private func place(_ name: String) -> Int { places[columns.firstIndex(of: name) ?? 0] }
}
