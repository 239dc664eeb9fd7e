@testable import LockstepBacktest
import LockstepModel
import LockstepReports
import Testing

@Suite struct TearSheetTests {
    @Test func `a completed run fits a screen and tells every figure`() throws {
        let sheet = TearSheet(try Sample.result(), directory: "runs/by-hand-001")
        #expect(
            sheet.text == """
                by-hand · seed 1 · completed
                2000-03-10 – 2013-03-02 · 3,270 steps · 6,540 bars

                Account   Equity at start  at the end   Fees  Slippage
                main USD       100,000.00  104,231.50  12.35      0.00

                Return           4.23 %    CAGR             0.32 %    Volatility       1.11 %
                Sharpe             0.31    Max drawdown    -3.23 %    lasted       1,412 days
                Trades               48    Win rate        41.67 %    Profit factor      1.25
                Exposure        55.00 %    Fills                96    Expectancy        88.16

                Orders   intents 98 · accepted 97 · rejected 1 · filled 96 · cancelled 0
                         expired 0 · open 1
                Reasons  insufficientFunds 1

                ▁▂▃▄▅▆▇█
                equity between 0.00 and 7.00

                Digest   \(String(repeating: "ab", count: 32))
                Files    runs/by-hand-001
                         lockstep audit verify runs/by-hand-001/audit.lka
                         lockstep audit stat runs/by-hand-001/audit.lka
                         lockstep dump runs/by-hand-001/audit.lka --topic fill

                """)
    }

    @Test func `many accounts, long names and a long failure still fit`() throws {
        let long = String(repeating: "very-long-name-", count: 8)
        var result = try Sample.result(name: long)
        result.accounts = try (1...9).map { try Sample.account("\($0)" + long, end: 0) }
        result.status = .failed
        result.failure = BacktestResult.Failure(
            message: String(repeating: "this went wrong ", count: 30), step: nil, sequence: nil,
            service: nil, cause: Wisher.Broken())
        result.reasons = OrderReason.allCases.map { (reason: $0, count: 1_000_000) }
        result.orders.fills = 0
        let lines = TearSheet(result, directory: "runs/x").lines
        #expect(lines.count <= TearSheet.height)
        #expect(lines.allSatisfy { $0.count <= TearSheet.width })
        #expect(lines.contains("and 7 more accounts (result.json)"))
        #expect(lines[1].hasPrefix("FAILED: this went wrong"))
    }

    @Test func `a run without a step has dashes for what is undefined`() throws {
        let empty = BacktestResult(of: try Sample.configuration([]))
        let lines = TearSheet(empty).lines
        #expect(lines[1] == "No step was made.")
        #expect(lines.contains { $0.hasPrefix("Sharpe                –    Max drawdown") })
        #expect(lines.last == "Digest   – (no audit log was kept)")
        #expect(lines.contains("No order was filled: no strategy asked for one."))
    }

    @Test func `a failed run says so at the top`() throws {
        var parameters = Wisher.Parameters()
        parameters.fails = true
        let lines = TearSheet(try Sample.run(parameters)).lines
        #expect(lines[0] == "sample · seed 1 · failed")
        #expect(lines[1].hasPrefix("FAILED: "))
        #expect(lines[1...2].joined(separator: " ").contains("the wish was broken"))
    }

    @Test func `a cancelled run says so at the top`() throws {
        let cancellation = RunCancellation()
        cancellation.cancel()
        let result = try Sample.run(Wisher.Parameters(), cancellation: cancellation)
        #expect(
            TearSheet(result).lines[1]
                == "CANCELLED after step 0: what follows is of the part that ran.")
    }

    @Test func `a limit no bar reaches is told to have stayed open`() throws {
        // Ten lots at 0.01 while the lowest price is 99.00.
        let lines = TearSheet(try Sample.run(Wisher.Parameters())).lines
        #expect(
            lines.contains(
                "No order was filled: 1 still worked when the run ended, as no later bar met its"))
    }

    @Test func `an order the account cannot pay for is told with its reason`() throws {
        // A million lots at 101.00 are far beyond 100,000.00.
        var parameters = Wisher.Parameters()
        parameters.limit = 10_100
        parameters.lots = 1_000_000
        let lines = TearSheet(try Sample.run(parameters)).lines
        #expect(lines.contains("Reasons  insufficientFunds 1"))
        #expect(
            lines.contains(
                "No order was filled: 1 was refused, mostly for insufficientFunds (1)."))
    }
}
