public import LockstepFiles
public import LockstepModel

/// What can be wrong with the data of a run.
@nonexhaustive
public enum FeedError: Error, Hashable, Sendable {
    /// A file, its form as CSV, or a field that is no number or no time.
    case file(FilesError)
    /// A row that is read, but refused; lines count from 1, rows of memory too.
    case row(source: String, line: Int, column: String?, RowFault)
    /// A row of recorded orders that is read, but refused; lines count from 1.
    case order(source: String, line: Int, column: String, OrderFlowFault)
    /// A file has a header, but no rows.
    case noRows(source: String)
    /// No source has a bar in the period of the run.
    case noBars(sources: [String])
    /// A bar of a source of one's own does not end after the one before.
    case disorder(source: String, end: Timestamp, previous: Timestamp)
    /// A series does not stand where its identity says.
    case misplacedSeries(source: String, id: SeriesID, position: Int)
    /// A generated series goes beyond the last instant that can be told, or begins below one tick.
    case ungenerable(source: String)
    /// The system refuses a thread to read on; `code` is a value of `errno`.
    case noThread(code: Int32)
}

/// Why a row is refused.
public enum RowFault: Hashable, Sendable {
    /// The time is that of the row before.
    case duplicateTime(Timestamp)
    /// The time is before that of the row before.
    case unsorted(Timestamp, previous: Timestamp)
    /// The bar begins before the one before it ends.
    case overlap(start: Timestamp, previousEnd: Timestamp, interval: BarInterval)
    /// The other end of the bar is beyond the range of instants.
    case timeOutOfRange(Timestamp, interval: BarInterval)
    /// A number does not fit the instrument.
    case number(ModelError)
    /// A price is zero or negative; its text.
    case notPositive(String)
    /// The bar contradicts itself.
    case bar(BarFault)
    /// A field says what cannot be; what follows the name of its column.
    case refused(String)
    /// The bar belongs to another series or instrument.
    case foreign(series: SeriesID, instrument: InstrumentID)
}

extension FeedError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let error): return error.description
        case .row(let source, let line, let column, let fault):
            let place = column.map { " column \"\($0)\":" } ?? ""
            return "\(source):\(line):\(place) \(fault)"
        case .order(let source, let line, let column, let fault):
            return "\(source):\(line): column \"\(column)\": \(fault)"
        case .noRows(let source):
            return "\(source): there is a header, but no row below it. Give data, or leave the "
                + "source out."
        case .noBars(let sources):
            return
                "There is no bar in the period of the run in \(sources.joined(separator: ", ")). "
                + "Check the start and end of the run, and the format of the time column."
        case .disorder(let source, let end, let previous):
            return "\(source): something happens at \(end), what is before it at \(previous). "
                + "Give data in order of time, each after the start."
        case .misplacedSeries(let source, let id, let position):
            return "\(source): the series has identity \(id.rawValue), but stands at position "
                + "\(position). Number the series from 1 in their order."
        case .ungenerable(let source):
            return "\(source): the bars would leave the range of time, or the first price is not "
                + "from 1 to 2^52 ticks. Ask for fewer bars, or another beginning."
        case .noThread(let code):
            return "The system refuses a thread to read data on (errno \(code)). "
                + "Close other programs, or raise the limit (ulimit -u)."
        }
    }
}

extension RowFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .duplicateTime(let time):
            "The time \(time) is that of the row before. Remove one of the two."
        case .unsorted(let time, let previous):
            "The time \(time) is before \(previous) of the row before. Sort the rows by time."
        case .overlap(let start, let previousEnd, let interval):
            "The bar begins at \(start), before the one before ends at \(previousEnd). "
                + "Correct the interval, which is \(interval), or remove the row."
        case .timeOutOfRange(let time, let interval):
            "The bar of \(interval) at \(time) leaves the years 1678 to 2261. "
                + "Check the value and the unit of the time format."
        case .number(let error): error.description
        case .notPositive(let text):
            "The price \(text) is not above zero. Correct it, or remove the row."
        case .bar(let fault):
            "The bar contradicts itself: \(fault). Correct the row, or remove it."
        case .refused(let text): text
        case .foreign(let series, let instrument):
            "The bar belongs to series \(series.rawValue) of instrument \(instrument.rawValue). "
                + "Give each source bars of its own series alone."
        }
    }
}
