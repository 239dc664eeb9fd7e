public import LockstepBus
public import LockstepModel

extension Snapshot: EventPayload {
    /// The fields of a snapshot's record.
    ///
    /// Equity counts from what was gained, so that what is written is what the account began with;
    /// cash from equity without the profit of what is held, so that it is what that cost: both stay
    /// as they are while nothing is traded. The net exposure counts from what is not cash, and the
    /// gross exposure from the net one.
    public static let schema = RecordSchema([
        .init("account", .unsigned),
        .init("realised", .marked(.money)),
        .init("unrealised", .marked(.money)),
        .init("fees", .marked(.money)),
        .init("equity", .combined(.money, of: [.init(1), .init(2), .init(3, times: -1)])),
        .init("cash", .marked(.combined(.money, of: [.init(4), .init(2, times: -1)]))),
        .init("netExposure", .marked(.combined(.money, of: [.init(4), .init(5, times: -1)]))),
        .init("grossExposure", .marked(.relative(.money, to: 6))),
    ])

    /// Writes the fields.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 9)
        let gain = realised.units &+ unrealised.units &- fees.units
        let cost = cash.units &- equity.units &+ unrealised.units
        let net = netExposure.units &+ cash.units &- equity.units
        let gross = grossExposure.units &- netExposure.units
        let gains =
            mark(realised.units != 0, at: 0) | mark(unrealised.units != 0, at: 1)
            | mark(fees.units != 0, at: 2)
        cursor.small(
            gains | mark(cost != 0, at: 3) | mark(net != 0, at: 4) | mark(gross != 0, at: 5),
            UInt64(account.rawValue))
        cursor.marked(realised)
        cursor.marked(unrealised)
        cursor.marked(fees)
        cursor.wideInteger(equity.units &- gain)
        if cost != 0 { cursor.wideInteger(cost) }
        cursor.marked(net)
        cursor.marked(gross)
        writer.take(cursor)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let account = AccountID(try reader.identity("account"))
        let realised = try reader.money(marked: marks.flag())
        let unrealised = try reader.money(marked: marks.flag())
        let fees = try reader.money(marked: marks.flag())
        let equity = try reader.relative(
            to: realised.units &+ unrealised.units &- fees.units)
        let cost = try reader.integer(marked: marks.flag())
        let cashless = cost &- unrealised.units
        let net = try reader.integer(marked: marks.flag()) &- cashless
        let gross = net &+ (try reader.integer(marked: marks.flag()))
        try marks.expectEnd()
        self.init(
            account: account, cash: Money(units: equity &+ cashless), equity: Money(units: equity),
            realised: realised, unrealised: unrealised, fees: fees,
            grossExposure: Money(units: gross), netExposure: Money(units: net))
    }
}
