import LockstepBookMarket
import LockstepMarket
import LockstepModel

/// The bar market alone: no bus, no audit log.
enum BarBenchmarks {
    /// How many instruments are traded: each has a market order for every tenth bar.
    private static let instruments = [1, 10, 500]
    /// How many limits rest where no bar comes, beside one market order for each bar.
    private static let resting = [0, 10, 10_000]

    static func name(instruments count: Int) -> String { "market/bars-\(count)" }
    static func name(resting count: Int) -> String { "market/bars-resting-\(count)" }
    /// One order that acts inside each bar, along one path and along the worse of two.
    static let oneOrder = (fixed: "market/bars-inside-ohlc", adverse: "market/bars-inside-adverse")
    /// What a bar allocates with ten thousand limits at rest.
    static let allocations = "market/bars-allocations-per-bar"

    private static let bars = 200_000

    static func run(_ suite: inout Suite) throws {
        for count in instruments where suite.wants(name(instruments: count)) {
            let steps = max(1, bars / count)
            let frames = Self.frames(steps, instruments: count)
            let commands = Self.marketOrders(steps, instruments: count)
            try suite.rate(name(instruments: count), unit: "bars", count: steps * count) {
                var engine = try Self.market(instruments: count)
                return try play(frames, commands, &engine)
            }
        }
        for count in resting where suite.wants(name(resting: count)) {
            let frames = Self.frames(bars, instruments: 1)
            let commands = Self.marketOrders(bars, instruments: 1, every: 1)
            try suite.rate(name(resting: count), unit: "bars", count: bars) {
                var engine = try Self.market(instruments: 1)
                try rest(count, frames[0], &engine)
                return try play(frames, commands, &engine)
            }
        }
        for (name, path) in [(oneOrder.fixed, IntrabarPath.ohlc), (oneOrder.adverse, .adverse)]
        where suite.wants(name) {
            let frames = Self.frames(bars, instruments: 1)
            let commands = Self.limits(frames)
            try suite.rate(name, unit: "bars", count: bars) {
                var engine = try Self.market(instruments: 1, path: path)
                return try play(frames, commands, &engine)
            }
        }
        if suite.wants(allocations), Machine.seesAllocations {
            let frames = Self.frames(20_000, instruments: 1)
            let commands = Self.marketOrders(20_000, instruments: 1, every: 1)
            var engine = try Self.market(instruments: 1)
            try rest(10_000, frames[0], &engine)
            _ = try play(Array(frames[..<10_000]), Array(commands[..<10_000]), &engine)
            let (later, asked) = (Array(frames[10_000...]), Array(commands[10_000...]))
            let found = try Machine.allocations { _ = try play(later, asked, &engine) }
            suite.addAmount(
                allocations, unit: "allocations", count: 10_000, [Double(found) / 10_000])
        }
    }

    /// Plays frames, each followed by the orders it is answered with.
    private static func play(
        _ frames: [Frame], _ commands: [[MarketCommand]], _ engine: inout BarMarketEngine
    ) throws -> Double {
        var outputs = MarketOutputs()
        let begin = Machine.now
        for step in frames.indices {
            outputs.removeAll()
            try engine.advance(frames[step], &outputs)
            for command in commands[step] {
                try engine.execute(command, at: command.arrival, &outputs)
            }
        }
        return Machine.now - begin
    }

    private static func market(
        instruments count: Int, path: IntrabarPath = .adverse
    ) throws -> BarMarketEngine {
        let usd = try Currency("USD", decimals: 2)
        let list = try (1...count).map { number in
            try Instrument(
                id: InstrumentID(UInt32(number)), symbol: "I\(number)", venue: VenueID(1),
                currency: usd, tickSize: ExactDecimal("0.01"), lot: .one)
        }
        let account = Account(
            id: AccountID(1), name: "main", currency: usd,
            startingCash: Money(units: 1_000_000_000_000_000), kind: .cash)
        return try BarMarket(settings: EngineSettings(path: path)).makeEngine(
            VenueID(1),
            in: MarketSetting(
                instruments: Instruments(list),
                primarySeries: (1...count).map { SeriesID(UInt32($0)) }, accounts: [account],
                seed: 1))
    }

    /// Lets bids rest far below all bars; the first bar has been met.
    private static func rest(
        _ count: Int, _ frame: Frame, _ engine: inout BarMarketEngine
    ) throws {
        var outputs = MarketOutputs()
        for number in 0..<count {
            let terms = OrderTerms(
                .buy, Quantity(lots: 1), of: InstrumentID(1),
                .limit(Price(ticks: 1 + Int64(number % 100)), .goodTilCancelled))
            try engine.execute(
                command(UInt32(number + 1), terms, at: .epoch, strategy: 2), at: .epoch, &outputs)
        }
        try engine.advance(frame, &outputs)
    }

    private static func command(
        _ ordinal: UInt32, _ terms: OrderTerms, at time: Timestamp, strategy: UInt32 = 1
    ) -> MarketCommand {
        let id = OrderID(strategy: StrategyID(strategy), ordinal: ordinal)
        let intent = Intent(
            id: id, strategy: StrategyID(strategy), account: AccountID(1), action: .place(terms))
        return MarketCommand(
            order: Order(
                intent: intent, intentSequence: SequenceNumber(UInt64(ordinal)), decidedAt: time),
            arrival: time)
    }

    private static func minute(_ count: Int) -> Timestamp {
        Timestamp(nanoseconds: Int64(count) * 60_000_000_000)
    }

    /// Walks around 1000 ticks, a bar of five ticks to each side in each minute.
    private static func frames(_ steps: Int, instruments count: Int) -> [Frame] {
        var random = RandomStream(seed: 3, component: "bar benchmark")
        return (0..<steps).map { step in
            let (start, end) = (minute(step), minute(step + 1))
            let slots = (1...count).map { number in
                let open = 990 + Int64(random.next(below: 20))
                let close = open - 5 + Int64(random.next(below: 11))
                return FrameSlot(
                    coverage: .traded,
                    bar: Bar(
                        instrument: InstrumentID(UInt32(number)), series: SeriesID(UInt32(number)),
                        start: start, end: end, label: start, open: Price(ticks: open),
                        high: Price(ticks: open + 5), low: Price(ticks: open - 5),
                        close: Price(ticks: close), volume: nil))
            }
            return Frame(time: end, slots: ContiguousArray(slots))
        }
    }

    /// Market orders that buy and sell in turn.
    private static func marketOrders(
        _ steps: Int, instruments count: Int, every interval: Int = 10
    ) -> [[MarketCommand]] {
        var ordinal: UInt32 = 0
        return (0..<steps).map { step in
            (0..<count).compactMap { place in
                guard (step + place) % interval == 0 else { return nil }
                ordinal += 1
                let isBuy = (step + place) / interval % 2 == 0
                let terms = OrderTerms(
                    isBuy ? .buy : .sell, Quantity(lots: 1), of: InstrumentID(UInt32(place + 1)))
                return command(ordinal, terms, at: minute(step + 1))
            }
        }
    }

    /// Limits that act inside the next bar, three ticks from its open: one buys, the next one sells.
    private static func limits(_ frames: [Frame]) -> [[MarketCommand]] {
        frames.indices.map { step in
            guard step + 1 < frames.count else { return [] }
            let open = frames[step + 1].slots[0].bar.open.ticks
            let side: Side = step % 2 == 0 ? .buy : .sell
            let terms = OrderTerms(
                side, Quantity(lots: 1), of: InstrumentID(1),
                .limit(Price(ticks: side == .buy ? open - 3 : open + 3), .goodTilCancelled))
            return [command(UInt32(step + 1), terms, at: minute(step + 1))]
        }
    }
}
