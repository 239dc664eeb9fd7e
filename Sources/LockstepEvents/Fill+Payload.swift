public import LockstepBus
public import LockstepModel

extension Fill: EventPayload {
    /// The fields of a fill's record; `reference` counts from `price`.
    public static let schema = RecordSchema([
        .init("order", .unsigned),
        .init("strategy", .unsigned),
        .init("account", .unsigned),
        .init("instrument", .unsigned),
        .init("side", .cases(of: Side.self)),
        .init("liquidity", .cases(of: Liquidity.self)),
        .init("point", .cases(of: FillPoint.self)),
        .init("rule", .cases(of: FillRule.self)),
        .init("price", .price),
        .init("reference", .relative(.price, to: 8)),
        .init("quantity", .quantity),
        .init("leaves", .quantity),
        .init("notional", .money),
        .init("fee", .money),
        .init("slippage", .money),
        .init("rebate", .money),
        .init("executedAt", .time),
        .init("label", .time),
        .init("reportAt", .time),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.unsigned(order.rawValue)
        writer.identity(strategy.rawValue)
        writer.identity(account.rawValue)
        writer.identity(instrument.rawValue)
        writer.enumeration(side.rawValue)
        writer.enumeration(liquidity.rawValue)
        writer.enumeration(point.rawValue)
        writer.enumeration(rule.rawValue)
        writer.price(price)
        writer.price(reference, to: price)
        writer.quantity(quantity)
        writer.quantity(leaves)
        writer.money(notional)
        writer.money(fee)
        writer.money(slippage)
        writer.money(rebate)
        writer.time(executedAt)
        writer.time(label)
        writer.time(reportAt)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        let order = try reader.order()
        let strategy = StrategyID(try reader.identity("strategy"))
        let account = AccountID(try reader.identity("account"))
        let instrument = InstrumentID(try reader.identity("instrument"))
        let side: Side = try reader.enumeration("side")
        let liquidity: Liquidity = try reader.enumeration("liquidity")
        let point: FillPoint = try reader.enumeration("point")
        let rule: FillRule = try reader.enumeration("rule")
        let price = try reader.price("price")
        self.init(
            order: order, strategy: strategy, account: account, instrument: instrument,
            side: side, liquidity: liquidity, point: point, rule: rule, price: price,
            reference: try reader.price("reference", to: price),
            quantity: try reader.quantity("quantity"),
            leaves: try reader.quantity("leaves"),
            notional: try reader.money(),
            fee: try reader.money(),
            slippage: try reader.money(),
            rebate: try reader.money(),
            executedAt: try reader.timestamp(),
            label: try reader.timestamp(),
            reportAt: try reader.timestamp())
    }
}
