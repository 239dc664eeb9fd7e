import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepStrategy
import Synchronization
import Testing

/// Whole runs at an order-book market.
@Suite struct BookMarketRunTests {
    /// A strategy whose acts and news are told with their times.
    struct Acting: Strategy {
        struct Parameters: StrategyParameters {}

        /// What the only run of it wrote down.
        static let diary = Mutex<[String]>([])
        private var order: OrderHandle?

        init(_ parameters: Parameters, _ instruments: Instruments) throws {}

        var subscriptions: Subscriptions { Book(InstrumentID(1)) }

        private func tell(_ what: String, _ context: borrowing Context) {
            let time = context.now.nanoseconds / 1_000_000
            Self.diary.withLock { $0.append("\(time) \(what)") }
        }

        mutating func onFrame(_ frame: Frame, _ context: inout Context) {
            if !frame.data.isEmpty { tell("sees the book's data", context) }
        }

        mutating func onBook(_ top: BookTop, _ context: inout Context) {
            let seen = top.time.nanoseconds / 1_000_000
            tell("book of \(seen), position \(context.position(InstrumentID(1)).lots)", context)
            if seen == 0 {
                order = context.submit(
                    OrderTerms(
                        .buy, Quantity(lots: 1), of: InstrumentID(1),
                        .limit(Price(ticks: 100), .goodTilCancelled)))
            }
            if seen == 10, let order { context.cancel(order) }
        }

        mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) {
            tell("\(update.change)", context)
        }

        mutating func onReject(_ update: OrderUpdate, _ context: inout Context) {
            tell("\(update.change) \(update.reason)", context)
        }

        mutating func onFill(_ fill: Fill, _ context: inout Context) {
            tell(
                "fill of \(fill.executedAt.nanoseconds / 1_000_000), "
                    + "position \(context.position(InstrumentID(1)).lots)", context)
        }
    }

    static func configuration(
        _ rows: [(time: Int64, messages: [BookMessage])], _ strategies: [StrategyPlan],
        _ settings: BookSettings = BookSettings(), kind: AccountKind = .margin
    ) throws -> BacktestConfiguration {
        var configuration = BacktestConfiguration(
            name: "book", venues: [.init("sim", BookMarket(settings: settings))],
            instruments: try Instruments([Sample.instrument(1, "B")]), data: [],
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: try Currency("USD"),
                    startingCash: Money(units: 100_000_000), kind: kind)
            ], strategies: strategies)
        configuration.feeds = [
            DatumFeed(
                rows.map { row in
                    DatedDatum(
                        time: Timestamp(nanoseconds: row.time * 1_000_000),
                        datum: MarketDatum(book: .changes, of: InstrumentID(1), row.messages))
                })
        ]
        return configuration
    }

    static func level(_ side: Side, _ ticks: Int64, _ lots: Int64) -> BookMessage {
        .level(side, Price(ticks: ticks), Quantity(lots: lots))
    }

    // X12: order latency 5, response 3 ms; here strategies also hear of the book 2 ms late.
    @Test func `a strategy hears of its fill only when the answer arrives`() throws {
        var settings = BookSettings()
        settings.latency = Latency(
            order: .constant(5_000_000), response: .constant(3_000_000),
            feed: .constant(2_000_000))
        let plan = try StrategyPlan(
            Acting.self, name: "acting")
        let rows: [(time: Int64, messages: [BookMessage])] = [
            (0, [Self.level(.buy, 99, 1), Self.level(.sell, 105, 1)]),
            (10, [Self.level(.buy, 99, 2)]),
            (14, [.trade(.sell, Price(ticks: 100), Quantity(lots: 1))]),
            (30, [Self.level(.buy, 99, 3)]),
            (40, [Self.level(.buy, 99, 4)]),
        ]
        let result = try Backtest(Self.configuration(rows, [plan], settings)).runHere()
        // Placed at 2, arrives at 7, acknowledged at 10. Cancelled at 12 on the book of 10, which
        // arrives at 17, is answered at 20; the fill of 14 is heard at 17.
        #expect(
            Acting.diary.withLock { $0 } == [
                "2 book of 0, position 0", "10 accepted", "12 book of 10, position 0",
                "16 book of 14, position 0", "17 fill of 14, position 1",
                "20 cancelRejected alreadyFilled", "32 book of 30, position 1",
            ])
        #expect(result.orders.filled == 1)
    }

    /// Cash 100, bought 1 at 1.05; the middle of 0.99 and 1.05 is 1.02, of 1.03 and 1.09 1.06.
    @Test func `holdings are marked at the middle of the book`() throws {
        struct Buying: Strategy {
            struct Parameters: StrategyParameters {}
            private var hasBought = false
            init(_ parameters: Parameters, _ instruments: Instruments) throws {}
            var subscriptions: Subscriptions { Book(InstrumentID(1)) }
            mutating func onBook(_ top: BookTop, _ context: inout Context) {
                if !hasBought { context.target(SignedQuantity(lots: 1), InstrumentID(1)) }
                hasBought = true
                let price = context.lastPrice(InstrumentID(1))
                context.note("last", Double(price?.ticks ?? 0))
            }
        }
        let plan = try StrategyPlan(
            Buying.self, name: "buying")
        for kind in AccountKind.allCases {
            let configuration = try Self.configuration(
                [
                    (0, [Self.level(.buy, 99, 1), Self.level(.sell, 105, 1)]),
                    (
                        1,
                        [
                            Self.level(.buy, 99, 0), Self.level(.buy, 103, 1),
                            Self.level(.sell, 105, 0), Self.level(.sell, 109, 1),
                        ]
                    ),
                ], [plan], kind: kind)
            let result = try Backtest(configuration, recording: .inMemory).runHere()
            #expect(result.orders.filled == 1)
            let equity = result.equity.map(\.snapshot.equity.units)
            #expect(equity.suffix(2) == [99_970_000, 100_010_000])
        }
    }

    // 3 bought at 105; the switch cancels the bid at 90 and sells what the book takes: 2 at 99 in the
    // step of the halt, the third when another lot is bid for.
    @Test func `the kill switch cancels and closes in a book, step by step`() throws {
        struct Halting: Strategy {
            struct Parameters: StrategyParameters {}
            private var frames = 0
            init(_ parameters: Parameters, _ instruments: Instruments) throws {}
            var subscriptions: Subscriptions { Book(InstrumentID(1)) }
            mutating func onFrame(_ frame: Frame, _ context: inout Context) {
                frames += 1
                let first = InstrumentID(1)
                if frames == 1 {
                    context.submit(
                        OrderTerms(
                            .buy, Quantity(lots: 1), of: first,
                            .limit(Price(ticks: 90), .goodTilCancelled)))
                    context.submit(OrderTerms(.buy, Quantity(lots: 3), of: first))
                }
                if frames == 2 { context.halt(flatten: true, first) }
                if frames > 2 {
                    context.note("halted", context.haltReason(first) == .killed ? 1 : 0)
                    context.submit(OrderTerms(.buy, Quantity(lots: 1), of: first))
                }
            }
        }
        let rows: [(time: Int64, messages: [BookMessage])] = [
            (0, [Self.level(.buy, 99, 2), Self.level(.sell, 105, 5)]),
            (1, [Self.level(.sell, 105, 4)]), (2, [Self.level(.sell, 105, 5)]),
            (3, [Self.level(.buy, 98, 1)]), (4, [Self.level(.sell, 105, 6)]),
        ]
        for kind in AccountKind.allCases {
            let configuration = try Self.configuration(
                rows, [StrategyPlan(Halting.self, name: "halting")], kind: kind)
            let result = try Backtest(configuration, recording: .inMemory).runHere()
            let fills = result.fills.map { [$0.side.sign * $0.quantity.lots, $0.price.ticks] }
            #expect(fills == [[3, 105], [-2, 99], [-1, 98]])
            #expect(result.fills.map(\.order.isOfHouse) == [false, true, true])
            #expect(result.orders.rejected == 3)
            #expect(result.halts.count == 1)
        }
    }

    @Test func `equal runs have equal digests, with delays and without`() throws {
        var settings = BookSettings()
        settings.latency = Latency(
            order: .random(least: 0, greatest: 3_000_000),
            response: .random(least: 0, greatest: 3_000_000), feed: .constant(1_000_000))
        var parameters = TopQuoter.Parameters()
        parameters.symbol = "B"
        let plan = try StrategyPlan(
            TopQuoter.self, parameters, name: "quoter")
        var random = RandomStream(seed: 7, component: "rows")
        var rows: [(time: Int64, messages: [BookMessage])] = []
        for time in 0..<400 as Range<Int64> {
            let middle = 200 + Int64(random.next(below: 6))
            let side: Side = random.next(below: 2) == 0 ? .buy : .sell
            rows.append(
                (
                    time,
                    random.next(below: 3) == 0
                        ? [
                            .trade(
                                side, Price(ticks: side == .buy ? middle + 6 : middle - 6),
                                Quantity(lots: 5))
                        ]
                        : [
                            Self.level(
                                side, side == .buy ? middle - 6 : middle + 6,
                                Int64(random.next(below: 9)))
                        ]
                ))
        }
        var digests: Set<String> = []
        for settings in [settings, settings, BookSettings()] {
            let result = try Backtest(Self.configuration(rows, [plan], settings)).runHere()
            digests.insert("\(try #require(result.digest))")
            #expect(result.orders.filled > 0)
        }
        #expect(digests.count == 2)
    }
}
