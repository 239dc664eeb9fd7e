import LockstepBacktest
import LockstepModel
import Testing

/// One case run by Lockstep, with what it came to in the peer's terms.
struct ParityRun {
    let parity: ParityCase
    let expected: ExpectedResult
    let configuration: BacktestConfiguration
    let result: BacktestResult
    let book: TradeBook
    /// The equity at the close of each bar of the first table, in whole currency.
    let equity: [Double]
    /// The units of the currency in one of it.
    let unitsPerWhole: Double
    /// The number of each bar by its time.
    let bars: [String: Int]

    init(_ parity: ParityCase) throws {
        self.parity = parity
        expected = try parity.expected()
        configuration = try parity.configuration(expected.config)
        result = try Backtest(configuration, recording: .inMemory).runHere()
        book = TradeBook(result.fills)
        let table = parity.tables[0]
        bars = Dictionary(
            table.labels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        unitsPerWhole = try #require(
            Double(
                "1" + String(repeating: "0", count: configuration.accounts[0].currency.decimals)))
        var values = try Self.equity(result, at: table.ends(), configuration.accounts[0])
        if parity.peer == .nautilus {
            // The peer tells the equity before the orders of the bar, of which the fee is left.
            for fill in result.fills where fill.point == .close {
                guard let bar = bars[fill.label.description] else { continue }
                values[bar] += Double(fill.fee.units) / unitsPerWhole
            }
        }
        equity = values
    }

    /// The equity at each of some times; an account that did not change has no new snapshot.
    private static func equity(
        _ result: BacktestResult, at times: [Timestamp], _ account: Account
    ) throws -> [Double] {
        var snapshots = result.equity[...]
        var current = account.startingCash
        return try times.map { time in
            while let next = snapshots.first, next.time <= time {
                current = next.snapshot.equity
                snapshots.removeFirst()
            }
            return try #require(Double(account.currency.text(of: current)))
        }
    }

    func symbol(_ fill: Fill) -> String {
        configuration.instruments[fill.instrument]?.symbol ?? "?"
    }

    /// Money in whole currency, of units that may be parts.
    func amount(_ units: Double) -> Double { units / unitsPerWhole }

    func amount(_ money: Money) -> Double { amount(Double(money.units)) }

    /// The profit of a trade before fees; a slice of a fill has its share of the worth.
    func grossProfit(_ trade: TradeBook.Trade) throws -> Double {
        let exit = try #require(trade.exit)
        let move = exit.price - trade.entry.price
        let ratio = try #require(configuration.instruments[trade.instrument]).ratio
        let units =
            Double(move) * Double(trade.lots) * Double(ratio.numerator)
            / Double(ratio.denominator)
        return amount(units)
    }

    func netProfit(_ trade: TradeBook.Trade) throws -> Double {
        try grossProfit(trade) - amount(trade.commission)
    }

    /// The price as the peer tells it: the same tick, with nothing beside the grid.
    func expectPrice(_ found: Fill, _ wanted: Double, _ what: String) throws {
        let instrument = try #require(configuration.instruments[found.instrument])
        let ticks = wanted / instrument.double(of: Price(ticks: 1))
        #expect(found.price.ticks == Int64(ticks.rounded()), "\(what): the price")
        #expect(
            abs(ticks - ticks.rounded()) < 0.01, "\(what): the peer's price is between two ticks")
    }

    /// Amounts of money agree to a millionth, far below the cent.
    func expectMoney(_ found: Double, _ wanted: Double, _ what: String) {
        #expect(abs(found - wanted) <= 1e-6, "\(what): \(found), the peer has \(wanted)")
    }

    /// Every figure of the peer is computed and met.
    func expectFigures(_ figures: [String: Double?]) {
        for (name, wanted) in expected.stats.sorted(by: { $0.key < $1.key }) {
            guard let found = figures[name] else {
                Issue.record("nothing computes \(name)")
                continue
            }
            switch (found, wanted) {
            case (nil, nil): continue
            case (let found?, let wanted?):
                #expect(
                    abs(found - wanted) <= max(1e-6, 1e-9 * abs(wanted)),
                    "\(name) is \(found), the peer has \(wanted)")
            default:
                let shown = (found.map(\.description), wanted.map(\.description))
                Issue.record("\(name) is \(shown.0 ?? "nil"), not \(shown.1 ?? "nil")")
            }
        }
    }

    /// The equity at the bars of which the peer tells it, and at the end.
    func expectEquity() throws {
        #expect(parity.tables[0].labels.count == expected.bars)
        #expect(!expected.equitySamples.isEmpty)
        for sample in expected.equitySamples {
            #expect(bars[sample.time] == sample.bar)
            expectMoney(equity[sample.bar], sample.value, "the equity at \(sample.time)")
        }
        let final = try #require(expected.stats["equity_final"] ?? nil)
        expectMoney(amount(result.accounts[0].equityEnd), final, "the final equity")
        #expect(result.accounts[0].equityStart == configuration.accounts[0].startingCash)
    }

    /// The deepest fall of the equity from its peak so far, as a fraction of the peak.
    var deepestFall: Double {
        var (peak, deepest) = (-Double.infinity, 0.0)
        for value in equity {
            peak = max(peak, value)
            deepest = max(deepest, 1 - value / peak)
        }
        return deepest
    }

    /// The line of the table that the suite prints.
    var summary: String {
        let final = (expected.stats["equity_final"] ?? nil) ?? .nan
        let ours = configuration.accounts[0].currency.text(of: result.accounts[0].equityEnd)
        return "parity \(parity.name): \(result.fills.count) fills, \(book.closed.count) trades "
            + "closed, final equity \(ours), \(expected.peer.name) \(final)"
    }
}
