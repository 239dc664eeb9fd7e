import LockstepAnalytics
import Testing

@Suite struct ReturnsTests {
    @Test func `simple returns are the relative steps of equity`() throws {
        // 110 / 100 − 1 = 0.1; 99 / 110 − 1 = −0.1; 0 / 99 − 1 = −1.
        let returns = try Returns.simple(of: [100, 110, 99, 0])
        #expect(returns.count == 3)
        #expect(agrees(returns[0], 0.1) && agrees(returns[1], -0.1) && returns[2] == -1)
        #expect(try Returns.simple(of: []).isEmpty)
        #expect(try Returns.simple(of: [5]).isEmpty)
    }

    @Test func `a return from nothing is refused`() {
        #expect(throws: AnalyticsError.baseNotPositive(index: 1, equity: 0)) {
            try Returns.simple(of: [100, 0, 0])
        }
        #expect(throws: AnalyticsError.notFinite(name: "the equity", index: 1)) {
            try Returns.simple(of: [100, .nan])
        }
        #expect(throws: AnalyticsError.overflow(name: "return")) {
            try Returns.simple(of: [1e-300, 1e300])
        }
    }

    @Test func `a series refuses values and parameters it cannot compound`() {
        #expect(throws: AnalyticsError.belowTotalLoss(index: 1, value: -1.5)) {
            try Returns([0.1, -1.5], periodsPerYear: 252)
        }
        #expect(throws: AnalyticsError.notFinite(name: "the returns", index: 0)) {
            try Returns([.infinity], periodsPerYear: 252)
        }
        for bad in [0, -1, Double.nan, .infinity] {
            #expect(throws: AnalyticsError.self) { try Returns([0.1], periodsPerYear: bad) }
        }
        #expect(throws: AnalyticsError.self) {
            try Returns([0.1], periodsPerYear: 252, riskFreeRate: .nan)
        }
    }

    @Test func `an empty series has no figures but a total of zero`() throws {
        let none = try Returns([], periodsPerYear: 252)
        #expect(none.totalReturn == 0)
        #expect(none.compoundAnnualGrowthRate == nil && none.annualVolatility == nil)
        #expect(none.sharpeRatio == nil && none.sortinoRatio == nil && none.calmarRatio == nil)
        #expect(none.tailRatio == nil && none.hitRate == nil && none.downsideDeviation == nil)
        #expect(try none.valueAtRisk(tail: 0.05) == nil)
        #expect(try none.expectedShortfall(tail: 0.05) == nil)
        #expect(none.drawdown?.average == nil && none.drawdown?.depth == 0)
    }

    @Test func `one year of returns compounds to the total`() throws {
        // Two halves of a year at 10 %: 1.1² − 1 = 0.21, over exactly one year.
        let returns = try Returns([0.1, 0.1], periodsPerYear: 2)
        #expect(agrees(returns.totalReturn, 0.21))
        #expect(agrees(returns.compoundAnnualGrowthRate, 0.21))
        #expect(returns.sharpeRatio == nil, "equal returns have no spread to divide by")
    }

    @Test func `figures too large for a double are undefined, not infinite`() throws {
        let huge = try Returns([1e200, 1e200, -0.5], periodsPerYear: 252)
        #expect(huge.totalReturn == nil && huge.compoundAnnualGrowthRate == nil)
        #expect(huge.drawdown == nil && huge.calmarRatio == nil && huge.annualVolatility == nil)
        #expect(huge.skewness == nil && huge.kurtosis == nil)
    }

    @Test func `tails outside zero to one are refused`() throws {
        let returns = try Returns([0.1, -0.1], periodsPerYear: 252)
        for tail in [0, 1, -0.1, Double.nan] {
            #expect(throws: AnalyticsError.self) { try returns.valueAtRisk(tail: tail) }
            #expect(throws: AnalyticsError.self) { try returns.expectedShortfall(tail: tail) }
            #expect(throws: AnalyticsError.self) { try returns.gaussianValueAtRisk(tail: tail) }
            #expect(throws: AnalyticsError.self) {
                try returns.minimumTrackRecord(confidence: tail)
            }
        }
    }

    @Test func `a benchmark of another length is refused, and a still one has no beta`() throws {
        let returns = try Returns([0.1, -0.1], periodsPerYear: 252)
        #expect(throws: AnalyticsError.mismatchedLengths(returns: 2, benchmark: 1)) {
            try BenchmarkComparison(of: returns, with: [0.1])
        }
        let still = try BenchmarkComparison(of: returns, with: [0.01, 0.01])
        #expect(still.beta == nil && still.alpha == nil && still.correlation == nil)
        #expect(still.treynorRatio == nil && still.informationRatio != nil)
        let same = try BenchmarkComparison(of: returns, with: [0.1, -0.1])
        #expect(agrees(same.beta, 1) && same.informationRatio == nil && same.trackingError == 0)
    }

    @Test func `one trial cannot be deflated`() throws {
        #expect(try Returns.expectedMaximumSharpeRatio(ofTrials: [0.1]) == nil)
        #expect(try Returns.expectedMaximumSharpeRatio(ofTrials: []) == nil)
    }
}
