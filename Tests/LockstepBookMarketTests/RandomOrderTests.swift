import Foundation
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Random streams of orders of all kinds against the matcher that goes tick by tick.
///
/// `LOCKSTEP_ORDER_STREAMS` says how many streams; some hundred unless told.
@Suite struct RandomOrderTests {
    static var streams: Int {
        let asked = ProcessInfo.processInfo.environment["LOCKSTEP_ORDER_STREAMS"]
        return asked.flatMap { Int($0) } ?? 400
    }

    /// A stream of orders and bars, drawn from a seed.
    struct Stream {
        var random: RandomStream
        var count = 0

        init(_ seed: Int) { random = RandomStream(seed: UInt64(seed), component: "orders") }

        mutating func draw(_ range: ClosedRange<Int64>) -> Int64 {
            let width = UInt64(range.upperBound - range.lowerBound) + 1
            return range.lowerBound + Int64(random.next(below: width))
        }

        mutating func bar(_ hour: Int64) -> Bar {
            let prices = [draw(90...110), draw(90...110), draw(90...110), draw(90...110)]
            return Stage.bar(
                hour...(hour + 1), prices[0], prices.max() ?? 0, prices.min() ?? 0, prices[3],
                volume: draw(0...40))
        }

        mutating func price() -> Price { Price(ticks: draw(88...112)) }

        mutating func then() -> TakingTimeInForce? {
            switch draw(0...4) {
            case 0: .immediateOrCancel
            case 1: .fillOrKill
            default: nil
            }
        }

        mutating func kind() -> OrderKind {
            switch draw(0...11) {
            case 0: .market(then())
            case 1, 2: .limit(price())
            case 3: .limit(price(), postOnly: true)
            case 4: .limitTaking(price(), draw(0...1) == 0 ? .immediateOrCancel : .fillOrKill)
            case 5, 6: .stop(price())
            case 7: .stopLimit(stop: price(), limit: price(), then: then())
            case 8, 9: .trailingStop(.distance(ticks: draw(1...8)))
            case 10: .ifTouched(price())
            default: .ifTouched(price(), limit: price(), then: then())
            }
        }

        mutating func side() -> Side { draw(0...1) == 0 ? .buy : .sell }
    }

    /// Sends the same order to both.
    private static func place(
        _ side: Side, _ lots: Int64, _ kind: OrderKind, reduceOnly: Bool = false,
        parent: OrderID? = nil, group: OrderID? = nil, _ hour: Int64, _ stage: inout Stage,
        _ slow: inout SlowMatcher
    ) throws -> OrderID {
        let id = try stage.place(
            side, lots, kind, at: hour, reduceOnly: reduceOnly, parent: parent, group: group)
        slow.entries.append(
            SlowMatcher.Entry(
                number: Int(id.ordinal), side: side, kind: kind, lots: lots,
                reduceOnly: reduceOnly, parent: parent.map { Int($0.ordinal) },
                group: group.map { Int($0.ordinal) }, turn: slow.entries.count, hour: hour,
                released: parent == nil ? nil : 0))
        return id
    }

    private static func send(
        _ stream: inout Stream, _ hour: Int64, _ stage: inout Stage, _ slow: inout SlowMatcher
    ) throws {
        for _ in 0..<stream.draw(0...3) {
            let (side, lots) = (stream.side(), stream.draw(1...6))
            let kind = stream.kind()
            switch stream.draw(0...5) {
            case 0:
                let entry = try place(side, lots, kind, hour, &stage, &slow)
                let stop = try place(
                    side.opposite, lots,
                    stream.draw(0...1) == 0
                        ? .stop(stream.price())
                        : .trailingStop(.distance(ticks: stream.draw(1...6))), reduceOnly: true,
                    parent: entry, hour, &stage, &slow)
                _ = try place(
                    side.opposite, lots, .limit(stream.price()), reduceOnly: true, parent: entry,
                    group: stop, hour, &stage, &slow)
            case 1:
                let first = try place(side, lots, kind, hour, &stage, &slow)
                _ = try place(
                    stream.side(), stream.draw(1...6), stream.kind(), group: first, hour, &stage,
                    &slow)
            case 2:
                let first = try place(side, lots, kind, hour, &stage, &slow)
                _ = try place(
                    stream.side(), stream.draw(1...6),
                    [.limit(stream.price()), .stop(stream.price()), .market()][
                        Int(stream.draw(0...2))], parent: first, hour, &stage, &slow)
            default:
                _ = try place(
                    side, lots, kind, reduceOnly: stream.draw(0...4) == 0, hour, &stage, &slow)
            }
        }
        if stream.draw(0...3) == 0, let last = slow.entries.last?.number {
            let number = Int(stream.draw(1...Int64(last)))
            try stage.send(
                .cancel(OrderID(strategy: StrategyID(1), ordinal: UInt32(number))), at: hour)
            slow.cancel(number)
            // The cancel had a number of its own.
        }
    }

    /// What the engine told, in the words of the slow matcher.
    private static func log(_ outputs: ArraySlice<MarketOutput>) -> [String] {
        outputs.compactMap { output in
            switch output {
            case .fill(let fill):
                return "\(fill.order.ordinal) fills \(fill.quantity.lots) at \(fill.price.ticks)"
                    + "\(fill.point == .open ? " open" : "") left \(fill.leaves.lots)"
            case .update(let update):
                switch update.change {
                case .accepted, .cancelRejected: return nil
                case .triggered:
                    return "\(update.order.ordinal) triggered left \(update.leaves.lots)"
                default:
                    return "\(update.order.ordinal) \(update.change) \(update.reason) "
                        + "left \(update.leaves.lots)"
                }
            default: return "something else"
            }
        }
    }

    private static func fills(_ log: [String]) -> [String] { log.filter { $0.contains("fills") } }

    @Test(arguments: [IntrabarPath.ohlc, .olhc], [false, true])
    func `all that happens is what a walk tick by tick makes happen`(
        _ path: IntrabarPath, _ isMargin: Bool
    ) throws {
        var seen = 0
        for seed in 0..<Self.streams {
            var stream = Stream(seed)
            var rules = ExecutionRules()
            let percent: Int64? = seed % 3 == 0 ? 25 : nil
            if percent != nil { rules.participation = try Rate("0.25") }
            let through = Int64(seed % 4 == 0 ? 1 : 0)
            var stage = try Stage(
                EngineSettings(path: path, through: through, rules: rules),
                cash: isMargin ? 1_000_000_000 : 1500, kind: isMargin ? .margin : .cash,
                held: [isMargin ? 0 : 6])
            var slow = SlowMatcher(
                cash: stage.cash, position: stage.position(), highFirst: path == .ohlc)
            (slow.through, slow.percent, slow.isFree) = (through, percent, isMargin)
            for hour in 0..<6 as Range<Int64> {
                let before = stage.outputs.count
                slow.clearLog()
                try Self.send(&stream, hour, &stage, &slow)
                let bar = stream.bar(hour)
                slow.meet(bar, hour: hour)
                try stage.show(bar)
                let told = Self.log(stage.outputs[before...])
                seen += Self.fills(told).count
                #expect(Self.fills(told) == Self.fills(slow.log), "seed \(seed) hour \(hour)")
                #expect(told.sorted() == slow.log.sorted(), "seed \(seed) hour \(hour)")
                #expect(stage.cash == slow.cash && stage.position() == slow.position)
                if told.sorted() != slow.log.sorted() { return }
            }
        }
        #expect(seen > Self.streams * 2)
    }

    @Test func `the adverse path is the worse of both, with orders of all kinds`() throws {
        var different = 0
        for seed in 0..<Self.streams {
            var stages: [Stage] = []
            var close: Int64 = 0
            for path in [IntrabarPath.ohlc, .olhc, .adverse] {
                var stream = Stream(seed)
                var stage = try Stage(EngineSettings(path: path), kind: .margin)
                var slow = SlowMatcher(cash: 0, position: 0, highFirst: true)
                try Self.send(&stream, 0, &stage, &slow)
                try Self.send(&stream, 0, &stage, &slow)
                let bar = stream.bar(0)
                close = bar.close.ticks
                try stage.show(bar)
                stages.append(stage)
            }
            func worth(_ stage: Stage) -> Int64 { stage.cash + stage.position() * close }
            let worse = worth(stages[1]) < worth(stages[0]) ? stages[1] : stages[0]
            #expect(Self.log(stages[2].outputs[...]) == Self.log(worse.outputs[...]))
            #expect(stages[2].cash == worse.cash && stages[2].position() == worse.position())
            if worth(stages[0]) != worth(stages[1]) { different += 1 }
        }
        #expect(different > Self.streams / 20)
    }

    @Test func `mirrored prices give mirrored fills, whatever the orders`() throws {
        for seed in 0..<Self.streams {
            var stream = Stream(seed)
            var stage = try Stage(EngineSettings(path: .ohlc), kind: .margin)
            var mirror = try Stage(EngineSettings(path: .olhc), kind: .margin)
            for hour in 0..<4 as Range<Int64> {
                for _ in 0..<stream.draw(0...4) {
                    let (side, lots, kind) = (stream.side(), stream.draw(1...6), stream.kind())
                    try stage.place(side, lots, kind, at: hour)
                    try mirror.place(side.opposite, lots, kind.mirrored, at: hour)
                }
                let bar = stream.bar(hour)
                try stage.show(bar)
                try mirror.show(
                    Stage.bar(
                        hour...(hour + 1), 1000 - bar.open.ticks, 1000 - bar.low.ticks,
                        1000 - bar.high.ticks, 1000 - bar.close.ticks))
            }
            #expect(stage.fills.map(\.order) == mirror.fills.map(\.order), "seed \(seed)")
            #expect(stage.fills.map(\.price.ticks) == mirror.fills.map { 1000 - $0.price.ticks })
            #expect(stage.news.map(\.reason) == mirror.news.map(\.reason))
        }
    }

    @Test func `no order meets a bar that began before it arrived, nor fills beyond its terms`()
        throws
    {
        var seen = 0
        for seed in 0..<Self.streams {
            var stream = Stream(seed)
            var stage = try Stage(EngineSettings(), instruments: 2, kind: .margin)
            var arrivals: [OrderID: Timestamp] = [:]
            var asked: [OrderID: Int64] = [:]
            for hour in 0..<12 as Range<Int64> {
                for _ in 0..<stream.draw(0...2) {
                    let lots = stream.draw(1...6)
                    let id = try stage.place(
                        stream.side(), lots, stream.kind(), at: hour,
                        of: UInt32(stream.draw(1...2)))
                    arrivals[id] = Stage.hour(hour)
                    asked[id] = lots
                }
                var bars = [stream.bar(hour)]
                if hour % 3 == 2 {
                    // A bar of the second instrument that began two hours before.
                    let prices = [stream.draw(90...110), stream.draw(90...110)]
                    bars.append(
                        Stage.bar(
                            (hour - 2)...(hour + 1), prices[0], prices.max() ?? 0,
                            prices.min() ?? 0, prices[1], of: 2))
                }
                let before = stage.fills.count
                try stage.show(bars)
                for fill in stage.fills[before...] {
                    let bar = try #require(bars.first { $0.instrument == fill.instrument })
                    let arrival = try #require(arrivals[fill.order])
                    #expect(arrival <= bar.start && fill.executedAt >= arrival, "seed \(seed)")
                    #expect(fill.price >= bar.low && fill.price <= bar.high, "seed \(seed)")
                    asked[fill.order, default: 0] -= fill.quantity.lots
                    #expect(asked[fill.order] == fill.leaves.lots)
                    seen += 1
                }
            }
        }
        #expect(seen > Self.streams)
    }

    /// Places a random order, alone or with one that hangs on it.
    private static func place(
        _ stream: inout Stream, _ hour: Int64, _ scale: Int64, account: AccountID,
        _ stage: inout Stage
    ) throws {
        let (side, lots, kind) = (stream.side(), stream.draw(1...6) * scale, stream.kind())
        let first = try stage.place(side, lots, kind, at: hour, account: account)
        let (level, choice) = (stream.price(), stream.draw(0...3))
        if choice == 0 {
            try stage.place(
                side.opposite, lots, .stop(level), at: hour, reduceOnly: true, account: account,
                parent: first)
        } else if choice == 1 {
            try stage.place(
                side, lots, .limit(level), at: hour, account: account, group: first)
        }
    }

    @Test func `another account's orders change nothing, nor does the scale of all quantities`()
        throws
    {
        var rules = ExecutionRules()
        rules.participation = try Rate("0.25")
        for seed in 0..<Self.streams {
            var stream = Stream(seed)
            var (own, others) = (stream, Stream(seed + 1_000_000))
            var scaled = stream
            let settings = EngineSettings(rules: rules)
            var alone = try Stage(settings, kind: .margin)
            var together = try Stage(settings, kind: .margin, accounts: 2)
            var large = try Stage(settings, kind: .margin)
            for hour in 0..<4 as Range<Int64> {
                for _ in 0..<3 {
                    try Self.place(&stream, hour, 1, account: Stage.main, &alone)
                    try Self.place(&own, hour, 1, account: Stage.main, &together)
                    try Self.place(&others, hour, 1, account: AccountID(2), &together)
                    try Self.place(&scaled, hour, 10, account: Stage.main, &large)
                }
                var bar = stream.bar(hour)
                _ = (own.bar(hour), scaled.bar(hour))
                bar.volume = Quantity(lots: 4 * (bar.volume?.lots ?? 0))
                try alone.show(bar)
                try together.show(bar)
                bar.volume = Quantity(lots: 10 * (bar.volume?.lots ?? 0))
                try large.show(bar)
            }
            let mine = together.fills.filter { $0.account == Stage.main }
            #expect(mine.map(\.price) == alone.fills.map(\.price), "seed \(seed)")
            #expect(mine.map(\.quantity) == alone.fills.map(\.quantity), "seed \(seed)")
            #expect(together.cash == alone.cash, "seed \(seed)")
            #expect(large.fills.map(\.price) == alone.fills.map(\.price), "seed \(seed)")
            #expect(
                large.fills.map(\.quantity.lots) == alone.fills.map { 10 * $0.quantity.lots },
                "seed \(seed)")
        }
    }

    @Test func `an order that does nothing changes nothing for plain ones`() throws {
        for seed in 0..<Self.streams {
            var stream = Stream(seed)
            var plain = try Stage(EngineSettings(), cash: 3000, held: [6])
            var long = try Stage(EngineSettings(), cash: 3000, held: [6])
            // A stop-limit far away sends the whole book the long way.
            try long.place(
                .buy, 1, .stopLimit(stop: Price(ticks: 5000), limit: Price(ticks: 5000)), at: 0)
            for hour in 0..<5 as Range<Int64> {
                for _ in 0..<stream.draw(0...4) {
                    let (side, lots) = (stream.side(), stream.draw(1...6))
                    let kinds: [OrderKind] = [
                        .market(), .limit(stream.price()), .stop(stream.price()),
                        .limitTaking(stream.price(), .fillOrKill),
                    ]
                    let kind = kinds[Int(stream.draw(0...3))]
                    let reduces = stream.draw(0...3) == 0
                    try plain.place(side, lots, kind, at: hour, reduceOnly: reduces)
                    try long.place(side, lots, kind, at: hour, reduceOnly: reduces)
                }
                let bar = stream.bar(hour)
                try plain.show(bar)
                try long.show(bar)
            }
            let (own, other) = (plain.fills, long.fills)
            #expect(own.map(\.price) == other.map(\.price), "seed \(seed)")
            #expect(own.map(\.liquidity) == other.map(\.liquidity))
            #expect(own.map { $0.order.ordinal + 1 } == other.map { $0.order.ordinal })
            #expect(plain.news.map(\.reason) == long.news.map(\.reason))
            #expect(plain.cash == long.cash && plain.engine.tally == long.engine.tally)
        }
    }
}

extension OrderKind {
    /// The kind with its prices reflected at 500.
    fileprivate var mirrored: Self {
        func flip(_ price: Price) -> Price { Price(ticks: 1000 - price.ticks) }
        return switch self {
        case .limit(let price, let time, let postOnly):
            .limit(flip(price), time, postOnly: postOnly)
        case .limitTaking(let price, let time): .limitTaking(flip(price), time)
        case .stop(let price, let time): .stop(flip(price), time)
        case .stopLimit(let stop, let limit, let time, let then):
            .stopLimit(stop: flip(stop), limit: flip(limit), time, then: then)
        case .ifTouched(let price, let limit, let time, let then):
            .ifTouched(flip(price), limit: limit.map(flip), time, then: then)
        case .limitOnOpen(let price): .limitOnOpen(flip(price))
        case .limitOnClose(let price): .limitOnClose(flip(price))
        case .market, .marketOnOpen, .marketOnClose, .trailingStop: self
        }
    }
}
