import LockstepBookMarket
import LockstepMarket
import LockstepModel

/// An order-book market with its outputs: prices are ticks, one tick of one lot is one unit of
/// money, and times are milliseconds.
struct BookStage {
    var engine: BookMarketEngine
    /// All that the engine told.
    private(set) var outputs: [MarketOutput] = []
    private var ordinals: [UInt32: UInt32] = [:]
    private var sequence: UInt64 = 0

    static let main = AccountID(1)

    init(
        _ settings: BookSettings = BookSettings(), instruments count: UInt32 = 1,
        cash: Int64 = 1_000_000_000_000, kind: AccountKind = .margin, accounts: UInt32 = 1,
        seed: UInt64 = 1
    ) throws {
        let currency = try Currency("USD", decimals: 2)
        let list = try (1...count).map { number in
            try Instrument(
                id: InstrumentID(number), symbol: "I\(number)", venue: VenueID(1),
                currency: currency, tickSize: ExactDecimal("0.01"), lot: .one)
        }
        let setting = try MarketSetting(
            instruments: Instruments(list), primarySeries: list.map { _ in nil },
            accounts: (1...accounts).map {
                Account(
                    id: AccountID($0), name: "A\($0)", currency: currency,
                    startingCash: Money(units: cash), kind: kind)
            },
            seed: seed)
        engine = try BookMarket(settings: settings).makeEngine(VenueID(1), in: setting)
    }

    /// Settings with some of them changed.
    static func settings(_ change: (inout BookSettings) -> Void) -> BookSettings {
        var settings = BookSettings()
        change(&settings)
        return settings
    }

    static func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: milliseconds * 1_000_000)
    }

    /// Shows changes of the first instrument, one after the other, in one step.
    mutating func show(_ messages: BookMessage..., at time: Int64) throws {
        try show(messages.map { [$0] }, at: time)
    }

    /// Shows messages that are one change.
    mutating func show(
        together messages: BookMessage..., as kind: MarketDatum.BookKind = .changes, at time: Int64
    ) throws {
        try show([messages], as: kind, at: time)
    }

    /// Shows groups of messages in one step, each of them one change.
    mutating func show(
        _ groups: [[BookMessage]], as kind: MarketDatum.BookKind = .changes, at time: Int64
    ) throws {
        try show(
            groups.map { MarketDatum(book: kind, of: InstrumentID(1), $0) }, at: time)
    }

    mutating func show(_ data: [MarketDatum], at time: Int64) throws {
        let frame = Frame(time: Self.time(time), slots: [], data: ContiguousArray(data))
        try hear { (engine, outputs) throws(MarketError) in try engine.advance(frame, &outputs) }
        try engine.checkInvariants()
    }

    /// Sends an action; gives the number of its intent.
    @discardableResult
    mutating func send(
        _ action: OrderAction, at time: Int64, account: UInt32 = 1, strategy: UInt32? = nil
    ) throws -> OrderID {
        let strategy = strategy ?? account
        ordinals[strategy, default: 0] += 1
        let id = OrderID(strategy: StrategyID(strategy), ordinal: ordinals[strategy] ?? 0)
        try send(action, as: id, at: time, account: account)
        return id
    }

    mutating func send(
        _ action: OrderAction, as id: OrderID, at time: Int64, account: UInt32 = 1
    ) throws {
        sequence += 1
        let intent = Intent(
            id: id, strategy: id.strategy, account: AccountID(account), action: action)
        let order = Order(
            intent: intent, intentSequence: SequenceNumber(sequence), decidedAt: Self.time(time))
        let command = MarketCommand(order: order, arrival: Self.time(time))
        try hear { (engine, outputs) throws(MarketError) in
            try engine.execute(command, at: Self.time(time), &outputs)
        }
        try engine.checkInvariants()
    }

    /// Places an order.
    @discardableResult
    mutating func place(
        _ side: Side, _ lots: Int64, _ kind: OrderKind, at time: Int64, of instrument: UInt32 = 1,
        reduceOnly: Bool = false, account: UInt32 = 1
    ) throws -> OrderID {
        let terms = OrderTerms(
            side, Quantity(lots: lots), of: InstrumentID(instrument), kind,
            reduceOnly: reduceOnly)
        return try send(.place(terms), at: time, account: account)
    }

    /// Lets the engine do something and keeps what it tells, also when it fails.
    private mutating func hear(
        _ body: (inout BookMarketEngine, inout MarketOutputs) throws(MarketError) -> Void
    ) throws {
        var told = MarketOutputs(capacity: 1)
        defer { outputs += told.indices.map { told[$0] } }
        try body(&engine, &told)
    }

    mutating func forget() { outputs = [] }

    var fills: [Fill] {
        outputs.compactMap { if case .fill(let fill) = $0 { fill } else { nil } }
    }

    var updates: [OrderUpdate] {
        outputs.compactMap { if case .update(let update) = $0 { update } else { nil } }
    }

    var tops: [BookTop] {
        outputs.compactMap { if case .top(let top) = $0 { top } else { nil } }
    }

    /// The updates but the acknowledgements.
    var news: [OrderUpdate] { updates.filter { $0.change != .accepted } }

    /// Quantity and price of every fill.
    var trades: [[Int64]] { fills.map { [$0.quantity.lots, $0.price.ticks] } }

    func position(_ account: UInt32 = 1) -> Int64 {
        engine.position(of: AccountID(account), in: InstrumentID(1))?.lots ?? 0
    }

    func available(_ side: Side, _ ticks: Int64, account: UInt32 = 1) -> Int64 {
        engine.available(
            InstrumentID(1), side, at: Price(ticks: ticks), for: AccountID(account))?.lots ?? -1
    }
}

extension BookMessage {
    static func bid(_ ticks: Int64, _ lots: Int64) -> Self {
        .level(.buy, Price(ticks: ticks), Quantity(lots: lots))
    }

    static func ask(_ ticks: Int64, _ lots: Int64) -> Self {
        .level(.sell, Price(ticks: ticks), Quantity(lots: lots))
    }

    static func trade(_ side: Side?, _ ticks: Int64, _ lots: Int64) -> Self {
        .trade(side, Price(ticks: ticks), Quantity(lots: lots))
    }

    static func add(_ id: UInt64, _ side: Side, _ ticks: Int64, _ lots: Int64) -> Self {
        .add(id, side, Price(ticks: ticks), Quantity(lots: lots))
    }
}
