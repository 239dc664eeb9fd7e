import LockstepAnalytics
import Testing

@Suite struct PerformanceVectorTests {
    @Test(
        "every figure of a series agrees with the oracle",
        arguments: try VectorFile.cases("performance"))
    func figures(of vector: VectorFile.Case) throws {
        let returns = try vector.series()
        let tail = try #require(vector.params["tail"])
        let threshold = try #require(vector.params["sr_star"])
        let drawdown = try #require(returns.drawdown)
        var figures: [String: Double?] = [
            "n": Double(returns.count),
            "total_return": returns.totalReturn,
            "cagr": returns.compoundAnnualGrowthRate,
            "annual_volatility": returns.annualVolatility,
            "sharpe": returns.sharpeRatio,
            "downside_deviation": returns.downsideDeviation,
            "sortino": returns.sortinoRatio,
            "max_drawdown": drawdown.depth,
            "peak_index": drawdown.peak.map { Double($0.index) },
            "valley_index": drawdown.valley.map { Double($0.index) },
            "recovery_index": drawdown.recovery.map { Double($0.index) },
            "max_drawdown_periods": Double(drawdown.periods),
            "longest_underwater_periods": Double(drawdown.longestUnderwaterPeriods),
            "calmar": returns.calmarRatio,
            "ulcer_index": drawdown.ulcerIndex,
            "average_drawdown": drawdown.average,
        ]
        let risk: [String: Double?] = [
            "var_hist": try returns.valueAtRisk(tail: tail),
            "cvar": try returns.expectedShortfall(tail: tail),
            "var_gaussian": try returns.gaussianValueAtRisk(tail: tail),
            "var_cornish_fisher": try returns.cornishFisherValueAtRisk(tail: tail),
            "skew": returns.skewness,
            "kurtosis": returns.kurtosis,
            "skew_adjusted": returns.adjustedSkewness,
            "kurtosis_excess_adjusted": returns.adjustedExcessKurtosis,
            "psr": returns.probabilisticSharpeRatio(above: threshold),
            "min_track_record": try returns.minimumTrackRecord(above: threshold),
            "omega": returns.omegaRatio,
            "gain_to_pain": returns.gainToPainRatio,
            "tail_ratio": returns.tailRatio,
            "hit_rate": returns.hitRate,
            "best": returns.best,
            "worst": returns.worst,
        ]
        figures.merge(risk) { $1 }
        if let trials = vector.inputs.trialSharpes {
            figures["expected_max_sharpe"] = .some(
                try Returns.expectedMaximumSharpeRatio(ofTrials: trials))
            figures["dsr"] = .some(try returns.deflatedSharpeRatio(trials: trials))
        }
        if let name = vector.inputs.benchmark, let file = vector.inputs.file {
            let benchmark = try VectorFile.column(name, of: file)
            let comparison = try BenchmarkComparison(of: returns, with: benchmark)
            figures["beta"] = .some(comparison.beta)
            figures["alpha"] = .some(comparison.alpha)
            figures["alpha_geometric"] = .some(comparison.geometricAlpha)
            figures["r2"] = .some(comparison.rSquared)
            figures["correlation"] = .some(comparison.correlation)
            figures["tracking_error"] = .some(comparison.trackingError)
            figures["information_ratio"] = .some(comparison.informationRatio)
            figures["treynor"] = .some(comparison.treynorRatio)
        }
        vector.expect(figures)
    }

    @Test(
        "an equity told day by day gives the figures of its list of returns",
        arguments: try VectorFile.cases("performance"))
    func streaming(of vector: VectorFile.Case) throws {
        let returns = try vector.series()
        var daily = try DailyReturnStatistics(
            openingEquity: 1, periodsPerYear: returns.periodsPerYear,
            riskFreeRate: returns.riskFreeRate)
        var wealth = 1.0
        var ruined = false
        for (day, value) in returns.values.enumerated() {
            ruined = ruined || wealth <= 0
            wealth *= 1 + value
            // An hour of noise before the day's end must not count.
            try daily.add(equity: wealth * 1.5, at: .day(Int64(day), hour: 1))
            try daily.add(equity: wealth, at: .day(Int64(day), hour: 20))
        }
        let drawdown = try #require(returns.drawdown)
        let streamed = try #require(daily.drawdown)
        #expect(daily.periods == returns.count)
        #expect(agrees(daily.totalReturn, returns.totalReturn))
        #expect(agrees(daily.compoundAnnualGrowthRate, returns.compoundAnnualGrowthRate))
        #expect(agrees(streamed.depth, drawdown.depth))
        #expect(streamed.peak?.index == drawdown.peak?.index)
        #expect(streamed.valley?.index == drawdown.valley?.index)
        #expect(streamed.recovery?.index == drawdown.recovery?.index)
        #expect(streamed.periods == drawdown.periods)
        if ruined {
            #expect(daily.annualVolatility == nil && daily.sharpeRatio == nil)
        } else {
            #expect(agrees(daily.annualVolatility, returns.annualVolatility))
            #expect(agrees(daily.sharpeRatio, returns.sharpeRatio))
        }
    }
}

extension VectorFile.Case {
    func series() throws -> Returns {
        let values: [Double]
        if let file = inputs.file, let name = inputs.returns {
            values = try VectorFile.column(name, of: file)
        } else {
            values = try #require(inputs.values)
        }
        return try Returns(
            values, periodsPerYear: try #require(params["annualisation"]),
            riskFreeRate: try #require(params["risk_free"]))
    }
}
