public import LockstepBus
public import LockstepModel

extension Booking: EventPayload {
    /// The fields of a booking's record; `fill` is the record of the fill, if there is one.
    public static let schema: RecordSchema = fields(BookingKind.allCases)

    /// The fields in a run in which no tokens are minted or merged, and nothing is dated: its log
    /// knows no such kinds.
    package static let plainSchema: RecordSchema = fields(
        BookingKind.allCases.filter { !$0.isOfTokens && !$0.isDated })

    /// The fields in a run in which tokens are minted and merged, and nothing is dated.
    package static let tokenSchema: RecordSchema = fields(
        BookingKind.allCases.filter { !$0.isDated })

    /// The fields in a run with dated events or margin calls, and without tokens.
    package static let datedSchema: RecordSchema = fields(
        BookingKind.allCases.filter { !$0.isOfTokens })

    private static func fields(_ kinds: [BookingKind]) -> RecordSchema {
        RecordSchema([
            .init("fill", .record),
            .init("account", .unsigned),
            .init("strategy", .unsigned),
            .init("instrument", .unsigned),
            .init("kind", .inMarks(.cases(kinds), bits: 4)),
            .init("cashChange", .money),
            .init("fee", .marked(.money)),
            .init("cashAfter", .money),
            .init("positionAfter", .marked(.integer)),
            .init("realised", .marked(.money)),
        ])
    }

    /// Writes the fields.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 10)
        let marks =
            UInt64(kind.rawValue) | mark(fee.units != 0, at: 4)
            | mark(positionAfter.lots != 0, at: 5) | mark(realised.units != 0, at: 6)
        cursor.small(marks, cursor.distance(to: fill.rawValue))
        cursor.small(
            UInt64(account.rawValue), UInt64(strategy.rawValue), UInt64(instrument.rawValue))
        cursor.money(cashChange)
        cursor.marked(fee)
        cursor.money(cashAfter)
        cursor.marked(positionAfter.lots)
        cursor.marked(realised)
        writer.take(cursor)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let fill = SequenceNumber(try reader.record("fill"))
        let account = AccountID(try reader.identity("account"))
        let strategy = StrategyID(try reader.identity("strategy"))
        let instrument = InstrumentID(try reader.identity("instrument"))
        let kind: BookingKind = try marks.enumeration(4, "kind")
        let cashChange = try reader.money()
        let fee = try reader.money(marked: marks.flag())
        let cashAfter = try reader.money()
        let position = SignedQuantity(lots: try reader.integer(marked: marks.flag()))
        guard position.isInRange else { throw .outOfRange(field: "positionAfter") }
        self.init(
            fill: fill, account: account, strategy: strategy, instrument: instrument, kind: kind,
            cashChange: cashChange, fee: fee, cashAfter: cashAfter, positionAfter: position,
            realised: try reader.money(marked: marks.flag()))
        try marks.expectEnd()
    }
}
