public import LockstepBus
public import LockstepModel

extension LotClosed: EventPayload {
    /// The fields of the record of a closed slice.
    ///
    /// What closing brought counts from what opening did, and the profit from the difference of
    /// both, which it is where the lot was bought.
    public static let schema = RecordSchema([
        .init("account", .unsigned),
        .init("strategy", .unsigned),
        .init("instrument", .unsigned),
        .init("side", .inMarks(.cases(of: Side.self), bits: 2)),
        .init("quantity", .quantity),
        .init("openedAt", .time),
        .init("closedAt", .time),
        .init("openNotional", .money),
        .init("closeNotional", .relative(.money, to: 7)),
        .init("openFee", .marked(.money)),
        .init("closeFee", .marked(.relative(.money, to: 9))),
        .init(
            "grossProfit", .marked(.combined(.money, of: [.init(8), .init(7, times: -1)]))),
    ])

    /// Writes the fields.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 12)
        let gain = closeNotional.units &- openNotional.units
        let moreFee = closeFee.units &- openFee.units
        let moreProfit = grossProfit.units &- gain
        cursor.unsigned(
            UInt64(side.rawValue) | mark(openFee.units != 0, at: 2)
                | mark(moreFee != 0, at: 3) | mark(moreProfit != 0, at: 4))
        cursor.small(
            UInt64(account.rawValue), UInt64(strategy.rawValue), UInt64(instrument.rawValue))
        cursor.quantity(quantity)
        cursor.time(openedAt)
        cursor.time(closedAt)
        cursor.money(openNotional)
        cursor.mediumInteger(gain)
        cursor.marked(openFee)
        cursor.marked(moreFee)
        cursor.marked(moreProfit)
        writer.take(cursor)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let account = AccountID(try reader.identity("account"))
        let strategy = StrategyID(try reader.identity("strategy"))
        let instrument = InstrumentID(try reader.identity("instrument"))
        let side: Side = try marks.enumeration(2, "side")
        let quantity = try reader.quantity("quantity")
        let openedAt = try reader.timestamp()
        let closedAt = try reader.timestamp()
        let openNotional = try reader.money()
        let gain = try reader.integer()
        let openFee = try reader.money(marked: marks.flag())
        let moreFee = try reader.integer(marked: marks.flag())
        let moreProfit = try reader.integer(marked: marks.flag())
        try marks.expectEnd()
        self.init(
            account: account, strategy: strategy, instrument: instrument, side: side,
            quantity: quantity, openedAt: openedAt, closedAt: closedAt,
            openNotional: openNotional,
            closeNotional: Money(units: openNotional.units &+ gain),
            openFee: openFee, closeFee: Money(units: openFee.units &+ moreFee),
            grossProfit: Money(units: gain &+ moreProfit))
    }
}
