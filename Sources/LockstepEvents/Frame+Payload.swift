public import LockstepBus
public import LockstepModel

/// A frame's record holds the slots in which there was trading, and the data.
///
/// Its time is the record's. What is read back has absent slots, of instrument 0, for series
/// before the last one that traded, and no slots after it: carried bars are not in the record, as
/// they do nothing.
extension Frame: EventPayload {
    /// The greatest series that is read back: it bounds what a hostile record may allocate.
    public static let greatestDecodedSeries: UInt32 = 1 << 20

    /// The fields of a frame's record; prices count from `open`.
    public static let schema = RecordSchema([
        .init(
            "bars",
            .list(
                .row([
                    .init("series", .unsigned),
                    .init("instrument", .marked(.relative(.unsigned, to: 0))),
                    .init("start", .time),
                    .init("end", .marked(.time)),
                    .init("label", .marked(.time)),
                    .init("open", .price),
                    .init("high", .relative(.price, to: 5)),
                    .init("low", .relative(.price, to: 5)),
                    .init("close", .relative(.price, to: 5)),
                    .init("volume", .marked(.optional(.quantity))),
                ]))),
        .init(
            "data",
            .list(
                .row([
                    // Cases are added with the data that have them.
                    .init("kind", .enumeration([])),
                    .init("instrument", .unsigned),
                    .init("bytes", .bytes),
                ]))),
    ])

    /// Writes the fields; a slot's series is its place.
    public func encode(into writer: inout RecordWriter) {
        let slots = slots.span
        var traded: UInt64 = 0
        for place in slots.indices where slots[place].coverage == .traded { traded &+= 1 }
        var cursor = writer.cursor(numbers: 1)
        cursor.unsigned(traded)
        writer.take(cursor)
        var place = 0
        while place < slots.count {
            if slots[place].coverage == .traded {
                var cursor = writer.cursor(numbers: 11)
                if place < 0x7F, slots[place].bar.isUsual(at: place, in: cursor) {
                    slots[place].bar.encodeUsualRow(at: place, into: &cursor)
                } else {
                    slots[place].bar.encodeRow(of: Int64(place) &+ 1, into: &cursor)
                }
                writer.take(cursor)
            }
            place &+= 1
        }
        writer.unsigned(UInt64(data.count))
        if data.isEmpty { return }
        for place in data.indices {
            writer.enumeration(data[place].kind)
            writer.identity(data[place].instrument.rawValue)
            writer.bytes(data[place].bytes)
        }
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record, when its series do not ascend,
    ///   and beyond ``greatestDecodedSeries``.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var slots: ContiguousArray<FrameSlot> = []
        for _ in 0..<(try reader.count(atLeastBytesEach: 7)) {
            let bar = try Bar(from: &reader)
            let series = bar.series.rawValue
            guard series > slots.count, series <= Self.greatestDecodedSeries else {
                throw .outOfRange(field: "series")
            }
            for absent in UInt32(slots.count) + 1..<series {
                slots.append(.absent(SeriesID(absent), of: InstrumentID(0)))
            }
            slots.append(FrameSlot(coverage: .traded, bar: bar))
        }
        var data: ContiguousArray<MarketDatum> = []
        for _ in 0..<(try reader.count(atLeastBytesEach: 3)) {
            data.append(
                MarketDatum(
                    kind: try reader.unsigned(UInt8.self, "kind"),
                    instrument: InstrumentID(try reader.identity("instrument")),
                    bytes: try reader.bytes()))
        }
        self.init(time: Timestamp(nanoseconds: reader.recordTime), slots: slots, data: data)
    }
}

extension Bar {
    /// Whether it is of the instrument with the number of its series, ends with the step, is
    /// labelled so, and has a volume: then its marks are known.
    @inline(__always)
    fileprivate func isUsual(at place: Int, in cursor: RecordCursor) -> Bool {
        Int(instrument.rawValue) == place &+ 1 && end.nanoseconds == cursor.recordTime
            && label.nanoseconds == cursor.recordTime && volume != nil
    }

    /// Writes a row of a frame as most bars have it.
    @inline(__always)
    fileprivate func encodeUsualRow(at place: Int, into cursor: inout RecordCursor) {
        cursor.small(1 &<< 3, UInt64(truncatingIfNeeded: place &+ 1))
        cursor.time(start)
        cursor.mediumInteger(open.ticks)
        cursor.smallIntegers(
            high.ticks &- open.ticks, low.ticks &- open.ticks, close.ticks &- open.ticks)
        cursor.marked(volume)
    }

    /// Writes any row of a frame.
    @inline(never)
    fileprivate func encodeRow(of series: Int64, into cursor: inout RecordCursor) {
        let difference = Int64(instrument.rawValue) &- series
        cursor.small(
            mark(difference != 0, at: 0) | mark(end.nanoseconds != cursor.recordTime, at: 1)
                | mark(label.nanoseconds != cursor.recordTime, at: 2)
                | mark(volume != nil, at: 3), UInt64(bitPattern: series))
        cursor.marked(difference)
        cursor.time(start)
        cursor.marked(end)
        cursor.marked(label)
        cursor.mediumInteger(open.ticks)
        cursor.smallIntegers(
            high.ticks &- open.ticks, low.ticks &- open.ticks, close.ticks &- open.ticks)
        cursor.marked(volume)
    }

    /// Reads a row of a frame.
    fileprivate init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let series = try reader.identity("series")
        let difference = try reader.integer(marked: marks.flag())
        guard let instrument = UInt32(exactly: Int64(series) &+ difference) else {
            throw .outOfRange(field: "instrument")
        }
        let start = try reader.timestamp()
        let end = try reader.timestamp(marked: marks.flag())
        let label = try reader.timestamp(marked: marks.flag())
        let open = try reader.price("open")
        self.init(
            instrument: InstrumentID(instrument), series: SeriesID(series), start: start, end: end,
            label: label, open: open, high: try reader.price("high", to: open),
            low: try reader.price("low", to: open), close: try reader.price("close", to: open),
            volume: marks.flag() ? try reader.quantity("volume") : nil)
        try marks.expectEnd()
    }
}
