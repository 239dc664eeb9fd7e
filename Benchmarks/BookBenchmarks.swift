import LockstepBookMarket
import LockstepMarket
import LockstepModel

/// The order-book market alone: no bus, no audit log.
enum BookBenchmarks {
    /// Depth and trades, with one own order in a queue on each side.
    static let messages = "market/book-messages"
    /// Own limits: each is placed, and cancelled or taken by the next one.
    static let orders = "market/book-orders"
    /// What the loop over messages allocates.
    static let allocations = "market/book-allocations-per-message"

    private static let count = 300_000

    static func run(_ suite: inout Suite) throws {
        let names = [messages, orders, allocations]
        guard names.contains(where: { suite.wants($0) }) else { return }
        let frames = Self.frames()
        try suite.rate(messages, unit: "messages", count: count) {
            var outputs = MarketOutputs()
            var engine = try Self.market(&outputs)
            let begin = Machine.now
            try play(frames[...], &engine, &outputs)
            return Machine.now - begin
        }
        let commands = Self.commands()
        try suite.rate(orders, unit: "orders", count: count) {
            var outputs = MarketOutputs()
            var engine = try Self.market(&outputs)
            let begin = Machine.now
            for command in commands {
                outputs.removeAll()
                try engine.execute(command, at: command.arrival, &outputs)
            }
            return Machine.now - begin
        }
        if suite.wants(allocations), Machine.seesAllocations {
            var outputs = MarketOutputs()
            var engine = try Self.market(&outputs)
            let half = frames.count / 2
            try play(frames[..<half], &engine, &outputs)
            let found = try Machine.allocations { try play(frames[half...], &engine, &outputs) }
            suite.addAmount(
                allocations, unit: "allocations", count: count / 2,
                [Double(found) / Double(count / 2)])
        }
    }

    private static func play(
        _ frames: ArraySlice<Frame>, _ engine: inout BookMarketEngine,
        _ outputs: inout MarketOutputs
    ) throws {
        for index in frames.indices {
            outputs.removeAll()
            try engine.advance(frames[index], &outputs)
        }
    }

    /// A market with ten levels on each side, and an own order behind the best of them.
    private static func market(_ outputs: inout MarketOutputs) throws -> BookMarketEngine {
        let usd = try Currency("USD", decimals: 2)
        let instrument = try Instrument(
            id: InstrumentID(1), symbol: "B", venue: VenueID(1), currency: usd,
            tickSize: ExactDecimal("0.01"), lot: .one)
        let account = Account(
            id: AccountID(1), name: "main", currency: usd,
            startingCash: Money(units: 1_000_000_000_000), kind: .margin)
        var settings = BookSettings()
        settings.selfTrade = .allow
        var engine = try BookMarket(settings: settings).makeEngine(
            VenueID(1),
            in: MarketSetting(
                instruments: Instruments([instrument]), primarySeries: [nil],
                accounts: [account], seed: 1))
        var levels: [BookMessage] = []
        for level in 0..<10 as Range<Int64> {
            levels.append(.level(.buy, Price(ticks: 999 - level), Quantity(lots: 500)))
            levels.append(.level(.sell, Price(ticks: 1001 + level), Quantity(lots: 500)))
        }
        let data = [MarketDatum(book: .snapshot, of: InstrumentID(1), levels)]
        try engine.advance(
            Frame(time: .epoch, slots: [], data: ContiguousArray(data)), &outputs)
        for (number, side) in [Side.buy, .sell].enumerated() {
            let price = Price(ticks: side == .buy ? 999 : 1001)
            try engine.execute(
                command(
                    UInt32(number + 1),
                    .place(
                        OrderTerms(
                            side, Quantity(lots: 1_000_000), of: InstrumentID(1),
                            .limit(price, .goodTilCancelled))), strategy: 2),
                at: .epoch, &outputs)
        }
        outputs.removeAll()
        return engine
    }

    private static func frames() -> [Frame] {
        var random = RandomStream(seed: 1, component: "book benchmark")
        return (0..<count).map { number in
            let side: Side = random.next(below: 2) == 0 ? .buy : .sell
            let depth = Int64(random.next(below: 10))
            let price = Price(ticks: side == .buy ? 999 - depth : 1001 + depth)
            let lots = Quantity(lots: 100 + Int64(random.next(below: 900)))
            let message: BookMessage =
                random.next(below: 10) == 0
                ? .trade(side.opposite, Price(ticks: side == .buy ? 999 : 1001), Quantity(lots: 5))
                : .level(side, price, lots)
            return Frame(
                time: Timestamp(nanoseconds: Int64(number) * 1000), slots: [],
                data: [MarketDatum(book: .changes, of: InstrumentID(1), [message])])
        }
    }

    /// Limits of one strategy: every third takes, the others rest and are cancelled.
    private static func commands() -> [MarketCommand] {
        var random = RandomStream(seed: 2, component: "book benchmark")
        var commands: [MarketCommand] = []
        var ordinal: UInt32 = 0
        for _ in 0..<count {
            let side: Side = random.next(below: 2) == 0 ? .buy : .sell
            let takes = random.next(below: 3) == 0
            let away = Int64(random.next(below: 8))
            let price = side == .buy ? 998 - away : 1002 + away
            ordinal += 1
            let order = OrderID(strategy: StrategyID(1), ordinal: ordinal)
            let kind: OrderKind =
                takes
                ? .limitTaking(Price(ticks: 2000 - price), .immediateOrCancel)
                : .limit(Price(ticks: price), .goodTilCancelled)
            let terms = OrderTerms(side, Quantity(lots: 1), of: InstrumentID(1), kind)
            commands.append(command(ordinal, .place(terms), strategy: 1))
            if takes { continue }
            ordinal += 1
            commands.append(command(ordinal, .cancel(order), strategy: 1))
        }
        return commands
    }

    private static func command(
        _ ordinal: UInt32, _ action: OrderAction, strategy: UInt32
    ) -> MarketCommand {
        let strategy = StrategyID(strategy)
        let intent = Intent(
            id: OrderID(strategy: strategy, ordinal: ordinal), strategy: strategy,
            account: AccountID(1), action: action)
        let order = Order(
            intent: intent, intentSequence: SequenceNumber(UInt64(ordinal)), decidedAt: .epoch)
        return MarketCommand(order: order, arrival: .epoch)
    }
}
