import LockstepBookMarket
import LockstepMarket
import LockstepModel

/// A bar market with its outputs: prices are ticks, one tick of one lot is one unit of money, and
/// times are hours.
struct Stage {
    var engine: BarMarketEngine
    /// All that the engine told.
    private(set) var outputs: [MarketOutput] = []
    private var ordinal: UInt32 = 0
    private var sequence: UInt64 = 0

    static let main = AccountID(1)

    init(
        _ settings: EngineSettings = EngineSettings(path: .ohlc), instruments count: UInt32 = 1,
        cash: Int64 = 1_000_000_000, kind: AccountKind = .cash, held: [Int64] = [],
        accounts: UInt32 = 1, margin: MarginTerms = .none
    ) throws {
        let currency = try Currency("USD", decimals: 2)
        let list = try (1...count).map { number in
            try Instrument(
                id: InstrumentID(number), symbol: "I\(number)", venue: VenueID(1),
                currency: currency, tickSize: ExactDecimal("0.01"), lot: .one, margin: margin)
        }
        let setting = try MarketSetting(
            instruments: Instruments(list), primarySeries: (1...count).map { SeriesID($0) },
            accounts: (1...accounts).map {
                Account(
                    id: AccountID($0), name: "A\($0)", currency: currency,
                    startingCash: Money(units: cash), kind: kind)
            },
            seed: 1)
        engine = try BarMarket(settings: settings).makeEngine(VenueID(1), in: setting)
        for (place, lots) in held.enumerated() {
            try engine.apply(
                Booking(
                    account: Self.main, strategy: StrategyID(0),
                    instrument: InstrumentID(UInt32(place) + 1), kind: .transfer,
                    cashChange: .zero, cashAfter: .zero,
                    positionAfter: SignedQuantity(lots: lots)))
        }
    }

    static func hour(_ hour: Int64) -> Timestamp {
        Timestamp(nanoseconds: hour * 3_600_000_000_000)
    }

    /// The bar of some hours with four prices.
    static func bar(
        _ hours: ClosedRange<Int64>, _ open: Int64, _ high: Int64, _ low: Int64, _ close: Int64,
        of instrument: UInt32 = 1, volume: Int64? = nil
    ) -> Bar {
        Bar(
            instrument: InstrumentID(instrument), series: SeriesID(instrument),
            start: hour(hours.lowerBound), end: hour(hours.upperBound),
            label: hour(hours.lowerBound), open: Price(ticks: open), high: Price(ticks: high),
            low: Price(ticks: low), close: Price(ticks: close),
            volume: volume.map { Quantity(lots: $0) })
    }

    /// Sends an action that arrives at an hour; gives the number of its intent.
    @discardableResult
    mutating func send(
        _ action: OrderAction, at hour: Int64, account: AccountID = Stage.main,
        strategy: UInt32 = 1
    ) throws -> OrderID {
        ordinal += 1
        let id = OrderID(strategy: StrategyID(strategy), ordinal: ordinal)
        try send(action, as: id, at: hour, account: account, strategy: strategy)
        return id
    }

    /// Sends an action as the intent of a number.
    mutating func send(
        _ action: OrderAction, as id: OrderID, at hour: Int64, account: AccountID = Stage.main,
        strategy: UInt32 = 1
    ) throws {
        sequence += 1
        let time = Self.hour(hour)
        let intent = Intent(
            id: id, strategy: StrategyID(strategy), account: account, action: action)
        let order = Order(
            intent: intent, intentSequence: SequenceNumber(sequence), decidedAt: time)
        let command = MarketCommand(order: order, arrival: time)
        try hear { (engine, outputs) throws(MarketError) in
            try engine.execute(command, at: time, &outputs)
        }
        try engine.checkInvariants()
    }

    /// Places an order that arrives at an hour.
    @discardableResult
    mutating func place(
        _ side: Side, _ lots: Int64, _ kind: OrderKind, at hour: Int64, of instrument: UInt32 = 1,
        reduceOnly: Bool = false, account: AccountID = Stage.main, strategy: UInt32 = 1,
        parent: OrderID? = nil, group: OrderID? = nil
    ) throws -> OrderID {
        let terms = OrderTerms(
            side, Quantity(lots: lots), of: InstrumentID(instrument), kind,
            reduceOnly: reduceOnly, link: OrderLink(parent: parent, group: group))
        return try send(.place(terms), at: hour, account: account, strategy: strategy)
    }

    /// Places an entry with a stop and a target, which close what it opens.
    @discardableResult
    mutating func bracket(
        _ side: Side, _ lots: Int64, _ entry: OrderKind, stop: Int64, target: Int64,
        at hour: Int64
    ) throws -> (entry: OrderID, stop: OrderID, target: OrderID) {
        let first = try place(side, lots, entry, at: hour)
        let second = try place(
            side.opposite, lots, .stop(stop), at: hour, reduceOnly: true, parent: first)
        let third = try place(
            side.opposite, lots, .limit(target), at: hour, reduceOnly: true, parent: first,
            group: second)
        return (first, second, third)
    }

    /// Shows a step with some bars.
    mutating func show(_ bars: Bar..., coverage: Coverage = .traded) throws {
        try show(bars, coverage: coverage)
    }

    /// Shows a step with some bars, at an hour or the end of the first bar.
    mutating func show(_ bars: [Bar], coverage: Coverage = .traded, at hour: Int64? = nil) throws {
        let count = max(1, bars.map { Int($0.series.rawValue) }.max() ?? 1)
        var slots = ContiguousArray(
            (1...count).map {
                FrameSlot.absent(SeriesID(UInt32($0)), of: InstrumentID(UInt32($0)))
            })
        for bar in bars {
            slots[Int(bar.series.rawValue) - 1] = FrameSlot(coverage: coverage, bar: bar)
        }
        let time = hour.map(Self.hour) ?? bars.first?.end ?? .epoch
        let frame = Frame(time: time, slots: slots)
        try hear { (engine, outputs) throws(MarketError) in
            try engine.advance(frame, &outputs)
        }
        try engine.checkInvariants()
    }

    /// Lets the engine do something and keeps what it tells, also when it fails.
    private mutating func hear(
        _ body: (inout BarMarketEngine, inout MarketOutputs) throws(MarketError) -> Void
    ) throws {
        var told = MarketOutputs(capacity: 1)
        defer { outputs += told.indices.map { told[$0] } }
        try body(&engine, &told)
    }

    var fills: [Fill] {
        outputs.indices.compactMap { position in
            if case .fill(let fill) = outputs[position] { fill } else { nil }
        }
    }

    var updates: [OrderUpdate] {
        outputs.indices.compactMap { position in
            if case .update(let update) = outputs[position] { update } else { nil }
        }
    }

    /// The updates but the acknowledgements.
    var news: [OrderUpdate] { updates.filter { $0.change != .accepted } }

    var cash: Int64 { engine.cash(of: Self.main)?.units ?? 0 }

    func position(_ instrument: UInt32 = 1) -> Int64 {
        engine.position(of: Self.main, in: InstrumentID(instrument))?.lots ?? 0
    }
}

extension OrderKind {
    static func limit(_ ticks: Int64) -> Self { .limit(Price(ticks: ticks)) }
    static func stop(_ ticks: Int64) -> Self { .stop(Price(ticks: ticks)) }
}
