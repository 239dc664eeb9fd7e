import LockstepFiles
public import LockstepModel

/// The dated events of instruments, from a CSV file.
///
/// The columns are `time` (ISO 8601 in UTC, rows in order), `instrument` (its symbol), `kind` and
/// `value`; `price`, `quantity` and `payment` may be there. What a row says, by its kind:
///
/// - `split`: `value` is `new:old`, such as `3:2`.
/// - `dividend`: `value` is the money of each unit, `payment` when it is paid, at once where empty.
/// - `funding`: `value` is the rate, `price` the price it is of, the last one where empty.
/// - `borrow`: `value` is the rate of a year, `quantity` what may be borrowed, any where empty.
/// - `settlement`: `value` is the price at which the instrument ends.
/// - `endOfData`: the instrument's data end; `value` is empty.
///
/// It is read row by row: nothing of the file is known before its time.
public struct MarketEventFile: DatumSource {
    private let reader: CSVReader
    private let instruments: Instruments
    private let period: FeedPeriod
    private let columns: (time: Int, instrument: Int, kind: Int, value: Int)
    private let others: (price: Int?, quantity: Int?, payment: Int?)
    private var last: Timestamp?

    /// The kinds that a row may have.
    static let kinds: [MarketEventKind] = [
        .split, .dividend, .funding, .borrow, .settlement, .endOfData,
    ]

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - instruments: The instruments of the run.
    ///   - period: Which rows are taken, by their time.
    /// - Throws: ``FeedError/file(_:)`` when it cannot be read or lacks a column.
    public init(
        path: String, instruments: Instruments, period: FeedPeriod = .all
    ) throws(FeedError) {
        do throws(FilesError) {
            try self.init(CSVReader(path: path), instruments, period)
        } catch {
            throw .file(error)
        }
    }

    /// Takes the text of a file.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - name: What messages call it.
    ///   - instruments: The instruments of the run.
    ///   - period: Which rows are taken, by their time.
    /// - Throws: ``FeedError/file(_:)`` when it lacks a column.
    public init(
        text: String, name: String, instruments: Instruments, period: FeedPeriod = .all
    ) throws(FeedError) {
        do throws(FilesError) {
            try self.init(CSVReader(text: text, name: name), instruments, period)
        } catch {
            throw .file(error)
        }
    }

    private init(
        _ reader: CSVReader, _ instruments: Instruments, _ period: FeedPeriod
    ) throws(FilesError) {
        self.reader = reader
        self.instruments = instruments
        self.period = period
        columns = (
            time: try reader.column("time"), instrument: try reader.column("instrument"),
            kind: try reader.column("kind"), value: try reader.column("value")
        )
        others = (
            price: reader.header.firstIndex(of: "price"),
            quantity: reader.header.firstIndex(of: "quantity"),
            payment: reader.header.firstIndex(of: "payment")
        )
    }

    public var name: String { reader.name }

    public mutating func next() throws(FeedError) -> DatedDatum? {
        while let event = try nextRow() {
            if let start = period.start, event.time < start { continue }
            if let end = period.end, event.time > end { return nil }
            return DatedDatum(time: event.time, datum: event.datum)
        }
        return nil
    }

    private mutating func nextRow() throws(FeedError) -> MarketEvent? {
        let time: Timestamp
        do throws(FilesError) {
            guard try reader.next() else { return nil }
            time = Timestamp(nanoseconds: try reader.instant(columns.time, .iso8601))
        } catch {
            throw .file(error)
        }
        if let last, time < last {
            throw refusal(columns.time, .unsorted(time, previous: last))
        }
        last = time
        let event = try event(at: time)
        if let fault = event.fault {
            throw refusal(columns.value, .refused("It is refused: \(fault)."))
        }
        return event
    }

    private func event(at time: Timestamp) throws(FeedError) -> MarketEvent {
        let instrument: Instrument
        do throws(ModelError) {
            instrument = try instruments(reader.text(columns.instrument))
        } catch {
            throw refusal(columns.instrument, .number(error))
        }
        let name = reader.text(columns.kind)
        guard let kind = Self.kinds.first(where: { "\($0)" == name }) else {
            let known = Self.kinds.map { "\($0)" }
            throw refusal(
                columns.kind,
                .refused(
                    "\"\(name.prefix(40))\" is no kind of event."
                        + NearestName.suggestion(for: name, among: known)
                        + " Write one of \(known.joined(separator: ", "))."))
        }
        try checkEmpty(kind)
        let id = instrument.id
        switch kind {
        case .split:
            let (new, old) = try ratio()
            return .split(of: id, new: new, old: old, at: time)
        case .dividend:
            return .dividend(of: id, amount: try rate(), at: time, paid: try payment())
        case .funding:
            var mark: Price?
            if let column = others.price, !reader.isEmpty(column) {
                mark = try price(column, instrument)
            }
            return .funding(of: id, rate: try rate(), mark: mark, at: time)
        case .borrow:
            return .borrow(
                of: id, rate: try rate(), available: try available(instrument), from: time)
        case .endOfData:
            if !reader.isEmpty(columns.value) {
                throw refusal(columns.value, .refused("This kind has no value. Leave it empty."))
            }
            return .endOfData(of: id, at: time)
        case .settlement, .payment, .accrual:
            return .settlement(of: id, at: try price(columns.value, instrument), time: time)
        }
    }

    /// Refuses fields that the kind of a row has no use for.
    private func checkEmpty(_ kind: MarketEventKind) throws(FeedError) {
        let allowed: [(column: Int?, kind: MarketEventKind)] = [
            (others.price, .funding), (others.quantity, .borrow), (others.payment, .dividend),
        ]
        for (column, owner) in allowed where owner != kind {
            guard let column, !reader.isEmpty(column) else { continue }
            throw refusal(
                column, .refused("Only a row of kind \(owner) has it. Leave the field empty."))
        }
    }

    private func ratio() throws(FeedError) -> (new: Int64, old: Int64) {
        let text = reader.text(columns.value)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let new = Int64(parts[0]), let old = Int64(parts[1]) else {
            throw refusal(
                columns.value,
                .refused("\"\(text.prefix(40))\" is no split. Write NEW:OLD, such as 3:2."))
        }
        return (new, old)
    }

    private func decimal(_ column: Int) throws(FeedError) -> ExactDecimal {
        do throws(ModelError) {
            return try ExactDecimal(reader.text(column))
        } catch { throw refusal(column, .number(error)) }
    }

    private func rate() throws(FeedError) -> Rate {
        let value = try decimal(columns.value)
        do throws(ModelError) { return try Rate(value) } catch {
            throw refusal(columns.value, .number(error))
        }
    }

    private func price(_ column: Int, _ instrument: Instrument) throws(FeedError) -> Price {
        let value = try decimal(column)
        do throws(ModelError) { return try instrument.price(from: value) } catch {
            throw refusal(column, .number(error))
        }
    }

    private func available(_ instrument: Instrument) throws(FeedError) -> Quantity? {
        guard let column = others.quantity, !reader.isEmpty(column) else { return nil }
        let value = try decimal(column)
        do throws(ModelError) { return try instrument.quantity(from: value) } catch {
            throw refusal(column, .number(error))
        }
    }

    private func payment() throws(FeedError) -> Timestamp? {
        guard let column = others.payment, !reader.isEmpty(column) else { return nil }
        do throws(FilesError) {
            return Timestamp(nanoseconds: try reader.instant(column, .iso8601))
        } catch { throw .file(error) }
    }

    private func refusal(_ column: Int, _ fault: RowFault) -> FeedError {
        .row(source: reader.name, line: reader.line, column: reader.header[column], fault)
    }
}

@available(*, unavailable)
extension MarketEventFile: Sendable {}
