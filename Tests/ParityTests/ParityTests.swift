import LockstepBacktest
import Testing

/// Lockstep against other backtesters, trade by trade, on cases that come with their answers.
///
/// The folder of cases is named by `LOCKSTEP_PARITY`; where it is absent nothing is compared, and
/// the test that compares says so.
@Suite struct ParityTests {
    @Test(
        .enabled(if: ParityFolder.isPresent, Comment(rawValue: ParityFolder.absence)),
        arguments: ParityFolder.cases)
    func `a case agrees with its peer trade by trade`(_ parity: ParityCase) throws {
        let run = try ParityRun(parity)
        #expect(run.result.status == .completed)
        switch parity.peer {
        case .backtestingPy: try run.expectAsBacktestingPy()
        case .backtrader: try run.expectAsBacktrader()
        case .nautilus: try run.expectAsNautilus()
        }
        print(run.summary)
    }

    @Test(.enabled(if: ParityFolder.isPresent, Comment(rawValue: ParityFolder.absence)))
    func `a case is left out for a rule that is not built, and for nothing else`() {
        for (name, reading) in ParityFolder.readings {
            guard case .failure(let reason) = reading else { continue }
            #expect(reason is LeftOut)
            print("parity \(name) is left out: \(reason)")
        }
    }

    @Test func `a strategy's description is read as a whole`() throws {
        let long = "SMA(5), SMA(40) of close. Flat and fast > slow: buy 7."
        #expect(
            try StrategyRule(long + " Long and fast < slow: sell 7.")
                == .averageLong(fast: 5, slow: 40, lots: 7))
        #expect(
            try StrategyRule(long + " Long and fast < slow: close the position at market.")
                == .averageLong(fast: 5, slow: 40, lots: 7))
        #expect(
            try StrategyRule(
                "SMA(3), SMA(9) on hourly bars. Fast > slow while position <= 0: buy 4 + "
                    + "|position|. Fast < slow while position >= 0: sell 4 + |position|.")
                == .averageReverse(fast: 3, slow: 9, lots: 4))
    }

    @Test(arguments: [
        // What is sold is not what was bought.
        "SMA(5), SMA(40). Flat and fast > slow: buy 7. Long and fast < slow: sell 6.",
        // There is more to it.
        "SMA(5), SMA(40). Flat and fast > slow: buy 7. Long and fast < slow: sell 7. Stop at 9.",
        // The size is a share.
        "SMA(5), SMA(40). Flat and fast > slow: buy 0.5. Long and fast < slow: sell 0.5.",
        "",
    ])
    func `a description that is not known in full is left out`(_ text: String) {
        #expect(throws: LeftOut.self) { try StrategyRule(text) }
    }
}
