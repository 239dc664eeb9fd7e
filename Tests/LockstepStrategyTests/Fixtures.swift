import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepStrategy
import Synchronization

/// What a scripted strategy was called for.
enum Call {
    case start
    case frame(Frame)
    case bar(Bar)
    case fill(Fill)
    case update(OrderUpdate)
    case reject(OrderUpdate)
    case timer(TimerID)
    case end
}

/// A part of a test that runs inside a strategy, with the lines it wrote.
///
/// A strategy is a plain value, so it knows its script by number.
final class Script: Sendable {
    typealias Body = @Sendable (Call, inout Context, Script) throws -> Void

    private static let all = Mutex<[Int: Script]>([:])
    private let lines = Mutex<[String]>([])
    let number: Int
    let body: Body

    static func make(_ body: @escaping Body) -> Script {
        all.withLock { all in
            let script = Script(number: all.count + 1, body)
            all[script.number] = script
            return script
        }
    }

    static func of(_ number: Int) -> Script? { all.withLock { $0[number] } }

    private init(number: Int, _ body: @escaping Body) {
        self.number = number
        self.body = body
    }

    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var trace: [String] { lines.withLock { $0 } }

    /// The plan of a strategy that runs the script on some instruments.
    func plan(
        _ symbols: [String] = ["AAPL"], takesFrames: Bool = false, account: UInt32 = 1,
        name: String = "scripted"
    ) throws -> StrategyPlan {
        var parameters = Scripted.Parameters()
        parameters.script = number
        parameters.symbols = symbols
        parameters.takesFrames = takesFrames
        return try StrategyPlan(
            Scripted.self, parameters, account: AccountID(account), name: name)
    }
}

struct Scripted: Strategy {
    struct Parameters: StrategyParameters {
        var script = 0
        var symbols = ["AAPL"]
        var takesFrames = false
    }

    let parameters: Parameters
    let instruments: [InstrumentID]

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
        self.instruments = try parameters.symbols.map { try instruments($0).id }
    }

    var subscriptions: Subscriptions {
        for instrument in instruments { Bars(instrument) }
    }

    private func run(_ call: Call, _ context: inout Context) throws {
        guard let script = Script.of(parameters.script) else { return }
        try script.body(call, &context, script)
    }

    mutating func onStart(_ context: inout Context) throws { try run(.start, &context) }
    mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        if parameters.takesFrames {
            try run(.frame(frame), &context)
        } else {
            for slot in frame.slots
            where slot.coverage == .traded && instruments.contains(slot.bar.instrument) {
                try onBar(slot.bar, &context)
            }
        }
    }
    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        try run(.bar(bar), &context)
    }
    mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        try run(.fill(fill), &context)
    }
    mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) throws {
        try run(.update(update), &context)
    }
    mutating func onReject(_ update: OrderUpdate, _ context: inout Context) throws {
        try run(.reject(update), &context)
    }
    mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws {
        try run(.timer(timer), &context)
    }
    mutating func onEnd(_ context: inout Context) throws { try run(.end, &context) }
}

/// Two instruments of 0.01 dollars a tick: one tick of one lot is worth 10 000 units of money.
func twoInstruments() throws -> Instruments {
    try Instruments(
        ["AAPL", "MSFT"].enumerated().map { place, symbol in
            try Instrument(
                id: InstrumentID(UInt32(place + 1)), symbol: symbol, venue: VenueID(1),
                currency: Currency("USD"), tickSize: ExactDecimal("0.01"), lot: ExactDecimal(1))
        })
}

/// Daily series of both instruments, and a weekly one of the first.
func setup(cash: [Int64] = [1_000_000_000_000], seed: UInt64 = 7) throws -> StrategySetup {
    let day = try BarInterval("1d")
    return StrategySetup(
        instruments: try twoInstruments(),
        series: [
            SeriesDescription(id: SeriesID(1), instrument: InstrumentID(1), interval: day),
            SeriesDescription(id: SeriesID(2), instrument: InstrumentID(2), interval: day),
            SeriesDescription(
                id: SeriesID(3), instrument: InstrumentID(1), interval: try BarInterval("7d")),
        ],
        cash: cash.map(Money.init(units:)), seed: seed)
}

/// A frame whose daily closes are given; nil is an absent slot.
func frame(_ time: Int64, _ first: Int64?, _ second: Int64? = nil) -> Frame {
    func slot(_ series: UInt32, _ instrument: UInt32, _ close: Int64?) -> FrameSlot {
        guard let close else { return .absent(SeriesID(series), of: InstrumentID(instrument)) }
        let price = Price(ticks: close)
        return FrameSlot(
            coverage: .traded,
            bar: Bar(
                instrument: InstrumentID(instrument), series: SeriesID(series),
                start: Timestamp(nanoseconds: time - 10), end: Timestamp(nanoseconds: time),
                label: Timestamp(nanoseconds: time - 10), open: price, high: price, low: price,
                close: price, volume: nil))
    }
    return Frame(
        time: Timestamp(nanoseconds: time),
        slots: [slot(1, 1, first), slot(2, 2, second), slot(3, 1, nil)])
}

/// What the market of a test answers to an intent.
enum Reply: Sendable {
    case update(OrderChange, leaves: Int64, OrderReason = .none, of: OrderID? = nil)
    case fill(Int64, at: Int64, leaves: Int64)
}

/// A market that answers at once, or before the strategies' turn in the next step.
actor ScriptedMarket: BusService {
    typealias Answers = @Sendable (Intent) -> (now: [Reply], later: [Reply])

    nonisolated let name = "market"
    nonisolated let executor: RunExecutor
    private let answers: Answers
    private let held = Confined<[(Intent, [Reply])]>([])

    init(on executor: RunExecutor, _ answers: @escaping Answers) {
        self.executor = executor
        self.answers = answers
    }

    func connect(_ port: BusPort) throws {
        let updates = try port.publisher(Topics.orderUpdate)
        let fills = try port.publisher(Topics.fill)
        let (answers, held) = (answers, held)
        try port.forEach(Topics.intent) { envelope in
            let (now, later) = answers(envelope.payload)
            for reply in now {
                try Self.send(reply, envelope.payload, envelope.time, updates, fills)
            }
            if !later.isEmpty { held.value.append((envelope.payload, later)) }
        }
        try port.forEach(Topics.frame) { envelope in
            for (intent, replies) in held.value {
                for reply in replies {
                    try Self.send(reply, intent, envelope.time, updates, fills)
                }
            }
            held.value.removeAll()
        }
    }

    private static func send(
        _ reply: Reply, _ intent: Intent, _ time: Timestamp,
        _ updates: Publisher<OrderUpdate>, _ fills: Publisher<Fill>
    ) throws {
        var instrument = InstrumentID(1)
        var side = Side.buy
        if case .place(let terms) = intent.action {
            (instrument, side) = (terms.instrument, terms.side)
        }
        switch reply {
        case .update(let change, let leaves, let reason, let order):
            try updates.publish(
                OrderUpdate(
                    order: order ?? intent.id, strategy: intent.strategy, account: intent.account,
                    instrument: instrument, change: change, reason: reason,
                    leaves: Quantity(lots: leaves), reportAt: time))
        case .fill(let lots, let ticks, let leaves):
            try fills.publish(
                Fill(
                    order: intent.id, strategy: intent.strategy, account: intent.account,
                    instrument: instrument, side: side, liquidity: .taker, point: .open,
                    rule: .market, price: Price(ticks: ticks), reference: Price(ticks: ticks),
                    quantity: Quantity(lots: lots), leaves: Quantity(lots: leaves),
                    notional: Money(units: ticks * lots * 10_000), executedAt: time, label: time,
                    reportAt: time))
        }
    }
}

/// Books fills on accounts.
actor ScriptedAccountant: BusService {
    nonisolated let name = "accountant"
    nonisolated let executor: RunExecutor
    private let cash: Confined<[Int64]>
    private let positions = Confined<[UInt64: Int64]>([:])

    init(on executor: RunExecutor, cash: [Int64]) {
        self.executor = executor
        self.cash = Confined(cash)
    }

    func connect(_ port: BusPort) throws {
        let bookings = try port.publisher(Topics.booking)
        let (cash, positions) = (cash, positions)
        try port.forEach(Topics.fill) { envelope in
            let fill = envelope.payload
            let account = Int(fill.account.rawValue) - 1
            let key = UInt64(fill.account.rawValue) << 32 | UInt64(fill.instrument.rawValue)
            let change = -fill.side.sign * fill.notional.units
            cash.value[account] += change
            positions.value[key, default: 0] += fill.side.sign * fill.quantity.lots
            try bookings.publish(
                Booking(
                    fill: envelope.sequence, account: fill.account, strategy: fill.strategy,
                    instrument: fill.instrument, kind: .trade, cashChange: Money(units: change),
                    cashAfter: Money(units: cash.value[account]),
                    positionAfter: SignedQuantity(lots: positions.value[key] ?? 0)))
        }
    }
}

/// Keeps what the strategies publish.
actor Listener: BusService {
    nonisolated let name = "listener"
    nonisolated let executor: RunExecutor
    private(set) var intents: [Intent] = []
    private(set) var lines: [String] = []

    init(on executor: RunExecutor) { self.executor = executor }

    func connect(_ port: BusPort) throws {
        try port.forEach(Topics.intent) { envelope in
            self.intents.append(envelope.payload)
            self.lines.append("\(envelope.step.rawValue) intent \(envelope.payload.id.ordinal)")
        }
        try port.forEach(Topics.wake) { envelope in
            self.lines.append(
                "\(envelope.step.rawValue) wake \(envelope.payload.time.nanoseconds)")
        }
        try port.forEach(Topics.note) { envelope in
            self.lines.append(
                "\(envelope.step.rawValue) note \(envelope.payload.name.rawValue) "
                    + "\(envelope.payload.value)")
        }
    }
}

/// Drives frames over the services.
actor Driver: BusService {
    nonisolated let name = "driver"
    nonisolated let executor: RunExecutor
    private var port: DriverPort?
    private let root = RootEnvelope(Topics.frame, Frame(time: .epoch, slots: []))

    init(on executor: RunExecutor) { self.executor = executor }
    func connect(_ port: BusPort) throws {}
    func join(_ bus: EventBus) throws { port = try bus.driverPort(for: self) }

    func drive(_ frames: [Frame]) throws {
        guard let port else { return }
        try port.begin(.setUp, at: .epoch)
        try port.publish(.start, to: Topics.lifecycle)
        try port.waitUntilIdle()
        try port.endStep()
        for (place, frame) in frames.enumerated() {
            try port.begin(StepNumber(UInt64(place + 1)), at: frame.time)
            root.payload = frame
            port.publish(root)
            try port.waitUntilIdle()
            try port.deliver(root, on: Topics.decide)
            if place + 1 == frames.count {
                try port.publish(.endOfFeed, to: Topics.lifecycle)
                try port.waitUntilIdle()
            }
            try port.endStep()
        }
        try port.close()
    }
}

/// What a run of strategies left behind.
struct Outcome: Sendable {
    var intents: [Intent] = []
    var lines: [String] = []
    var openOrders = 0
    var error: StrategyError?

    /// The intents' numbers and lots, purchases above zero.
    var lots: [Int64] {
        intents.compactMap { intent in
            guard case .place(let terms) = intent.action, case .quantity(let size) = terms.size
            else { return nil }
            return SignedQuantity(terms.side, size).lots
        }
    }
}

/// Runs strategies over frames on a bus of their own.
func run(
    _ plans: [StrategyPlan], _ frames: [Frame], cash: [Int64] = [1_000_000_000_000],
    seed: UInt64 = 7,
    _ answers: @escaping ScriptedMarket.Answers = { _ in ([], []) }
) throws -> Outcome {
    let loop = RunExecutor()
    return try loop.run { root in
        let bus = EventBus(on: loop)
        try await Topics.register(on: bus)
        let driver = Driver(on: loop)
        try await driver.join(bus)
        let market = ScriptedMarket(on: loop, answers)
        let accountant = ScriptedAccountant(on: loop, cash: cash)
        let runner = try StrategyRunner(plans, setup(cash: cash, seed: seed), on: loop)
        let listener = Listener(on: loop)
        try await bus.connect(market, try bus.port(for: market))
        try await bus.connect(accountant, try bus.port(for: accountant))
        try await bus.connect(runner, try bus.port(for: runner))
        try await bus.connect(listener, try bus.port(for: listener))
        var outcome = Outcome()
        do {
            try await driver.drive(frames)
        } catch BusError.serviceFailed(_, let error as StrategyError) {
            outcome.error = error
        }
        outcome.intents = await listener.intents
        outcome.lines = await listener.lines
        outcome.openOrders = await runner.openOrderCount
        return outcome
    }
}

/// Fills what is asked before the strategies' turn in the next step, at 100 ticks.
let fillsNextStep: ScriptedMarket.Answers = { intent in
    guard case .place(let terms) = intent.action, case .quantity(let size) = terms.size else {
        return ([], [])
    }
    return (
        [.update(.accepted, leaves: size.lots)], [.fill(size.lots, at: 100, leaves: 0)]
    )
}
