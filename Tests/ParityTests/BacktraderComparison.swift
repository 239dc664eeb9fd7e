import LockstepBacktest
import LockstepModel
import Testing

/// The comparison with backtrader, by the definitions in the README of its cases.
extension ParityRun {
    /// A stretch from flat to flat.
    private struct Trip {
        let slices: [TradeBook.Trade]
        let entry: Fill
        let exit: Fill
        let gross: Double
        let fees: Double
    }

    func expectAsBacktrader() throws {
        #expect(expected.firstCallBar1Based == parity.firstCall + 1)
        try expectOrders()
        let trips = try trips()
        try #require(trips.count == expected.trades.count)
        for (place, (found, wanted)) in zip(trips, expected.trades).enumerated() {
            let what = "trade \(place + 1)"
            #expect(symbol(found.entry) == wanted.instrument, "\(what): the instrument")
            #expect(found.entry.label.description == wanted.entryTime, "\(what): the entry")
            #expect(found.exit.label.description == wanted.exitTime, "\(what): the exit")
            if found.slices.count == 1 {
                try expectPrice(found.entry, try #require(wanted.entryPrice), what)
            }
            expectMoney(found.gross, try #require(wanted.pnl), "profit of \(what)")
            expectMoney(
                found.gross - found.fees, try #require(wanted.pnlNet), "net profit of \(what)")
            expectMoney(found.fees, try #require(wanted.commission), "fees of \(what)")
        }
        try expectPositions()
        try expectEquity()
        let nets = trips.map { $0.gross - $0.fees }
        let returns = zip(equity.dropFirst(), equity).map { $0 / $1 - 1 }
        let mean = returns.reduce(0, +) / Double(returns.count)
        let deviation = Self.deviation(returns, freedom: 0)
        expectFigures([
            "equity_final": equity.last,
            "return_pct": equity.last.map { 100 * ($0 / equity[0] - 1) },
            "max_drawdown_pct": 100 * deepestFall,
            "sharpe_per_bar": deviation == 0 ? nil : mean / deviation,
            "orders_completed": Double(result.orders.filled),
            "trades": Double(trips.count),
            "win_rate_pct": nets.isEmpty
                ? nil : 100 * Double(nets.count { $0 > 0 }) / Double(nets.count),
            "best_trade": nets.max(),
            "worst_trade": nets.min(),
            "pnl_net_total": nets.reduce(0, +),
            "commission_total": amount(result.accounts[0].fees),
            "cash_final": amount(result.accounts[0].cashEnd),
        ])
        #expect(result.trades.count == expected.trades.count)
    }

    /// Every filled order, in order: whose, which side, how much, when, at what, for which fee.
    private func expectOrders() throws {
        let orders = try #require(expected.orders)
        let completed = orders.filter { $0.status == "completed" }
        try #require(result.fills.count == completed.count)
        for (place, (found, wanted)) in zip(result.fills, completed).enumerated() {
            let what = "order \(place + 1)"
            #expect(symbol(found) == wanted.instrument, "\(what): the instrument")
            #expect((found.side == .buy ? "buy" : "sell") == wanted.side, "\(what): the side")
            #expect(Double(found.quantity.lots) == wanted.size, "\(what): the size")
            #expect(found.label.description == wanted.done, "\(what): the time")
            try expectPrice(found, try #require(wanted.fillPrice), what)
            expectMoney(amount(found.fee), try #require(wanted.commission), "fee of \(what)")
        }
        // What is cancelled at the last bar ends there; at the peer it would before the next one.
        let late = result.orders.cancelled - (expected.ordersCancelled ?? 0)
        #expect(parity.rule.cancelsEachBar ? (0...2).contains(late) : late == 0)
        // Orders that work at the end are not told, nor are others than completed ones always.
        if completed.count < orders.count {
            let expired = orders.count { $0.status == "expired" }
            #expect(result.orders.expired == expired)
            let ended = completed.count + expired + result.orders.cancelled
            #expect(orders.count == ended)
        }
    }

    /// What is held at the end, at average prices.
    private func expectPositions() throws {
        let positions = try #require(expected.openPositions)
        var held: [(symbol: String, lots: Double, price: Double)] = []
        for instrument in configuration.instruments {
            var (lots, price) = (0.0, 0.0)
            for fill in result.fills where fill.instrument == instrument.id {
                let change = Double(fill.side.sign * fill.quantity.lots)
                let paid = instrument.double(of: fill.price)
                let after = lots + change
                if lots * change >= 0 {
                    price = (price * lots + paid * change) / after
                } else if lots * after < 0 {
                    price = paid
                }
                lots = after
            }
            if lots != 0 { held.append((instrument.symbol, lots, price)) }
        }
        try #require(held.count == positions.count)
        for (found, wanted) in zip(held, positions) {
            #expect(found.symbol == wanted.instrument)
            #expect(found.lots == wanted.size)
            #expect(abs(found.price - (wanted.price ?? .nan)) < 1e-9 * abs(found.price))
        }
    }

    private func trips() throws -> [Trip] {
        let open = Set(book.open.map(\.trip))
        var trips: [Trip] = []
        var seen: Set<Int> = []
        for trade in book.closed where !open.contains(trade.trip) {
            guard seen.insert(trade.trip).inserted else { continue }
            let slices = book.closed.filter { $0.trip == trade.trip }
            trips.append(
                Trip(
                    slices: slices, entry: trade.entry,
                    exit: try #require(slices.last?.exit),
                    gross: try slices.map(grossProfit).reduce(0, +),
                    fees: amount(slices.map(\.commission).reduce(0, +))))
        }
        return trips
    }
}
