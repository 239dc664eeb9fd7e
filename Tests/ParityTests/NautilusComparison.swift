import LockstepBacktest
import LockstepModel
import Testing

/// The comparison with NautilusTrader, by the definitions in the README of its cases.
extension ParityRun {
    func expectAsNautilus() throws {
        let fills = try #require(expected.fills)
        try #require(result.fills.count == fills.count)
        for (place, (found, wanted)) in zip(result.fills, fills).enumerated() {
            let what = "fill \(place + 1)"
            #expect(found.label.description == wanted.time, "\(what): the time")
            #expect((found.side == .buy ? "buy" : "sell") == wanted.side, "\(what): the side")
            #expect(Double(found.quantity.lots) == wanted.size, "\(what): the size")
            try expectPrice(found, wanted.price, what)
            expectMoney(amount(found.fee), wanted.fee, "fee of \(what)")
        }
        try #require(book.closed.count == expected.trades.count)
        for (place, (found, wanted)) in zip(book.closed, expected.trades).enumerated() {
            let what = "trade \(place + 1)"
            let exit = try #require(found.exit)
            #expect(Double(found.lots) == wanted.size, "\(what): the size")
            #expect(found.entry.label.description == wanted.entryTime, "\(what): the entry")
            #expect(exit.label.description == wanted.exitTime, "\(what): the exit")
            try expectPrice(found.entry, try #require(wanted.entryPrice), what)
            try expectPrice(exit, try #require(wanted.exitPrice), what)
            expectMoney(try grossProfit(found), try #require(wanted.pnl), "profit of \(what)")
            expectMoney(
                amount(found.commission), try #require(wanted.fees), "fees of \(what)")
            expectMoney(try netProfit(found), try #require(wanted.pnlNet), "net of \(what)")
        }
        try expectEquity()
        let nets = try book.closed.map(netProfit)
        let returns = zip(equity.dropFirst(), equity).map { $0 / $1 - 1 }
        let mean = returns.reduce(0, +) / Double(returns.count)
        let deviation = Self.deviation(returns, freedom: 0)
        let held = book.open.reduce(Int64(0)) { $0 + $1.lots }
        let balance = try equity.last.map { $0 - (try openProfit()) }
        expectFigures([
            "balance_final": balance,
            "equity_final": equity.last,
            "position_final": Double(held),
            "fills": Double(result.fills.count),
            "orders_total": Double(result.orders.intents),
            "orders_cancelled": Double(result.orders.cancelled),
            "trades": Double(nets.count),
            "win_rate_pct": nets.isEmpty
                ? nil : 100 * Double(nets.count { $0 > 0 }) / Double(nets.count),
            "fees_total": amount(result.accounts[0].fees),
            "max_drawdown_pct": 100 * deepestFall,
            "sharpe_per_bar": deviation == 0 ? nil : mean / deviation,
        ])
    }

    /// What the open trades would bring at the last close.
    private func openProfit() throws -> Double {
        let last = try #require(parity.tables[0].closes.last)
        return try book.open.map { trade in
            let instrument = try #require(configuration.instruments[trade.instrument])
            let entry = instrument.double(of: trade.entry.price)
            return (last - entry) * instrument.double(of: SignedQuantity(lots: trade.lots))
        }.reduce(0, +)
    }
}
