@testable import LockstepBacktest
import LockstepReports
import Testing

@Suite struct RunComparisonTests {
    @Test func `runs stand in the order given and failures below`() throws {
        var second = try Sample.result(name: "second")
        second.status = .failed
        second.failure = BacktestResult.Failure(
            message: "it broke", step: nil, sequence: nil, service: nil, cause: Wisher.Broken())
        second.statistics.sharpeRatio = nil
        second.accounts.append(try Sample.account("other", end: 0))
        let comparison = RunComparison([
            .init(second), .init("missing.toml", failure: "there is no such file"),
            .init(try Sample.result(name: "first")),
        ])
        #expect(
            comparison.text == """
                Run           Status     Return  Sharpe  Drawdown  Trades   Fees  Digest
                second        failed     4.23 %       –   -3.23 %      48  24.69  abababababab
                missing.toml  not begun       –       –         –       –      –  –
                first         completed  4.23 %    0.31   -3.23 %      48  12.35  abababababab

                second: it broke
                missing.toml: there is no such file

                """)
    }
}
