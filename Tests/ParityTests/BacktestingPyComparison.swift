import Foundation
import LockstepBacktest
import LockstepModel
import Testing

/// The comparison with backtesting.py, by the definitions in the README of its cases.
extension ParityRun {
    func expectAsBacktestingPy() throws {
        #expect(expected.firstCallBar == parity.firstCall)
        try #require(book.closed.count == expected.trades.count)
        for (place, (found, wanted)) in zip(book.closed, expected.trades).enumerated() {
            let what = "trade \(place + 1)"
            try expectEntry(found, wanted, what)
            let exit = try #require(found.exit)
            #expect(bars[exit.label.description] == wanted.exitBar, "\(what): the bar of exit")
            #expect(exit.label.description == wanted.exitTime, "\(what): the time of exit")
            try expectPrice(exit, try #require(wanted.exitPrice), "the exit of \(what)")
            expectMoney(
                amount(found.commission), try #require(wanted.commission), "fees of \(what)")
            expectMoney(try netProfit(found), try #require(wanted.pnl), "profit of \(what)")
            let share = try #require(wanted.returnPct)
            #expect(abs(try 100 * tradeReturn(found) - share) < 1e-9, "return of \(what)")
        }
        let open = try #require(expected.openTrades)
        try #require(book.open.count == open.count)
        for (found, wanted) in zip(book.open, open) {
            try expectEntry(found, wanted, "the open trade")
        }
        #expect((result.orders.open == 0) == (expected.ordersPendingAtEnd == 0))
        try expectEquity()
        expectFigures(try figures())
        // Lockstep's own figures, where both define them alike.
        #expect(result.trades.count == expected.trades.count)
        if let rate = expected.stats["win_rate_pct"] ?? nil {
            #expect(abs(100 * (result.trades.winRate ?? .nan) - rate) < 1e-9)
        }
        let total = try #require(expected.stats["return_pct"] ?? nil)
        #expect(abs(100 * (result.statistics.totalReturn ?? .nan) - total) < 1e-9)
    }

    private func expectEntry(
        _ found: TradeBook.Trade, _ wanted: ExpectedResult.Trade, _ what: String
    ) throws {
        #expect(Double(found.lots) == wanted.size, "\(what): the size")
        #expect(bars[found.entry.label.description] == wanted.entryBar, "\(what): the bar of entry")
        #expect(found.entry.label.description == wanted.entryTime, "\(what): the time of entry")
        try expectPrice(found.entry, try #require(wanted.entryPrice), "the entry of \(what)")
    }

    /// The net profit over the worth at the entry.
    private func tradeReturn(_ trade: TradeBook.Trade) throws -> Double {
        let instrument = try #require(configuration.instruments[trade.instrument])
        let price = instrument.double(of: trade.entry.price)
        let lots = instrument.double(of: SignedQuantity(lots: abs(trade.lots)))
        return try netProfit(trade) / (lots * price)
    }

    private func figures() throws -> [String: Double?] {
        let profits = try book.closed.map(netProfit)
        let returns = try book.closed.map(tradeReturn)
        let gains = returns.filter { $0 > 0 }.reduce(0, +)
        let losses = -returns.filter { $0 < 0 }.reduce(0, +)
        let spread = Self.deviation(profits, freedom: 1)
        let count = Double(profits.count)
        var held = [Bool](repeating: false, count: equity.count)
        for trade in book.closed {
            let exit = try #require(trade.exit)
            let first = try #require(bars[trade.entry.label.description])
            let last = try #require(bars[exit.label.description])
            for bar in first...last { held[bar] = true }
        }
        let end = equity.last ?? .nan
        var figures: [String: Double?] = [
            "return_pct": 100 * (end / equity[0] - 1),
            "equity_final": end,
            "equity_peak": equity.max(),
            "commissions_closed_trades": amount(book.closed.map(\.commission).reduce(0, +)),
            "max_drawdown_pct": -100 * deepestFall,
            "trades": count,
            "win_rate_pct": profits.isEmpty
                ? nil : 100 * Double(profits.count { $0 > 0 }) / count,
            "best_trade_pct": returns.max().map { 100 * $0 },
            "worst_trade_pct": returns.min().map { 100 * $0 },
            "profit_factor": losses == 0 ? nil : gains / losses,
            "sqn": profits.count < 2
                ? nil : count.squareRoot() * (profits.reduce(0, +) / count) / spread,
            "exposure_pct": 100 * Double(held.count { $0 }) / Double(held.count),
        ]
        figures.merge(annualFigures()) { $1 }
        return figures
    }

    /// The figures of daily equity: the last value of each UTC day that has a bar.
    private func annualFigures() -> [String: Double?] {
        let days = parity.tables[0].labels.map { $0.prefix(10) }
        var daily: [Double] = []
        for (place, value) in equity.enumerated()
        where place + 1 == days.count || days[place] != days[place + 1] {
            daily.append(value)
        }
        let returns = zip(daily.dropFirst(), daily).map { $0 / $1 - 1 }
        let count = Double(returns.count)
        let mean = exp(returns.map { log1p($0) }.reduce(0, +) / count) - 1
        let year = parity.tables[0].weekendShare > 2.0 / 7 * 0.6 ? 365.0 : 252.0
        let growth = pow(1 + mean, year) - 1
        let variance = pow(Self.deviation(returns, freedom: 1), 2)
        let volatility =
            (pow(variance + pow(1 + mean, 2), year) - pow(1 + mean, 2 * year)).squareRoot()
        let downside =
            (returns.map { pow(min($0, 0), 2) }.reduce(0, +) / count).squareRoot()
            * year.squareRoot()
        return [
            "ann_return_pct": 100 * growth,
            "ann_volatility_pct": 100 * volatility,
            "sharpe": volatility == 0 ? nil : growth / volatility,
            "sortino": downside == 0 ? nil : growth / downside,
            "calmar": deepestFall == 0 ? nil : growth / deepestFall,
        ]
    }

    /// The standard deviation.
    static func deviation(_ values: [Double], freedom: Int) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        return (squares / Double(values.count - freedom)).squareRoot()
    }
}
