import LockstepAudit
import LockstepBus
import LockstepEvents
import LockstepModel

/// A minute bar as a record of its own, as logs are compared by: prices count from the open.
struct StreamBar: EventPayload {
    var instrument: UInt32
    var start: Int64
    var open: Int64
    var high: Int64
    var low: Int64
    var close: Int64
    var volume: UInt64

    static let topic = Topic<StreamBar>(40)

    static var schema: RecordSchema {
        RecordSchema([
            .init("instrument", .unsigned), .init("start", .time), .init("open", .price),
            .init("high", .relative(.price, to: 2)), .init("low", .relative(.price, to: 2)),
            .init("close", .relative(.price, to: 2)), .init("volume", .quantity),
        ])
    }

    func encode(into writer: inout RecordWriter) {
        var cursor = writer.cursor(numbers: 8)
        cursor.unsigned(UInt64(instrument))
        cursor.time(start)
        cursor.mediumInteger(open)
        cursor.smallIntegers(high &- open, low &- open, close &- open)
        cursor.medium(volume)
        writer.take(cursor)
    }

    init(
        instrument: UInt32, start: Int64, open: Int64, high: Int64, low: Int64, close: Int64,
        volume: UInt64
    ) {
        self.instrument = instrument
        self.start = start
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        instrument = UInt32(truncatingIfNeeded: try reader.unsigned())
        start = try reader.time()
        open = try reader.integer()
        high = try reader.relative(to: open)
        low = try reader.relative(to: open)
        close = try reader.relative(to: open)
        volume = try reader.unsigned()
    }
}

/// The events of a day in a log: bars of 50 instruments, a minute a step; after every eighth bar an
/// intent, its order, an update and a fill; after every 25th a snapshot.
///
/// That is 65 records of bars in a hundred, 33 of orders, and snapshots and ends of steps. Prices are
/// seeded random walks.
actor LogStream: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?

    static let instruments = 50
    static let minute: Int64 = 60_000_000_000

    init(on loop: RunExecutor) { executor = loop }

    func connect(_ port: BusPort) throws {}

    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }

    func setUp() throws {
        guard let port else { return }
        try port.begin(.setUp, at: .epoch)
        try port.waitUntilIdle()
        try port.endStep()
    }

    func drive(steps: Int) throws {
        guard let port else { return }
        var prices = ContiguousArray(repeating: Int64(10_000), count: Self.instruments)
        var random = RandomWalk()
        for step in 1...steps {
            let time = Int64(step) * Self.minute
            try port.begin(StepNumber(UInt64(step)), at: Timestamp(nanoseconds: time))
            for instrument in prices.indices {
                let open = prices[instrument]
                let close = max(100, open + random.next(41) - 20)
                prices[instrument] = close
                try port.publish(
                    StreamBar(
                        instrument: UInt32(instrument + 1), start: time - Self.minute, open: open,
                        high: max(open, close) + random.next(10),
                        low: min(open, close) - random.next(10), close: close,
                        volume: UInt64(100 + random.next(9000))), to: StreamBar.topic)
            }
            try port.waitUntilIdle()
            try port.endStep()
        }
    }

    func close() throws { try port?.close() }
}

/// Small steps in both directions, the same in every run.
struct RandomWalk {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// A number from zero to below a bound.
    mutating func next(_ bound: Int64) -> Int64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int64(truncatingIfNeeded: (state >> 33) % UInt64(bound))
    }
}

/// Answers bars with orders and what becomes of them.
actor LogDesk: BusService {
    nonisolated let name = "desk"
    nonisolated let executor: RunExecutor

    private struct State {
        var bars: UInt64 = 0
        var orders: UInt64 = 0
        var cash: Int64 = 10_000_000_000_000
        var price: Int64 = 0
    }

    init(on loop: RunExecutor) { executor = loop }

    func connect(_ port: BusPort) throws {
        let intents = try port.publisher(Topics.intent)
        let orders = try port.publisher(Topics.order)
        let updates = try port.publisher(Topics.orderUpdate)
        let fills = try port.publisher(Topics.fill)
        let snapshots = try port.publisher(Topics.snapshot)
        let state = Confined(State())
        let (account, strategy) = (AccountID(1), StrategyID(1))
        try port.forEach(StreamBar.topic) { envelope in
            state.value.bars &+= 1
            state.value.price = envelope.payload.close
            if state.value.bars % 25 == 0 {
                let (cash, value) = (state.value.cash, envelope.payload.close * 10_000)
                try snapshots.publish(
                    Snapshot(
                        account: account, cash: Money(units: cash),
                        equity: Money(units: cash + value), realised: Money(units: -cash / 97),
                        unrealised: Money(units: value / 31),
                        fees: Money(units: Int64(state.value.orders) * 1000),
                        grossExposure: Money(units: value), netExposure: Money(units: value)))
            }
            guard state.value.bars % 8 == 0 else { return }
            state.value.orders &+= 1
            let terms = OrderTerms(
                state.value.orders % 2 == 0 ? .buy : .sell,
                Quantity(lots: Int64(state.value.orders % 90) + 10),
                of: InstrumentID(envelope.payload.instrument))
            try intents.publish(
                Intent(
                    id: OrderID(rawValue: 1 << 32 | state.value.orders), strategy: strategy,
                    account: account, action: .place(terms)))
        }
        try port.forEach(Topics.intent) { envelope in
            try orders.publish(
                Order(
                    intent: envelope.payload, intentSequence: envelope.sequence,
                    decidedAt: envelope.time))
        }
        try port.forEach(Topics.order) { envelope in
            guard case .place(let terms) = envelope.payload.intent.action,
                case .quantity(let quantity) = terms.size
            else { return }
            let id = envelope.payload.intent.id
            try updates.publish(
                OrderUpdate(
                    order: id, strategy: strategy, account: account, instrument: terms.instrument,
                    change: .accepted, leaves: quantity, reportAt: envelope.time))
            let notional = state.value.price * quantity.lots * 10_000
            state.value.cash &-= terms.side == .buy ? notional : -notional
            try fills.publish(
                Fill(
                    order: id, strategy: strategy, account: account, instrument: terms.instrument,
                    side: terms.side, liquidity: .taker, point: .open, rule: .market,
                    price: Price(ticks: state.value.price),
                    reference: Price(ticks: state.value.price), quantity: quantity,
                    leaves: .zero, notional: Money(units: notional),
                    fee: Money(units: notional / 1000), executedAt: envelope.time,
                    label: envelope.time, reportAt: envelope.time))
        }
    }
}
