import LockstepFiles
public import LockstepModel

/// The bars of one series in a CSV file, read in bounded memory.
///
/// Rows must be in order of time and sound; the first that is not is refused with its place and a
/// remedy. Rows before the period are checked for the order of their times alone, and reading ends
/// at the first bar beyond it. To read on a thread of its own, wrap the frames in a ``ReadAhead``.
public final class CSVBarSource: BarSource {
    /// Numbers of columns.
    private struct Columns {
        let time, open, high, low, close: Int
        let volume: Int?
    }

    public let series: Series
    public private(set) var counts = FeedCounts()

    private let reader: CSVReader
    private let columns: Columns
    private let instrument: Instrument
    private let timeFormat: TimeFormat
    private let movesPrices: Bool
    private let period: Range<Timestamp>
    private let priceGrid: DecimalGrid
    private let volumeGrid: DecimalGrid
    private var clock: BarClock
    private var hasRows = false
    private var isAtEnd = false

    /// Opens a file and reads its header.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - id: The identity of the series.
    ///   - instrument: The instrument, on whose grid the numbers must lie.
    ///   - layout: The columns, and what their values mean.
    ///   - period: The bars that are taken.
    ///   - chunk: How many bytes are read at once, above zero.
    /// - Throws: ``FeedError/file(_:)`` when the file cannot be read, is empty or lacks a column.
    public convenience init(
        path: String, id: SeriesID, instrument: Instrument, layout: CSVBarLayout,
        period: FeedPeriod = .all, chunk: Int = 1 << 18
    ) throws(FeedError) {
        let reader: CSVReader
        do throws(FilesError) {
            reader = try CSVReader(path: path, chunk: chunk)
        } catch {
            throw .file(error)
        }
        try self.init(reader, id, instrument, layout, period)
    }

    /// Takes the text of a file.
    ///
    /// - Parameters:
    ///   - text: The text, header included.
    ///   - name: What messages call it.
    ///   - id: The identity of the series.
    ///   - instrument: The instrument, on whose grid the numbers must lie.
    ///   - layout: The columns, and what their values mean.
    ///   - period: The bars that are taken.
    /// - Throws: ``FeedError/file(_:)`` when the text is empty or lacks a column.
    public convenience init(
        text: String, name: String, id: SeriesID, instrument: Instrument, layout: CSVBarLayout,
        period: FeedPeriod = .all
    ) throws(FeedError) {
        let reader: CSVReader
        do throws(FilesError) {
            reader = try CSVReader(text: text, name: name)
        } catch {
            throw .file(error)
        }
        try self.init(reader, id, instrument, layout, period)
    }

    private init(
        _ reader: CSVReader, _ id: SeriesID, _ instrument: Instrument, _ layout: CSVBarLayout,
        _ period: FeedPeriod
    ) throws(FeedError) {
        do throws(FilesError) {
            columns = Columns(
                time: try reader.column(layout.timeColumn),
                open: try reader.column(layout.openColumn),
                high: try reader.column(layout.highColumn),
                low: try reader.column(layout.lowColumn),
                close: try reader.column(layout.closeColumn),
                volume: try Self.column(layout.volumeColumn, in: reader))
        } catch {
            throw .file(error)
        }
        self.reader = reader
        self.instrument = instrument
        series = Series(
            id: id, instrument: instrument.id, interval: layout.interval, source: reader.name)
        timeFormat =
            switch layout.timeFormat {
            case .iso8601: .iso8601
            case .seconds: .seconds
            case .milliseconds: .milliseconds
            case .microseconds: .microseconds
            case .nanoseconds: .nanoseconds
            }
        movesPrices = layout.offGrid == .nearest
        let start = period.start ?? .distantPast
        self.period = start..<max(start, period.end ?? .distantFuture)
        priceGrid = DecimalGrid(step: instrument.tickSize)
        volumeGrid = DecimalGrid(step: instrument.lot)
        clock = BarClock(interval: layout.interval, stamp: layout.stamp)
    }

    private static func column(
        _ name: String?, in reader: CSVReader
    ) throws(FilesError) -> Int? {
        guard let name else { return nil }
        return try reader.column(name)
    }

    public func next() throws(FeedError) -> Bar? {
        if isAtEnd { return nil }
        while try advance() {
            let (label, start, end) = try times()
            if start < period.lowerBound {
                counts.skippedRows += 1
                continue
            }
            if start >= period.upperBound { break }
            let bar = Bar(
                instrument: instrument.id, series: series.id, start: start, end: end, label: label,
                open: try price(columns.open), high: try price(columns.high),
                low: try price(columns.low), close: try price(columns.close),
                volume: try volume())
            if let fault = bar.fault { throw refusal(nil, .bar(fault)) }
            counts.bars += 1
            return bar
        }
        isAtEnd = true
        return nil
    }

    private func advance() throws(FeedError) -> Bool {
        do throws(FilesError) {
            if try reader.next() {
                hasRows = true
                return true
            }
        } catch {
            throw .file(error)
        }
        if !hasRows { throw .noRows(source: series.source) }
        return false
    }

    private func times() throws(FeedError) -> (label: Timestamp, start: Timestamp, end: Timestamp) {
        let label: Timestamp
        do throws(FilesError) {
            label = Timestamp(nanoseconds: try reader.instant(columns.time, timeFormat))
        } catch {
            throw .file(error)
        }
        do throws(RefusedRow) {
            let (start, end) = try clock.ends(of: label)
            return (label, start, end)
        } catch {
            throw refusal(columns.time, error.fault)
        }
    }

    private func price(_ column: Int) throws(FeedError) -> Price {
        let number = try decimal(column)
        let price: Price
        if let ticks = priceGrid.steps(number) {
            price = Price(ticks: ticks)
        } else {
            do throws(ModelError) {
                price = try priceOffGrid(number)
            } catch {
                throw refusal(column, .number(error))
            }
        }
        if price.ticks <= 0 { throw refusal(column, .notPositive(reader.text(column))) }
        if !price.isInRange { throw refusal(column, .bar(.priceOutOfRange)) }
        return price
    }

    /// The price of a number that is between two ticks, or very long.
    private func priceOffGrid(_ number: DecimalText) throws(ModelError) -> Price {
        let value = try ExactDecimal(mantissa: number.mantissa, exponent: number.exponent)
        do throws(ModelError) {
            return try instrument.price(from: value)
        } catch .offGrid where movesPrices {
            counts.movedPrices += 1
            return try instrument.price(nextTo: value)
        }
    }

    private func volume() throws(FeedError) -> Quantity? {
        guard let column = columns.volume else { return nil }
        let number = try decimal(column)
        if let lots = volumeGrid.steps(number), lots >= 0, lots < Quantity.limit {
            return Quantity(lots: lots)
        }
        do throws(ModelError) {
            let value = try ExactDecimal(mantissa: number.mantissa, exponent: number.exponent)
            let (quantity, isExact) = try instrument.quantity(fromVolume: value)
            if !isExact { counts.cutVolumes += 1 }
            return quantity
        } catch {
            throw refusal(column, .number(error))
        }
    }

    private func decimal(_ column: Int) throws(FeedError) -> DecimalText {
        do throws(FilesError) {
            return try reader.decimal(column)
        } catch {
            throw .file(error)
        }
    }

    private func refusal(_ column: Int?, _ fault: RowFault) -> FeedError {
        .row(
            source: series.source, line: reader.line, column: column.map { reader.header[$0] },
            fault)
    }
}

@available(*, unavailable)
extension CSVBarSource: Sendable {}
