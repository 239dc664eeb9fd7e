import LockstepBacktest
import LockstepFeed
import LockstepFiles
import LockstepModel

/// A file with the bars of a series.
struct DataFile: Hashable, Sendable {
    /// Where it lies.
    let path: String
    /// Its columns, and what their values mean.
    let layout: CSVBarLayout
}

/// The series of bars of a configuration.
struct DataTable {
    private(set) var series: [DataSeries] = []
    private(set) var files: [DataFile] = []
    /// The instruments whose data are adjusted for splits and dividends already.
    private(set) var adjusted: Set<InstrumentID> = []
    /// The order books.
    private(set) var books: [DatumFeed] = []

    /// Reads `[[data]]`.
    ///
    /// - Parameters:
    ///   - root: The configuration.
    ///   - file: Its path; those of the data are relative to its directory.
    ///   - instruments: The instruments that have data.
    ///   - venues: The venues, some of which trade order books.
    ///   - period: The period of the run.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    init(
        _ root: ConfigurationTable, file: String, _ instruments: Instruments, _ venues: VenueTable,
        _ period: FeedPeriod
    ) throws(CommandError) {
        let tables = try root.tables(
            "data", namedBy: "instrument",
            known: [
                "instrument", "format", "path", "interval", "stamp", "time", "columns", "off_grid",
                "adjusted",
            ])
        if tables.isEmpty, venues.outcomes.isEmpty {
            throw .configuration(
                place: "\(root.place)", message: "[[data]] is missing. Add at least one.")
        }
        let symbols = instruments.map(\.symbol)
        var seen: [(place: Int, interval: BarInterval)] = []
        var seenBooks: Set<Int> = []
        for table in tables {
            let place = try table.reference(
                "instrument", to: symbols, "instrument", like: "\"AAPL\"")
            let formats = ["csv"] + BookFormat.allCases.map(\.rawValue)
            let format = try table.word("format", formats).flatMap(BookFormat.init)
            let isBook = venues.books.contains(Int(instruments[place].venue.rawValue) - 1)
            if isBook != (format != nil) {
                throw table.refusal(
                    table["format"] == nil ? "instrument" : "format",
                    isBook
                        ? "must be one of \"quotes\", \"depth\", \"orders\": \(symbols[place]) "
                            + "trades at an order-book market."
                        : "is that of an order book, but \(symbols[place]) trades at a market of "
                            + "bars. Give it kind = \"book\", or bars.")
            }
            if try table.flag("adjusted") == true { adjusted.insert(instruments[place].id) }
            let path = try table.text("path", like: "\"AAPL.csv\"")
            if path.isEmpty { throw table.refusal("path", "is empty. Name the file.") }
            if let format {
                if !seenBooks.insert(place).inserted {
                    throw table.refusal(
                        "instrument",
                        "is \(symbols[place]), as in another entry. Give it one order book.")
                }
                books.append(
                    DatumFeed(
                        book: Self.path(path, from: file), of: instruments[place],
                        layout: try BookTable.layout(table, format), period: period))
                continue
            }
            let layout = try Self.layout(table)
            if seen.contains(where: { $0.place == place && $0.interval == layout.interval }) {
                throw table.refusal(
                    "interval",
                    "is \(layout.interval), as in another entry of \(symbols[place]). "
                        + "Give an instrument each interval once.")
            }
            seen.append((place, layout.interval))
            let found = DataFile(path: Self.path(path, from: file), layout: layout)
            files.append(found)
            series.append(
                DataSeries(csv: instruments[place].id, path: found.path, layout: layout))
        }
    }

    /// Where a file lies that is named relative to the configuration.
    static func path(_ path: String, from file: String) -> String {
        let base = directory(of: file)
        return path.hasPrefix("/") || base == "." ? path : base + "/" + path
    }

    private static func layout(_ table: ConfigurationTable) throws(CommandError) -> CSVBarLayout {
        let text = try table.text("interval", like: "\"1d\"")
        let interval: BarInterval
        do {
            interval = try BarInterval(text)
        } catch {
            throw table.refusal("interval", "is refused. \(error)")
        }
        guard let stamp = try table.choice("stamp", CSVBarLayout.Stamp.self) else {
            throw table.missing(
                "stamp",
                like: "\"open\" (or \"close\": which end of the bar the time column names)")
        }
        var layout = CSVBarLayout(interval: interval, stamp: stamp)
        if let time = try table.table("time", known: ["column", "format"]) {
            layout.timeColumn = try time.text("column") ?? layout.timeColumn
            layout.timeFormat =
                try time.choice("format", CSVBarLayout.TimeFormat.self) ?? layout.timeFormat
        }
        let columns = try table.table(
            "columns", known: ["open", "high", "low", "close", "volume"])
        if let columns {
            layout.openColumn = try columns.text("open") ?? layout.openColumn
            layout.highColumn = try columns.text("high") ?? layout.highColumn
            layout.lowColumn = try columns.text("low") ?? layout.lowColumn
            layout.closeColumn = try columns.text("close") ?? layout.closeColumn
            if let volume = try columns.text("volume") {
                // An empty name says that there is no such column.
                layout.volumeColumn = volume.isEmpty ? nil : volume
            }
        }
        layout.offGrid = try table.choice("off_grid", CSVBarLayout.OffGrid.self) ?? .refuse
        return layout
    }
}
