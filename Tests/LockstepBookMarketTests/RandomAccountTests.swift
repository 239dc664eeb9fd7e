import Foundation
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Random streams of orders, by what accounts and the market keep of them.
@Suite struct RandomAccountTests {
    private typealias Stream = RandomOrderTests.Stream

    private static func costs(_ seed: Int) throws -> EngineSettings {
        EngineSettings(
            fees: .makerTaker(MakerTakerFee(maker: try Rate("-0.002"), taker: try Rate("0.01"))),
            slippage: seed % 2 == 0
                ? .quadratic(QuadraticSlippage(k: try Rate("0.3")))
                : .share(ShareSlippage(spread: try Rate("80"), k: try Rate("200"))))
    }

    /// What the engine holds of an account is what its books say, which add up after every fill.
    @Test func `fills add up in lots, ledger and equity`() throws {
        var seen = 0
        for seed in 0..<RandomOrderTests.streams {
            var stream = Stream(seed)
            var stage = try Stage(
                Self.costs(seed), instruments: 2, cash: 1_000_000, kind: .margin)
            var books = try BooksCheck(
                accounts: 1, cash: 1_000_000,
                matching: LotMatching.allCases[seed % LotMatching.allCases.count])
            for hour in 0..<8 as Range<Int64> {
                for _ in 0..<stream.draw(0...3) {
                    try stage.place(
                        stream.side(), stream.draw(1...6), stream.kind(), at: hour,
                        of: UInt32(stream.draw(1...2)), reduceOnly: stream.draw(0...4) == 0)
                }
                var second = stream.bar(hour)
                (second.instrument, second.series) = (InstrumentID(2), SeriesID(2))
                let bars = [stream.bar(hour), second]
                let told = stage.fills.count
                try stage.show(bars)
                for fill in stage.fills[told...] {
                    try books.book(fill)
                    let bar = bars[Int(fill.instrument.rawValue) - 1]
                    #expect(fill.price >= bar.low && fill.price <= bar.high, "seed \(seed)")
                    seen += 1
                }
                try books.settle(bars)
                #expect(books.cash(1) == stage.cash, "seed \(seed)")
                #expect(books.position(1, 1) == stage.position(1), "seed \(seed)")
                #expect(books.position(1, 2) == stage.position(2), "seed \(seed)")
            }
        }
        #expect(seen > RandomOrderTests.streams)
    }

    @Test func `an instrument that nobody trades changes nothing`() throws {
        for seed in 0..<RandomOrderTests.streams {
            var (stream, same) = (Stream(seed), Stream(seed))
            var other = Stream(seed + 7_000_000)
            var alone = try Stage(Self.costs(seed), kind: .margin)
            var beside = try Stage(Self.costs(seed), instruments: 2, kind: .margin)
            for hour in 0..<6 as Range<Int64> {
                for _ in 0..<2 {
                    try alone.place(stream.side(), stream.draw(1...6), stream.kind(), at: hour)
                    try beside.place(same.side(), same.draw(1...6), same.kind(), at: hour)
                }
                var second = other.bar(hour)
                (second.instrument, second.series) = (InstrumentID(2), SeriesID(2))
                try alone.show(stream.bar(hour))
                try beside.show([same.bar(hour), second])
            }
            let isSame = alone.outputs == beside.outputs
            #expect(isSame, "seed \(seed)")
            if !isSame { return }
        }
    }

    /// Orders that no bar reaches rest apart; decoded, all are compared with the next bar again.
    @Test func `orders that rest are found again when a bar or a request comes`() throws {
        var fills = 0
        for seed in 0..<RandomOrderTests.streams / 4 {
            var stream = Stream(seed)
            var stage = try Stage(EngineSettings(), kind: .margin)
            var saved = stage
            var ids: [OrderID] = []
            for hour in 0..<20 as Range<Int64> {
                for _ in 0..<stream.draw(0...4) {
                    let action = Self.action(&stream, hour, ids)
                    ids.append(try stage.send(action, at: hour))
                    try saved.send(action, at: hour)
                }
                // Mostly a narrow bar, which reaches few of the levels.
                let price = stream.draw(95...105)
                let far = stream.draw(0...5) == 0 ? stream.draw(0...12) : 1
                let bar = Stage.bar(hour...(hour + 1), price, price + far, price - far, price)
                try stage.show(bar)
                saved.engine = try JSONDecoder().decode(
                    BarMarketEngine.self, from: JSONEncoder().encode(saved.engine))
                try saved.show(bar)
                #expect(stage.engine.workingOrders == saved.engine.workingOrders)
            }
            let isSame = stage.outputs == saved.outputs
            #expect(isSame, "seed \(seed)")
            if !isSame { return }
            fills += stage.fills.count
        }
        #expect(fills > RandomOrderTests.streams / 4)
    }

    private static func action(
        _ stream: inout Stream, _ hour: Int64, _ ids: [OrderID]
    ) -> OrderAction {
        let known = ids.isEmpty ? nil : ids[Int(stream.draw(0...Int64(ids.count) - 1))]
        let price = Price(ticks: stream.draw(85...115))
        switch (stream.draw(0...9), known) {
        case (0, let id?): return .cancel(id)
        case (1, let id?): return .amend(id, OrderAmendment(price: price))
        case (2, let id?):
            return .amend(id, OrderAmendment(quantity: Quantity(lots: stream.draw(1...9))))
        case (3, let id?) where stream.draw(0...1) == 0:
            return .place(
                OrderTerms(
                    stream.side(), Quantity(lots: 2), of: InstrumentID(1),
                    .limit(price, .goodTilCancelled), link: OrderLink(group: id)))
        case (3, _): return .cancelAll(nil)
        case (4...5, _):
            let date = Stage.hour(hour + stream.draw(1...6))
            return .place(
                OrderTerms(
                    stream.side(), Quantity(lots: stream.draw(1...5)), of: InstrumentID(1),
                    .limit(price, .goodTilDate(date))))
        case (6, _):
            return .place(
                OrderTerms(
                    stream.side(), Quantity(lots: stream.draw(1...5)), of: InstrumentID(1),
                    .stop(price, .goodTilCancelled)))
        default:
            return .place(
                OrderTerms(
                    stream.side(), Quantity(lots: stream.draw(1...5)), of: InstrumentID(1),
                    stream.draw(0...2) == 0 ? .market() : .limit(price, .goodTilCancelled)))
        }
    }
}
