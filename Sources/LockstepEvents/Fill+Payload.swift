public import LockstepBus
public import LockstepModel

extension Fill: EventPayload {
    /// The fields of a fill's record.
    ///
    /// `order` counts from the first of its strategy's, `reference` from `price`.
    public static let schema = RecordSchema([
        .init("strategy", .unsigned),
        .init("order", .combined(.unsigned, of: [.init(0, times: 1 << 32)])),
        .init("account", .unsigned),
        .init("instrument", .unsigned),
        .init("side", .inMarks(.cases(of: Side.self), bits: 2)),
        .init("liquidity", .inMarks(.cases(of: Liquidity.self), bits: 2)),
        .init("point", .inMarks(.cases(of: FillPoint.self), bits: 4)),
        .init("rule", .inMarks(.cases(of: FillRule.self), bits: 4)),
        .init("price", .price),
        .init("reference", .marked(.relative(.price, to: 8))),
        .init("quantity", .quantity),
        .init("leaves", .marked(.quantity)),
        .init("notional", .money),
        .init("fee", .money),
        .init("slippage", .marked(.money)),
        .init("rebate", .marked(.money)),
        .init("executedAt", .time),
        .init("label", .marked(.time)),
        .init("reportAt", .marked(.time)),
    ])

    /// Writes the fields.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 16)
        let kind =
            UInt64(side.rawValue) | UInt64(liquidity.rawValue) &<< 2
            | UInt64(point.rawValue) &<< 4 | UInt64(rule.rawValue) &<< 8
        let shift = reference.ticks &- price.ticks
        let there =
            mark(shift != 0, at: 12) | mark(leaves.lots != 0, at: 13)
            | mark(slippage.units != 0, at: 14) | mark(rebate.units != 0, at: 15)
        let times =
            mark(label.nanoseconds != cursor.recordTime, at: 16)
            | mark(reportAt.nanoseconds != cursor.recordTime, at: 17)
        cursor.unsigned(kind | there | times)
        cursor.identity(strategy.rawValue)
        cursor.order(order, of: strategy)
        cursor.small(UInt64(account.rawValue), UInt64(instrument.rawValue))
        cursor.mediumInteger(price.ticks)
        cursor.marked(shift)
        cursor.quantity(quantity)
        if leaves.lots != 0 { cursor.quantity(leaves) }
        cursor.money(notional)
        cursor.money(fee)
        cursor.marked(slippage)
        cursor.marked(rebate)
        cursor.time(executedAt)
        cursor.marked(label)
        cursor.marked(reportAt)
        writer.take(cursor)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let strategy = StrategyID(try reader.identity("strategy"))
        let order = try reader.order(of: strategy)
        let account = AccountID(try reader.identity("account"))
        let instrument = InstrumentID(try reader.identity("instrument"))
        let side: Side = try marks.enumeration(2, "side")
        let liquidity: Liquidity = try marks.enumeration(2, "liquidity")
        let point: FillPoint = try marks.enumeration(4, "point")
        let rule: FillRule = try marks.enumeration(4, "rule")
        let price = try reader.price("price")
        let shift = try reader.integer(marked: marks.flag())
        let reference = Price(ticks: price.ticks &+ shift)
        guard reference.isInRange else { throw .outOfRange(field: "reference") }
        let quantity = try reader.quantity("quantity")
        var leaves = Quantity.zero
        if marks.flag() {
            leaves = try reader.quantity("leaves")
            try reader.expectSomething(leaves.lots == 0)
        }
        self.init(
            order: order, strategy: strategy, account: account, instrument: instrument,
            side: side, liquidity: liquidity, point: point, rule: rule, price: price,
            reference: reference, quantity: quantity, leaves: leaves,
            notional: try reader.money(),
            fee: try reader.money(),
            slippage: try reader.money(marked: marks.flag()),
            rebate: try reader.money(marked: marks.flag()),
            executedAt: try reader.timestamp(),
            label: try reader.timestamp(marked: marks.flag()),
            reportAt: try reader.timestamp(marked: marks.flag()))
        try marks.expectEnd()
    }
}
