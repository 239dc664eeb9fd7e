public import LockstepBus
public import LockstepModel

extension VenueEvent: EventPayload {
    /// The fields of the record of a venue's event; its kind says what they mean.
    public static let schema = RecordSchema([
        .init("kind", .inMarks(.cases(of: VenueEventKind.self), bits: 6)),
        .init("venue", .unsigned),
        .init("outcome", .unsigned),
        .init("instrument", .unsigned),
        .init("account", .unsigned),
        .init("order", .marked(.optional(.unsigned))),
        .init("price", .marked(.integer)),
        .init("otherPrice", .marked(.integer)),
        .init("quantity", .marked(.integer)),
        .init("amount", .marked(.money)),
        .init("fee", .marked(.money)),
        .init("rest", .marked(.money)),
        .init("count", .marked(.integer)),
        .init("otherCount", .marked(.integer)),
    ])

    /// Writes the fields.
    public func encode(into writer: inout RecordWriter) {
        var marks = UInt64(kind.rawValue) | (order.rawValue == 0 ? 0 : 1 << 6)
        for (place, figure) in figures.enumerated() where figure != 0 {
            marks |= 1 << (7 + UInt64(place))
        }
        writer.unsigned(marks)
        writer.unsigned(UInt64(venue.rawValue))
        writer.identity(outcome)
        writer.identity(instrument.rawValue)
        writer.identity(account.rawValue)
        if order.rawValue != 0 { writer.unsigned(order.rawValue) }
        for figure in figures where figure != 0 { writer.integer(figure) }
    }

    private var figures: [Int64] {
        [
            price.ticks, otherPrice.ticks, quantity.lots, amount.units, fee.units, rest.units,
            count, otherCount,
        ]
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let kind: VenueEventKind = try marks.enumeration(6, "kind")
        self.init(
            kind, at: VenueID(try reader.unsigned(UInt16.self, "venue")),
            outcome: try reader.identity("outcome"),
            instrument: InstrumentID(try reader.identity("instrument")),
            account: AccountID(try reader.identity("account")))
        if marks.flag() {
            order = try reader.order()
            try reader.expectSomething(order.rawValue == 0)
        }
        price = Price(ticks: try reader.integer(marked: marks.flag()))
        otherPrice = Price(ticks: try reader.integer(marked: marks.flag()))
        guard price.isInRange, otherPrice.isInRange else { throw .outOfRange(field: "price") }
        quantity = Quantity(lots: try reader.integer(marked: marks.flag()))
        guard quantity.isInRange else { throw .outOfRange(field: "quantity") }
        amount = try reader.money(marked: marks.flag())
        fee = try reader.money(marked: marks.flag())
        rest = try reader.money(marked: marks.flag())
        count = try reader.integer(marked: marks.flag())
        otherCount = try reader.integer(marked: marks.flag())
        try marks.expectEnd()
    }
}
