package import LockstepBus
import LockstepEvents
import LockstepModel

/// The log that every released version leaves behind: each topic with each of its fields and cases.
///
/// Once a version is released its file is never written again; every later version must read it.
package enum ReleasedLog: Sendable {
    /// The version of the format that this program writes.
    package static let version = 1

    /// The topics of Lockstep with the fields they have in this version.
    package static let topics: [(number: UInt8, name: String, schema: RecordSchema)] = [
        (1, "lifecycle", Lifecycle.schema), (2, "frame", Frame.schema),
        (6, "intent", Intent.schema), (7, "order", OrderRecord.schema),
        (8, "orderUpdate", OrderUpdate.schema), (9, "fill", Fill.schema),
        (10, "booking", Booking.plainSchema), (11, "lotClosed", LotClosed.schema),
        (12, "snapshot", Snapshot.schema), (16, "note", Note.schema), (17, "wake", Wake.schema),
        (18, "halt", Halt.schema),
    ]

    /// The configuration that gives the numbers of the log their names.
    static let configuration = """
        {"accounts":[{"cash":"100000","currency":"USD","name":"main"}],\
        "currencies":[{"code":"USD","decimals":2}],\
        "instruments":[{"currency":"USD","lot":"1","symbol":"AAPL","tick_size":"0.01"},\
        {"currency":"USD","lot":"0.001","symbol":"BTC","tick_size":"0.5"}],\
        "strategies":[{"account":"main","name":"cross"}]}
        """

    /// The log that this version writes.
    package static var specimen: Specimen {
        Specimen("release-\(version)") {
            let log = try SpecimenLog(block: 2048)
            for topic in topics { try log.declare(topic.number, topic.name, topic.schema) }
            try log.symbol("entry")
            try log.control(.configuration(json: configuration))
            try log.payload(1, Lifecycle.start)
            try log.step()
            try trade(log)
            try requests(log)
            try cases(log)
            for event in Lifecycle.allCases.dropFirst() { try log.payload(1, event) }
            return try log.end()
        }
    }

    static let time = Timestamp(nanoseconds: 1_700_000_060_000_000_000)
    private static let later = Timestamp(nanoseconds: 1_700_000_120_000_000_000)
    static let order = OrderID(rawValue: 1 << 32 | 1)
    static let apple = InstrumentID(1)
    static let account = AccountID(1)
    static let strategy = StrategyID(1)

    /// What a bar, a decision, an order, a fill and its bookings leave in the log.
    private static func trade(_ log: SpecimenLog) throws {
        let frame = log.sequence + 1
        try log.payload(2, bars(at: log.time))
        let intent = log.sequence + 1
        try log.payload(
            6, cause: frame, producer: 16,
            Intent(
                id: order, strategy: strategy, account: account,
                action: .place(
                    OrderTerms(
                        .buy, size: .quantity(Quantity(lots: 10)), of: apple,
                        .limit(Price(ticks: 18_050), .goodTilDate(later), postOnly: true),
                        reduceOnly: true, autoFill: true, maxSlippage: Rate(trillionths: 5_000_000),
                        link: OrderLink(parent: order, group: order), tag: SymbolID(1)))))
        try log.payload(
            7, cause: intent, producer: 3,
            OrderRecord(id: order, intent: SequenceNumber(intent)))
        try log.payload(
            8, cause: intent + 1, producer: 1, update(.accepted, .none))
        try log.step()
        let bar = log.sequence + 1
        try log.payload(2, bars(at: log.time))
        let fill = log.sequence + 1
        try log.payload(9, cause: bar, producer: 1, self.fill(.buy, .maker, .open, .limit))
        try log.payload(10, cause: fill, producer: 2, booking(.trade, fill: fill))
        try log.payload(11, cause: fill, producer: 2, lot(.buy))
        try log.payload(
            12, cause: bar, producer: 2,
            Snapshot(
                account: account, cash: Money(units: -8_049_900), equity: Money(units: 10_000_100),
                realised: Money(units: 100), unrealised: Money(units: -50), fees: Money(units: 7),
                grossExposure: Money(units: 18_050_000), netExposure: Money(units: 18_050_000)))
        try log.payload(
            16, cause: bar, producer: 16,
            Note(strategy: strategy, name: SymbolID(1), value: -0.25))
        try log.payload(
            17, cause: bar, producer: 16, Wake(time: later, requester: 1 << 40))
        try log.step()
    }

    private static func bars(at nanoseconds: Int64) -> Frame {
        let time = Timestamp(nanoseconds: nanoseconds)
        let start = Timestamp(nanoseconds: nanoseconds - 60_000_000_000)
        func bar(_ series: UInt32, _ instrument: UInt32, _ volume: Quantity?) -> FrameSlot {
            FrameSlot(
                coverage: .traded,
                bar: Bar(
                    instrument: InstrumentID(instrument), series: SeriesID(series), start: start,
                    end: series == 1 ? time : start, label: series == 1 ? time : start,
                    open: Price(ticks: 18_000), high: Price(ticks: 18_100),
                    low: Price(ticks: 17_950), close: Price(ticks: 18_060), volume: volume))
        }
        return Frame(
            time: time,
            slots: [
                bar(1, 1, Quantity(lots: 12_000)), .absent(SeriesID(2), of: apple), bar(3, 2, nil),
            ],
            data: [MarketDatum(kind: 1, instrument: apple, bytes: [1, 2, 255])])
    }

    static func fill(
        _ side: Side, _ liquidity: Liquidity, _ point: FillPoint, _ rule: FillRule
    ) -> Fill {
        Fill(
            order: order, strategy: strategy, account: account, instrument: apple, side: side,
            liquidity: liquidity, point: point, rule: rule, price: Price(ticks: 18_050),
            reference: Price(ticks: 18_040), quantity: Quantity(lots: 6),
            leaves: Quantity(lots: 4), notional: Money(units: 108_300), fee: Money(units: 7),
            slippage: Money(units: 60), rebate: Money(units: 3), executedAt: time, label: later,
            reportAt: time)
    }

    static func update(_ change: OrderChange, _ reason: OrderReason) -> OrderUpdate {
        OrderUpdate(
            order: order, strategy: strategy, account: account, instrument: apple, change: change,
            reason: reason, limit: -7, leaves: Quantity(lots: 10), reportAt: time)
    }

    static func booking(_ kind: BookingKind, fill: UInt64) -> Booking {
        Booking(
            fill: SequenceNumber(fill), account: account, strategy: strategy, instrument: apple,
            kind: kind, cashChange: Money(units: -108_307), fee: Money(units: 7),
            cashAfter: Money(units: 9_891_693), positionAfter: SignedQuantity(lots: -6),
            realised: Money(units: 12))
    }

    static func lot(_ side: Side) -> LotClosed {
        LotClosed(
            account: account, strategy: strategy, instrument: apple, side: side,
            quantity: Quantity(lots: 6), openedAt: time, closedAt: later,
            openNotional: Money(units: 108_300), closeNotional: Money(units: 108_360),
            openFee: Money(units: 7), closeFee: Money(units: 8), grossProfit: Money(units: 60))
    }
}
