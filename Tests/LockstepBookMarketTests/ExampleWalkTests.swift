import LockstepBookMarket
import LockstepModel
import Testing

/// The worked examples of paths by a walk in single ticks, which shares no code with the engine.
///
/// The prices expected are those of the page of rules, worked out by hand. The walk is also made
/// both ways, and the worse one for the account taken, as the adverse path is defined.
@Suite struct ExampleWalkTests {
    /// An order as the walk takes it; levels are in hundredths.
    struct Ask: Sendable {
        let side: Side
        let kind: OrderKind
        var lots: Int64 = 1
        var reduceOnly = false
        var parent: Int?
        var group: Int?
    }

    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        var held: Int64 = 0
        let asks: [Ask]
        /// Bars in hundredths: open, high, low, close; the last one is the example's.
        let bars: [[Int64]]
        let highFirst: [Int64]
        let lowFirst: [Int64]
        let adverse: [Int64]

        var testDescription: String { name }
    }

    private static func stop(_ level: Int64) -> OrderKind { .stop(Price(ticks: level)) }
    private static func limit(_ level: Int64) -> OrderKind { .limit(Price(ticks: level)) }

    /// A stop at 97 and a limit at 104 of which one cancels the other.
    private static var exits: [Ask] {
        [
            Ask(side: .sell, kind: stop(9700), lots: 10, reduceOnly: true),
            Ask(side: .sell, kind: limit(10_400), lots: 10, reduceOnly: true, group: 1),
        ]
    }

    /// A bid of 99 with a stop at 97 and a target at 103.
    private static var bracket: [Ask] {
        [
            Ask(side: .buy, kind: limit(9900)),
            Ask(side: .sell, kind: stop(9700), reduceOnly: true, parent: 1, group: 2),
            Ask(side: .sell, kind: limit(10_300), reduceOnly: true, parent: 1, group: 2),
        ]
    }

    private static func stopLimit(_ stop: Int64, _ limit: Int64) -> [Ask] {
        [
            Ask(
                side: .buy,
                kind: .stopLimit(stop: Price(ticks: stop), limit: Price(ticks: limit)))
        ]
    }

    private static let examples: [Example] = [
        Example(
            name: "X2", held: 10, asks: exits, bars: [[10_000, 10_500, 9600, 10_300]],
            highFirst: [10_400], lowFirst: [9700], adverse: [9700]),
        Example(
            name: "X3", held: 10, asks: exits, bars: [[9500, 10_500, 9400, 10_300]],
            highFirst: [9500], lowFirst: [9500], adverse: [9500]),
        Example(
            name: "X4", asks: stopLimit(10_500, 10_600), bars: [[10_000, 11_000, 9900, 10_800]],
            highFirst: [10_500], lowFirst: [10_500], adverse: [10_500]),
        Example(
            name: "X5", asks: stopLimit(10_500, 10_300), bars: [[10_000, 11_000, 9900, 10_800]],
            highFirst: [10_300], lowFirst: [], adverse: []),
        // The bar before shows a best price of 100, so the level is 97.
        Example(
            name: "X6", held: 1,
            asks: [Ask(side: .sell, kind: .trailingStop(.distance(ticks: 300)))],
            bars: [[10_000, 10_000, 9900, 10_000], [10_300, 10_600, 10_100, 10_500]],
            highFirst: [10_300], lowFirst: [], adverse: [10_300]),
        Example(
            name: "X7", asks: bracket, bars: [[10_000, 10_400, 9800, 10_200]],
            highFirst: [9900], lowFirst: [9900, 10_300], adverse: [9900]),
        Example(
            name: "X8", asks: bracket, bars: [[10_000, 10_400, 9650, 10_200]],
            highFirst: [9900, 9700], lowFirst: [9900, 9700], adverse: [9900, 9700]),
        Example(
            name: "X9", asks: [Ask(side: .buy, kind: limit(9900))],
            bars: [[9800, 10_100, 9700, 10_000]],
            highFirst: [9800], lowFirst: [9800], adverse: [9800]),
    ]

    /// What the walk paid along one path, and what the account is then worth at the close.
    private static func walk(
        _ example: Example, highFirst: Bool
    ) throws -> (prices: [Int64], worth: Int64) {
        var slow = SlowMatcher(cash: 0, position: example.held, highFirst: highFirst)
        slow.isFree = true
        slow.entries = example.asks.enumerated().map { place, ask in
            SlowMatcher.Entry(
                number: place + 1, side: ask.side, kind: ask.kind, lots: ask.lots,
                reduceOnly: ask.reduceOnly, parent: ask.parent, group: ask.group,
                turn: place + 1, hour: 0, released: ask.parent == nil ? nil : 0)
        }
        for (hour, bar) in zip(Int64(0)..., example.bars) {
            slow.meet(Stage.bar(hour...(hour + 1), bar[0], bar[1], bar[2], bar[3]), hour: hour)
        }
        let close = try #require(example.bars.last?[3])
        let prices: [Int64] = slow.log.compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 4, words[1] == "fills" else { return nil }
            return Int64(words[4])
        }
        return (prices, slow.cash + slow.position * close)
    }

    @Test(arguments: examples)
    func `a walk in single ticks gets the prices worked out by hand`(_ example: Example) throws {
        let high = try Self.walk(example, highFirst: true)
        let low = try Self.walk(example, highFirst: false)
        #expect(high.prices == example.highFirst)
        #expect(low.prices == example.lowFirst)
        #expect((low.worth < high.worth ? low : high).prices == example.adverse)
    }

    @Test(arguments: examples, [IntrabarPath.ohlc, .olhc, .adverse])
    func `the engine gets them as well`(_ example: Example, _ path: IntrabarPath) throws {
        var stage = try Stage(EngineSettings(path: path), kind: .margin, held: [example.held])
        if let parent = example.asks.first, example.asks.count == 3 {
            try stage.bracket(parent.side, 1, parent.kind, stop: 9700, target: 10_300, at: 0)
        } else {
            var first: OrderID?
            for ask in example.asks {
                let id = try stage.place(
                    ask.side, ask.lots, ask.kind, at: 0, reduceOnly: ask.reduceOnly,
                    group: ask.group == nil ? nil : first)
                first = first ?? id
            }
        }
        for (hour, bar) in zip(Int64(0)..., example.bars) {
            try stage.show(Stage.bar(hour...(hour + 1), bar[0], bar[1], bar[2], bar[3]))
        }
        let expected =
            switch path {
            case .ohlc: example.highFirst
            case .olhc: example.lowFirst
            default: example.adverse
            }
        #expect(stage.fills.map(\.price.ticks) == expected)
    }
}
