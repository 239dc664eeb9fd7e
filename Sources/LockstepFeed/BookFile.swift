import LockstepFiles
public import LockstepModel

/// How a CSV file tells an order book.
public enum BookFormat: String, Hashable, Sendable, CaseIterable {
    /// The best prices, and trades: rows `quote` and `trade`.
    case quotes
    /// Depth by price: rows `snapshot`, `level` and `trade`.
    case depth
    /// The market's orders one by one: rows `add`, `modify`, `cancel`, `execute` and `trade`.
    case orders

    /// The columns of a file, the time's aside.
    public var columns: [String] {
        switch self {
        case .quotes:
            ["type", "bid", "bid_size", "ask", "ask_size", "side", "price", "size"]
        case .depth: ["type", "side", "price", "size"]
        case .orders: ["type", "order", "side", "price", "size"]
        }
    }

    /// The types of rows.
    var types: [String] {
        switch self {
        case .quotes: ["quote", "trade"]
        case .depth: ["snapshot", "level", "trade"]
        case .orders: ["add", "modify", "cancel", "execute", "trade"]
        }
    }
}

/// How the columns of a file with an order book are called, and how it tells time.
public struct BookLayout: Hashable, Sendable {
    /// What the file holds.
    public var format: BookFormat
    /// The column of the time.
    public var timeColumn = "time"
    /// How that column tells an instant.
    public var timeFormat = CSVBarLayout.TimeFormat.iso8601
    /// The names that columns have in the file, where they have another one.
    public var names: [String: String] = [:]

    /// Makes the layout with the columns `time` in ISO 8601 and those of the format.
    ///
    /// - Parameter format: What the file holds.
    public init(_ format: BookFormat) { self.format = format }
}

/// The order book of one instrument in a CSV file, read row by row in bounded memory.
///
/// Times never go back; rows of one time stand in the order in which they happened, a trade before
/// the change of the book that it makes. Rows `snapshot` of one time in a row are one snapshot, rows
/// `level` of one time in a row one change; every other row is a change of its own. The first row
/// that is not sound is refused with its place.
public struct BookFile: DatumSource {
    /// The most levels that one snapshot or one change may have.
    public static var greatestChange: Int { 100_000 }

    private let reader: CSVReader
    private let instrument: Instrument
    private let format: BookFormat
    private let timeFormat: TimeFormat
    private let timeColumn: Int
    private let columns: [Int]
    private let period: Range<Timestamp>
    private let priceGrid: DecimalGrid
    private let lotGrid: DecimalGrid
    private var last: Timestamp = .distantPast
    private var hasRow = false
    private var isAtEnd = false
    private var hasRows = false

    /// Opens a file and reads its header.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - instrument: The instrument, on whose grid the numbers must lie.
    ///   - layout: The columns, and what they hold.
    ///   - period: Which rows are taken, by their time.
    /// - Throws: ``FeedError/file(_:)`` when it cannot be read or lacks a column.
    public init(
        path: String, instrument: Instrument, layout: BookLayout, period: FeedPeriod = .all
    ) throws(FeedError) {
        do throws(FilesError) {
            try self.init(CSVReader(path: path), instrument, layout, period)
        } catch {
            throw .file(error)
        }
    }

    /// Takes the text of a file.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - name: What messages call it.
    ///   - instrument: The instrument, on whose grid the numbers must lie.
    ///   - layout: The columns, and what they hold.
    ///   - period: Which rows are taken, by their time.
    /// - Throws: ``FeedError/file(_:)`` when it lacks a column.
    public init(
        text: String, name: String, instrument: Instrument, layout: BookLayout,
        period: FeedPeriod = .all
    ) throws(FeedError) {
        do throws(FilesError) {
            try self.init(CSVReader(text: text, name: name), instrument, layout, period)
        } catch {
            throw .file(error)
        }
    }

    private init(
        _ reader: CSVReader, _ instrument: Instrument, _ layout: BookLayout, _ period: FeedPeriod
    ) throws(FilesError) {
        self.reader = reader
        self.instrument = instrument
        format = layout.format
        timeColumn = try reader.column(layout.timeColumn)
        var columns: [Int] = []
        for name in layout.format.columns {
            columns.append(try reader.column(layout.names[name] ?? name))
        }
        self.columns = columns
        timeFormat =
            switch layout.timeFormat {
            case .iso8601: .iso8601
            case .seconds: .seconds
            case .milliseconds: .milliseconds
            case .microseconds: .microseconds
            case .nanoseconds: .nanoseconds
            }
        let start = period.start ?? .distantPast
        self.period = start..<max(start, period.end ?? .distantFuture)
        priceGrid = DecimalGrid(step: instrument.tickSize)
        lotGrid = DecimalGrid(step: instrument.lot)
    }

    public var name: String { reader.name }

    public mutating func next() throws(FeedError) -> DatedDatum? {
        if !hasRow { try advance() }
        if isAtEnd { return nil }
        let (time, type) = (last, reader.text(column("type")))
        guard format.types.contains(type) else {
            throw refusal(
                "type",
                "\"\(type)\" is no type of row here. Write "
                    + format.types.joined(separator: ", ") + ".")
        }
        var datum = MarketDatum(book: .changes, of: instrument.id, [])
        switch type {
        case "quote":
            datum.kind = MarketDatum.BookKind.snapshot.rawValue
            try append(quote: &datum.bytes)
        case "snapshot", "level":
            if type == "snapshot" { datum.kind = MarketDatum.BookKind.snapshot.rawValue }
            return try group(type, time, datum)
        default: try message(type).append(to: &datum.bytes)
        }
        try advance()
        return DatedDatum(time: time, datum: datum)
    }

    /// The rows of one type and one time that follow each other.
    private mutating func group(
        _ type: String, _ time: Timestamp, _ first: MarketDatum
    ) throws(FeedError) -> DatedDatum {
        var datum = first
        var count = 0
        repeat {
            count += 1
            if count > Self.greatestChange {
                throw refusal(
                    "type",
                    "More than \(Self.greatestChange) rows are one \(type). "
                        + "Give rows their own times.")
            }
            let lots = try size(mayBeZero: type == "level")
            BookMessage.level(try side(), try price("price"), lots).append(to: &datum.bytes)
            try advance()
        } while !isAtEnd && last == time && reader.text(column("type")) == type
        return DatedDatum(time: time, datum: datum)
    }

    /// Goes to the next row of the period.
    private mutating func advance() throws(FeedError) {
        hasRow = true
        while true {
            let time: Timestamp
            do throws(FilesError) {
                guard try reader.next() else { break }
                time = Timestamp(nanoseconds: try reader.instant(timeColumn, timeFormat))
            } catch {
                throw .file(error)
            }
            hasRows = true
            if time < last {
                throw .row(
                    source: reader.name, line: reader.line, column: reader.header[timeColumn],
                    .unsorted(time, previous: last))
            }
            last = time
            if time < period.lowerBound { continue }
            if time >= period.upperBound { break }
            return
        }
        isAtEnd = true
        if !hasRows { throw .noRows(source: reader.name) }
    }

    /// The number of a column of the format.
    private func column(_ name: String) -> Int {
        columns[format.columns.firstIndex(of: name) ?? 0]
    }

    private func append(quote bytes: inout [UInt8]) throws(FeedError) {
        for (side, name) in [(Side.buy, "bid"), (.sell, "ask")] {
            // Both fields are empty where nobody quotes.
            if reader.isEmpty(column(name)) && reader.isEmpty(column("\(name)_size")) { continue }
            let quantity = try lots("\(name)_size")
            if quantity.isZero { throw refusal("\(name)_size", "must be above zero, or empty.") }
            BookMessage.level(side, try price(name), quantity).append(to: &bytes)
        }
    }

    private func message(_ type: String) throws(FeedError) -> BookMessage {
        switch type {
        case "trade":
            let taker = reader.isEmpty(column("side")) ? nil : try side()
            return .trade(taker, try price("price"), try size())
        case "add": return .add(try order(), try side(), try price("price"), try size())
        case "modify": return .modify(try order(), try price("price"), try size())
        default:
            let isWhole = reader.isEmpty(column("size"))
            let quantity = isWhole ? Quantity.zero : try size()
            return type == "cancel"
                ? .cancel(try order(), quantity) : .execute(try order(), quantity)
        }
    }

    private func side() throws(FeedError) -> Side {
        switch reader.text(column("side")) {
        case "buy", "bid": return .buy
        case "sell", "ask": return .sell
        case let text:
            throw refusal("side", "\"\(text)\" is no side. Write buy or sell (or bid or ask).")
        }
    }

    private func order() throws(FeedError) -> UInt64 {
        let text = reader.text(column("order"))
        guard let order = UInt64(text) else {
            throw refusal("order", "\"\(text)\" is no identity. Write a whole number from 0.")
        }
        return order
    }

    private func size(mayBeZero: Bool = false) throws(FeedError) -> Quantity {
        let quantity = try lots("size")
        if quantity.isZero && !mayBeZero { throw refusal("size", "must be above zero.") }
        return quantity
    }

    private func lots(_ name: String) throws(FeedError) -> Quantity {
        let number = try decimal(name)
        guard let lots = lotGrid.steps(number), lots >= 0, lots < Quantity.limit else {
            throw refusal(
                name,
                "\(reader.text(column(name))) is no whole number of lots of \(instrument.lot) "
                    + "from 0. Declare a finer lot, or mend the row.")
        }
        return Quantity(lots: lots)
    }

    private func price(_ name: String) throws(FeedError) -> Price {
        let number = try decimal(name)
        guard let ticks = priceGrid.steps(number), Price(ticks: ticks).isInRange, ticks > 0 else {
            throw refusal(
                name,
                "\(reader.text(column(name))) is no price above zero on the grid of "
                    + "\(instrument.tickSize). Declare a finer tick_size, or mend the row.")
        }
        return Price(ticks: ticks)
    }

    private func decimal(_ name: String) throws(FeedError) -> DecimalText {
        do throws(FilesError) {
            return try reader.decimal(column(name))
        } catch {
            throw .file(error)
        }
    }

    private func refusal(_ name: String, _ message: String) -> FeedError {
        .row(
            source: reader.name, line: reader.line, column: reader.header[column(name)],
            .refused(message))
    }
}

@available(*, unavailable)
extension BookFile: Sendable {}
