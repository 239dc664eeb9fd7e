import LockstepBus
import LockstepModel

/// A bar of a frame's record, as far as the checks need it.
struct FrameBar: Hashable, Sendable {
    let series: UInt64
    let start: Int64
    let end: Int64
    let label: Int64
    let close: Int64

    /// Reads a row of a frame.
    init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        series = try reader.unsigned()
        if marks.flag() { _ = try reader.integer() }
        start = try reader.time()
        end = marks.flag() ? try reader.time() : reader.recordTime
        label = marks.flag() ? try reader.time() : reader.recordTime
        let open = try reader.integer()
        _ = try reader.integer()
        _ = try reader.integer()
        close = try reader.relative(to: open)
        if marks.flag() { _ = try reader.unsigned() }
        try marks.expectEnd()
    }
}

/// The bars by which instruments were last marked, and in which step.
struct LastBars: Sendable {
    /// The last bar of an instrument.
    struct Entry: Hashable, Sendable {
        let bar: FrameBar
        /// How many steps were sealed before the one of the bar.
        let step: UInt64
    }

    private var entries: [Entry?] = []
    /// The last split of instruments, and those whose last price an event has moved since they
    /// traded.
    private var splits: [InstrumentID: MarketEvent] = [:]
    private var moved: Set<InstrumentID> = []
    /// The last marks of order books, by instrument.
    private var books: [Int64?] = []

    /// The last bar that marked an instrument.
    subscript(instrument: InstrumentID) -> Entry? {
        let place = Int(instrument.rawValue) - 1
        return entries.indices.contains(place) ? entries[place] : nil
    }

    /// The last mark of an instrument's order book.
    func bookMark(_ instrument: InstrumentID) -> Int64? {
        let place = Int(instrument.rawValue) - 1
        return books.indices.contains(place) ? books[place] : nil
    }

    /// Whether what is held of an instrument is not valued at a price of the market.
    func stands(_ instrument: InstrumentID) -> Bool {
        !moved.isEmpty && moved.contains(instrument)
    }

    /// The last split of an instrument.
    func split(of instrument: InstrumentID) -> MarketEvent? { splits[instrument] }

    /// Takes a dated event.
    mutating func take(_ event: MarketEvent) {
        switch event.kind {
        case .split:
            splits[event.instrument] = event
            moved.insert(event.instrument)
        case .dividend, .settlement: moved.insert(event.instrument)
        case .payment, .funding, .accrual, .borrow, .endOfData: break
        }
    }

    /// Takes the mark of an order book of one of the run's instruments.
    mutating func take(_ top: BookTop, _ terms: borrowing RunTerms) {
        let place = Int(top.instrument.rawValue) - 1
        guard let mark = top.markPrice, terms.ratio(of: top.instrument) != nil else { return }
        while books.count <= place { books.append(nil) }
        if !moved.isEmpty { moved.remove(top.instrument) }
        books[place] = mark.ticks
    }

    /// Takes the bars of a frame's record; without an allocation once every instrument had one.
    mutating func take(
        _ reader: inout RecordReader, in step: UInt64, _ terms: borrowing RunTerms
    ) throws(RecordError) {
        for _ in 0..<(try reader.count(atLeastBytesEach: 7)) {
            let bar = try FrameBar(from: &reader)
            guard let instrument = terms.instrument(markedBy: bar.series) else { continue }
            let place = Int(instrument.rawValue) - 1
            while entries.count <= place { entries.append(nil) }
            entries[place] = Entry(bar: bar, step: step)
            if !moved.isEmpty { moved.remove(instrument) }
        }
        for _ in 0..<(try reader.count(atLeastBytesEach: 3)) {
            _ = try reader.unsigned()
            _ = try reader.unsigned()
            _ = try reader.bytes()
        }
        try reader.expectEnd()
    }
}
