import Foundation
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Random bars and orders against independent means.
@Suite struct RandomBarTests {
    private struct Draw {
        var random: RandomStream

        init(_ seed: Int) { random = RandomStream(seed: UInt64(seed), component: "bars") }

        mutating func callAsFunction(_ range: ClosedRange<Int64>) -> Int64 {
            let width = UInt64(range.upperBound - range.lowerBound) + 1
            return range.lowerBound + Int64(random.next(below: width))
        }

        mutating func bar(_ hour: Int64, of instrument: UInt32 = 1) -> Bar {
            let prices = [self(80...120), self(80...120), self(80...120), self(80...120)]
            return Stage.bar(
                hour...(hour + 1), prices[0], prices.max() ?? 0, prices.min() ?? 0, prices[3],
                of: instrument)
        }

        mutating func order(_ number: Int) -> TickWalker.Entry {
            TickWalker.Entry(
                number: number, side: self(0...1) == 0 ? .buy : .sell, isStop: self(0...1) == 0,
                level: self(75...125), lots: self(1...5))
        }
    }

    private static func kind(_ entry: TickWalker.Entry) -> OrderKind {
        entry.isStop ? .stop(entry.level) : .limit(entry.level)
    }

    private static func corners(_ bar: Bar, highFirst: Bool) -> [Int64] {
        let (high, low) = (bar.high.ticks, bar.low.ticks)
        return [bar.open.ticks] + (highFirst ? [high, low] : [low, high]) + [bar.close.ticks]
    }

    @Test(arguments: [IntrabarPath.ohlc, .olhc], [0, 1, 3] as [Int64])
    func `fills are those of a walk tick by tick`(_ path: IntrabarPath, _ through: Int64) throws {
        var traded = 0
        for seed in 0..<300 {
            var draw = Draw(seed)
            var stage = try Stage(
                EngineSettings(path: path, through: through), cash: 1500, held: [6])
            var walker = TickWalker(cash: 1500, position: 6, through: through)
            for hour in 0..<4 as Range<Int64> {
                for _ in 0..<draw(0...5) {
                    let number = walker.entries.count + walker.trades.count + walker.dropped.count
                    let entry = draw.order(number)
                    walker.entries.append(entry)
                    try stage.place(entry.side, entry.lots, Self.kind(entry), at: hour)
                }
                let bar = draw.bar(hour)
                walker.walk(Self.corners(bar, highFirst: path == .ohlc))
                try stage.show(bar)
                #expect(
                    stage.fills.map {
                        TickWalker.Trade(
                            number: Int($0.order.ordinal) - 1, price: $0.price.ticks,
                            atOpen: $0.point == .open)
                    } == walker.trades, "seed \(seed)")
                #expect(stage.news.map { Int($0.order.ordinal) - 1 } == walker.dropped)
                #expect(stage.cash == walker.cash && stage.position() == walker.position)
            }
            traded += walker.trades.count
        }
        #expect(traded > 1000)
    }

    @Test func `the adverse path is the worse of both for each account`() throws {
        var different = 0
        for seed in 0..<1500 {
            var outcomes: [IntrabarPath: Stage] = [:]
            for path in [IntrabarPath.ohlc, .olhc, .adverse] {
                var draw = Draw(seed)
                let settings = EngineSettings(
                    path: path,
                    fees: .proportional(
                        ProportionalFee(fixed: Money(units: 3), rate: try Rate("0.01"))),
                    slippage: .ticks(TickSlippage(ticks: 1)))
                var stage = try Stage(settings, cash: 250, held: [3])
                for number in 0..<6 {
                    let entry = draw.order(number)
                    try stage.place(
                        entry.side, entry.lots, Self.kind(entry), at: 0,
                        reduceOnly: draw(0...1) == 0)
                }
                try stage.show(draw.bar(1))
                outcomes[path] = stage
            }
            var draw = Draw(seed)
            for number in 0..<6 {
                _ = draw.order(number)
                _ = draw(0...1)
            }
            let close = draw.bar(1).close.ticks
            let worth = { (stage: Stage) in stage.cash + stage.position() * close }
            let high = try #require(outcomes[.ohlc])
            let low = try #require(outcomes[.olhc])
            let adverse = try #require(outcomes[.adverse])
            let worse = worth(low) < worth(high) ? low : high
            #expect(adverse.fills == worse.fills && adverse.news == worse.news, "seed \(seed)")
            #expect(adverse.cash == worse.cash && adverse.position() == worse.position())
            if worth(low) != worth(high) { different += 1 }
        }
        #expect(different > 30)
    }

    @Test func `an account's fills do not depend on another's orders`() throws {
        for seed in 0..<100 {
            var draw = Draw(seed)
            var alone = try Stage(EngineSettings(), cash: 5000, held: [6])
            var together = try Stage(EngineSettings(), cash: 5000, held: [6], accounts: 2)
            for number in 0..<5 {
                let entry = draw.order(number)
                try alone.place(entry.side, entry.lots, Self.kind(entry), at: 0)
                try together.place(entry.side, entry.lots, Self.kind(entry), at: 0)
                let other = draw.order(number)
                try together.place(
                    other.side, other.lots, Self.kind(other), at: 0, account: AccountID(2))
            }
            let bar = draw.bar(1)
            try alone.show(bar)
            try together.show(bar)
            let own = together.fills.filter { $0.account == Stage.main }
            #expect(own.map(\.price) == alone.fills.map(\.price))
            #expect(own.map(\.quantity) == alone.fills.map(\.quantity))
            #expect(together.cash == alone.cash)
        }
    }

    @Test func `reflected prices and swapped sides give mirrored fills`() throws {
        for seed in 0..<200 {
            var draw = Draw(seed)
            var stage = try Stage(EngineSettings(path: .ohlc), kind: .margin)
            var mirror = try Stage(EngineSettings(path: .olhc), kind: .margin)
            for hour in 0..<4 as Range<Int64> {
                for _ in 0..<draw(0...4) {
                    let entry = draw.order(0)
                    try stage.place(entry.side, entry.lots, Self.kind(entry), at: hour)
                    let level = 1000 - entry.level
                    try mirror.place(
                        entry.side.opposite, entry.lots,
                        entry.isStop ? .stop(level) : .limit(level), at: hour)
                }
                let bar = draw.bar(hour)
                try stage.show(bar)
                try mirror.show(
                    Stage.bar(
                        hour...(hour + 1), 1000 - bar.open.ticks, 1000 - bar.low.ticks,
                        1000 - bar.high.ticks, 1000 - bar.close.ticks))
            }
            #expect(stage.fills.map(\.order) == mirror.fills.map(\.order), "seed \(seed)")
            #expect(stage.fills.map(\.price.ticks) == mirror.fills.map { 1000 - $0.price.ticks })
            #expect(stage.fills.map(\.point) == mirror.fills.map(\.point))
        }
    }

    /// Orders of all kinds with changes, on two instruments, one with longer bars.
    private static func play(
        _ seed: Int, encodingAt pause: Int64? = nil, _ check: (Bar, Stage, Int) throws -> Void
    ) throws -> Stage {
        var draw = Draw(seed)
        let settings = EngineSettings(
            fees: .proportional(ProportionalFee(rate: try Rate("0.001"))),
            slippage: .rate(RateSlippage(rate: try Rate("0.01"))))
        var stage = try Stage(
            settings, instruments: 2, cash: 20_000, kind: seed % 2 == 0 ? .cash : .margin)
        var orders: [OrderID] = []
        for hour in 0..<24 as Range<Int64> {
            var bars = [draw.bar(hour)]
            if hour % 3 == 2 {
                var long = draw.bar(hour, of: 2)
                long.start = Stage.hour(hour - 2)
                bars.append(long)
            }
            let before = stage.outputs.count
            try stage.show(bars)
            for bar in bars { try check(bar, stage, before) }
            for _ in 0..<draw(0...3) {
                let entry = draw.order(0)
                let kind: OrderKind =
                    switch draw(0...5) {
                    case 0: .market()
                    case 1: .limitTaking(Price(ticks: entry.level), .immediateOrCancel)
                    case 2:
                        .limit(
                            Price(ticks: entry.level), .goodTilDate(Stage.hour(hour + draw(1...6))))
                    default: Self.kind(entry)
                    }
                orders.append(
                    try stage.place(
                        entry.side, entry.lots, kind, at: hour + 1, of: UInt32(draw(1...2)),
                        reduceOnly: draw(0...4) == 0))
            }
            if draw(0...2) == 0, !orders.isEmpty {
                let order = orders[Int(draw(0...Int64(orders.count - 1)))]
                let amendment = OrderAmendment(quantity: Quantity(lots: draw(0...6)))
                try stage.send(
                    draw(0...1) == 0 ? .cancel(order) : .amend(order, amendment), at: hour + 1)
            }
            if hour == pause {
                let data = try JSONEncoder().encode(stage.engine)
                stage.engine = try JSONDecoder().decode(BarMarketEngine.self, from: data)
            }
        }
        return stage
    }

    @Test func `no fill leaves its bar, its limit or its order's size`() throws {
        var seen = 0
        for seed in 0..<100 {
            _ = try Self.play(seed) { bar, stage, before in
                for position in before..<stage.outputs.count {
                    guard case .fill(let fill) = stage.outputs[position],
                        fill.instrument == bar.instrument
                    else { continue }
                    seen += 1
                    #expect(fill.price >= bar.low && fill.price <= bar.high)
                    #expect(fill.slippage >= .zero && !fill.quantity.isZero)
                    #expect(fill.executedAt == (fill.point == .open ? bar.start : bar.end))
                }
            }
        }
        #expect(seen > 500)
    }

    @Test func `nothing follows the end of an order`() throws {
        for seed in 0..<100 {
            let stage = try Self.play(seed) { _, _, _ in }
            var ended: Set<OrderID> = []
            for position in stage.outputs.indices {
                switch stage.outputs[position] {
                case .fill(let fill):
                    #expect(!ended.contains(fill.order))
                    if fill.leaves.isZero { ended.insert(fill.order) }
                case .update(let update):
                    if update.change == .cancelRejected || update.change == .amendRejected {
                        continue
                    }
                    #expect(!ended.contains(update.order))
                    if update.change.isFinal { ended.insert(update.order) }
                default: Issue.record("an output of another kind")
                }
            }
            #expect(ended.count > 5)
        }
    }

    @Test func `equal inputs give equal outputs, encoded and decoded on the way or not`() throws {
        for seed in 0..<30 {
            let first = try Self.play(seed) { _, _, _ in }
            let again = try Self.play(seed, encodingAt: Int64(seed % 24)) { _, _, _ in }
            #expect(first.fills == again.fills && first.updates == again.updates)
        }
    }
}
