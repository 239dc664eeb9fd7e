import Foundation
import LockstepBacktest
import LockstepBookMarket
import LockstepBus
import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct ResultTests {
    /// Bars of one price each.
    private static func flat(_ closes: [Int64]) -> [Row] { closes.map { ($0, $0, $0, $0) } }

    private static func near(_ value: Double?, _ expected: Double) -> Bool {
        value.map { abs($0 - expected) < 1e-12 * max(1, abs(expected)) } == true
    }

    @Test func `four round trips by hand`() throws {
        // Each order is decided at a close and fills at the next open; a fill costs 1.00.
        // Long 10 from 100 to 110: 100 - 2 = 98. Long 10 from 110 to 105: -50 - 2 = -52.
        // Short 10 from 100 to 90: 100 - 2 = 98. Long 10 from 95 to 95: -2.
        let configuration = try Stage.configuration(
            [
                Stage.bars(
                    Self.flat([
                        10000, 10000, 11000, 11000, 10500, 10000, 9000, 9500, 9500, 9500,
                    ]))
            ],
            accounts: [Stage.account(kind: .margin)],
            settings: EngineSettings(
                fees: .proportional(ProportionalFee(fixed: Money(units: 1_000_000)))),
            [
                Stage.script([
                    "frame@1 buy 1 10", "frame@2 sell 1 10", "frame@3 buy 1 10",
                    "frame@4 sell 1 10", "frame@5 sell 1 10", "frame@6 buy 1 10",
                    "frame@7 buy 1 10", "frame@8 sell 1 10",
                ])
            ])
        let result = try Backtest(configuration).runHere()
        #expect(result.trades.count == 4)
        #expect(result.trades.wins == 2)
        #expect(result.trades.losses == 2)
        #expect(result.trades.winRate == 0.5)
        // 196 won, 54 lost, 142 in four.
        #expect(Self.near(result.trades.profitFactor, 196.0 / 54.0))
        #expect(result.trades.expectancy == 35.5)
        let account = try #require(result.accounts.first)
        #expect(account.cashStart == Money(units: 100_000_000_000))
        #expect(account.cashEnd == Money(units: 100_142_000_000))
        #expect(account.equityStart == account.cashStart)
        #expect(account.equityEnd == account.cashEnd)
        #expect(account.realised == Money(units: 150_000_000))
        #expect(account.unrealised == .zero)
        #expect(account.fees == Money(units: 8_000_000))
        #expect(Self.near(result.statistics.totalReturn, 0.00142))
        // Something was held at the end of steps 2, 4, 6 and 8 of ten.
        #expect(result.statistics.exposure == 0.4)
        let orders = result.orders
        let counts: [Int] = [
            orders.intents, orders.accepted, orders.filled, orders.fills, orders.open,
        ]
        #expect(counts == [8, 8, 8, 8, 0] as [Int])
        #expect(orders.rejected + orders.cancelled + orders.expired == 0)
        #expect(result.reasons.isEmpty)
    }

    @Test func `the statistics of five days by hand`() throws {
        // 100 lots for all of 10,000, bought at the second open: equity 10000, 10100, 9900, 10200,
        // 10300. Returns 0.01, -0.0198019802, 0.0303030303, 0.0098039216: mean 0.00757624291840947,
        // sample deviation 0.02063097280302878; 252 days a year.
        let rows: [Row] = [
            (10000, 10000, 10000, 10000), (10000, 10100, 10000, 10100),
            (10100, 10100, 9900, 9900), (9900, 10200, 9900, 10200), (10200, 10300, 10200, 10300),
        ]
        let result = try Backtest(
            Stage.configuration(
                [Stage.bars(rows, every: "1d")], accounts: [Stage.account(cash: 10_000)],
                [Stage.script(["frame@1 buy 1 100"])])
        ).runHere()
        let statistics = result.statistics
        #expect(Self.near(statistics.totalReturn, 0.03))
        #expect(Self.near(statistics.annualVolatility, 0.32750654005290786))
        #expect(Self.near(statistics.sharpeRatio, 5.829542259311091))
        // 1.03 to the power of 252 / 4.
        #expect(Self.near(statistics.compoundAnnualGrowthRate, 5.437913785074596))
        // From 10,100 on the second day to 9,900; recovered on the fourth.
        #expect(Self.near(statistics.maxDrawdown, -0.01980198019801982))
        #expect(statistics.maxDrawdownDays == 2)
        #expect(statistics.exposure == 0.8)
        #expect(result.trades.count == 0)
        #expect(result.trades.winRate == nil)
        #expect(result.accounts.first?.unrealised == Money(units: 300_000_000))
    }

    @Test func `every refusal is counted by its reason`() throws {
        let (_, result) = try Stage.traces(of: [
            [
                "frame@1 buy 1 0", "frame@1 buy 1 1000000", "frame@1 sell 1 1",
                "frame@1 buy 1 5000000", "frame@2 cancel 1", "frame@1 buy 1 1 limit 5000",
                "frame@2 cancel 5",
            ]
        ])
        // Strategies' orders 1 to 5 are those of step 1.
        #expect(
            result.reasons.map { "\($0.reason) \($0.count)" } == [
                "invalidQuantity 1", "insufficientFunds 2", "shortNotAllowed 1", "byStrategy 1",
                "unknownOrder 1",
            ])
        #expect(result.orders.intents == 5)
        #expect(result.orders.rejected == 4)
        #expect(result.orders.cancelled == 1)
    }

    /// Three minutes from 2024-03-01, ten lots bought with a tag, one of them sold again.
    private static func files(_ body: (String) throws -> Void) throws {
        try withScratch { directory in
            var rows = Stage.three
            rows[2] = (10200, 10200, 9900, 9900)
            let configuration = try Stage.configuration(
                [Stage.bars(rows, from: Formats.start)],
                settings: EngineSettings(
                    fees: .proportional(ProportionalFee(fixed: Money(units: 500_000)))),
                [
                    Stage.script([
                        "frame@1 buy 1 10 tag =in,or\"out", "frame@2 sell 1 1 tag -later",
                    ])
                ])
            let facts = RunFacts(program: "test", versions: [], host: "here") { 0 }
            let run = try RunDirectory.create(exactly: directory + "/run")
            _ = try Backtest(configuration).runHere(in: run, facts: facts)
            try body(run.path)
        }
    }

    @Test func `the equity of a run in a table`() throws {
        try Self.files { path in
            let text = try String(contentsOfFile: path + "/equity.csv", encoding: .utf8)
            // 100,000 - 1,010 - 0.50 = 98,989.50 and 10 lots at 102.00; then + 102 - 0.50 and 9
            // lots at 99.00: 99,982 is 0.99972502... of the peak 100,009.50.
            let drawdown = 99_982_000_000.0 / 100_009_500_000.0 - 1
            #expect(
                text == """
                    time,account,cash,equity,gross,net,drawdown
                    2024-03-01T00:01:00Z,account-1,100000.000000,100000.000000,0.000000,0.000000,0.0
                    2024-03-01T00:02:00Z,account-1,98989.500000,100009.500000,1020.000000,\
                    1020.000000,0.0
                    2024-03-01T00:03:00Z,account-1,99091.000000,99982.000000,891.000000,\
                    891.000000,\(drawdown)

                    """)
        }
    }

    @Test func `the fills of a run in a table`() throws {
        try Self.files { path in
            let text = try String(contentsOfFile: path + "/fills.csv", encoding: .utf8)
            let lines = text.split(separator: "\n")
            try #require(lines.count == 3)
            #expect(
                lines[0]
                    == "sequence,time,executed_at,label,strategy,account,order,instrument,side,"
                    + "liquidity,point,rule,quantity,price,reference,notional,fee,slippage,rebate,"
                    + "tag")
            let log = try Log(path + "/audit.lka")
            let sequences = log.records(of: "fill").map(\.sequence)
            try #require(sequences.count == 2)
            // Orders of strategy 1 are 2^32 = 4294967296 and their ordinal. Tags that look like a
            // formula have an apostrophe in front.
            #expect(
                lines[1]
                    == "\(sequences[0]),2024-03-01T00:02:00Z,2024-03-01T00:01:00Z,"
                    + "2024-03-01T00:01:00Z,script,account-1,4294967297,S1,buy,taker,open,market,"
                    + "10,101.00,101.00,1010.000000,0.500000,0.000000,0.000000,"
                    + "\"'=in,or\"\"out\"")
            #expect(
                lines[2]
                    == "\(sequences[1]),2024-03-01T00:03:00Z,2024-03-01T00:02:00Z,"
                    + "2024-03-01T00:02:00Z,script,account-1,4294967298,S1,sell,taker,open,market,"
                    + "1,102.00,102.00,102.000000,0.500000,0.000000,0.000000,'-later")
        }
    }

    @Test func `the result in JSON has every key`() throws {
        try Self.files { path in
            let bytes = try Data(contentsOf: URL(filePath: path + "/result.json"))
            let tree = try #require(
                try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
            func keys(_ name: String) -> Set<String> {
                Set((tree[name] as? [String: Any] ?? [:]).keys)
            }
            #expect(
                Set(tree.keys) == [
                    "schema", "status", "error", "digest", "name", "seed", "period", "accounts",
                    "orders", "reasons", "trades", "statistics", "counters",
                ])
            #expect(keys("period") == ["start", "end", "steps", "bars"])
            #expect(
                keys("orders") == [
                    "intents", "accepted", "rejected", "filled", "cancelled", "expired", "open",
                ])
            #expect(
                keys("trades") == [
                    "count", "wins", "losses", "win_rate", "profit_factor", "expectancy",
                ])
            #expect(
                keys("statistics") == [
                    "total_return", "cagr", "annual_volatility", "sharpe", "max_drawdown",
                    "max_drawdown_days", "exposure",
                ])
            #expect(keys("counters") == ["events", "deliveries", "bars"])
            let account = try #require((tree["accounts"] as? [[String: Any]])?.first)
            #expect(
                Set(account.keys) == [
                    "name", "currency", "cash_start", "cash_end", "equity_start", "equity_end",
                    "realized", "unrealized", "fees", "slippage", "funding", "borrow", "interest",
                    "dividends",
                ])
            #expect(tree["schema"] as? Int == 1)
            #expect(tree["status"] as? String == "completed")
            #expect(tree["error"] is NSNull)
            let period = try #require(tree["period"] as? [String: Any])
            #expect(period["start"] as? String == "2024-03-01T00:00:00Z")
            #expect(period["end"] as? String == "2024-03-01T00:03:00Z")
            #expect(period["steps"] as? Int == 3)
            // Sold one lot at 102.00 that had cost 101.00; nine at 99.00 that had cost 101.00.
            #expect(account["realized"] as? String == "1.000000")
            #expect(account["unrealized"] as? String == "-18.000000")
            #expect(account["equity_end"] as? String == "99982.000000")
            let digest = try #require(tree["digest"] as? String)
            #expect(digest.count == 64)
        }
    }
}
