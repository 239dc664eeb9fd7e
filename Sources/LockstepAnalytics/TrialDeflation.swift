import Glibc

extension Returns {
    /// The probability that the true Sharpe ratio exceeds a threshold.
    ///
    /// Φ[(SR − SR*)√(n − 1) / √(1 − S·SR + (K − 1)/4·SR²)] with the skewness S and kurtosis K of
    /// the returns. Source: D. H. Bailey and M. López de Prado, "The Sharpe Ratio Efficient
    /// Frontier", Journal of Risk 15(2), 2012.
    ///
    /// - Parameter threshold: SR*, a Sharpe ratio per period, not annualised.
    /// - Returns: A probability; `nil` where the Sharpe ratio is undefined.
    public func probabilisticSharpeRatio(above threshold: Double = 0) -> Double? {
        guard let sharpe = sharpeRatioPerPeriod, let variance = sharpeVariance(at: sharpe) else {
            return nil
        }
        let score = (sharpe - threshold) * Double(count - 1).squareRoot() / variance.squareRoot()
        return NormalDistribution.probability(below: score).ifFinite
    }

    /// The number of periods after which the Sharpe ratio would be trusted to exceed a threshold.
    ///
    /// 1 + (1 − S·SR + (K − 1)/4·SR²)(z / (SR − SR*))². Source: as for
    /// ``probabilisticSharpeRatio(above:)``.
    ///
    /// - Parameters:
    ///   - threshold: SR*, a Sharpe ratio per period, not annualised.
    ///   - confidence: The probability asked for, between 0 and 1.
    /// - Returns: A number of periods; `nil` where the Sharpe ratio is undefined or not above the
    ///   threshold.
    /// - Throws: ``AnalyticsError/outOfRange(parameter:value:allowed:)``.
    public func minimumTrackRecord(
        above threshold: Double = 0, confidence: Double = 0.95
    ) throws(AnalyticsError) -> Double? {
        guard let score = NormalDistribution.quantile(confidence) else {
            throw .outOfRange(
                parameter: "confidence", value: confidence,
                allowed: "a probability between 0 and 1, such as 0.95")
        }
        guard let sharpe = sharpeRatioPerPeriod, sharpe > threshold,
            let variance = sharpeVariance(at: sharpe)
        else { return nil }
        let ratio = score / (sharpe - threshold)
        return (1 + variance * ratio * ratio).ifFinite
    }

    /// The Sharpe ratio that the best of several worthless trials is expected to show.
    ///
    /// √V[(1 − γ)Φ⁻¹(1 − 1/N) + γΦ⁻¹(1 − 1/(Ne))] with the variance V (n − 1) of the trials' ratios
    /// and the Euler–Mascheroni constant γ. Source: D. H. Bailey and M. López de Prado, "The
    /// Deflated Sharpe Ratio", Journal of Portfolio Management 40(5), 2014.
    ///
    /// - Parameter trials: The Sharpe ratio per period of every trial made, poor ones included.
    /// - Returns: A Sharpe ratio per period; `nil` for less than two trials.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)``.
    public static func expectedMaximumSharpeRatio(
        ofTrials trials: [Double]
    ) throws(AnalyticsError) -> Double? {
        if let index = trials.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(name: "the trials", index: index)
        }
        let number = Double(trials.count)
        guard let deviation = Moments(trials).sampleDeviation,
            let inner = NormalDistribution.quantile(1 - 1 / number),
            let outer = NormalDistribution.quantile(1 - 1 / (number * exp(1)))
        else { return nil }
        let gamma = 0.5772156649015329
        return (deviation * ((1 - gamma) * inner + gamma * outer)).ifFinite
    }

    /// The probability that the true Sharpe ratio exceeds what luck among the trials explains.
    ///
    /// The probabilistic Sharpe ratio above the expected maximum of the trials; sources as there.
    ///
    /// - Parameter trials: The Sharpe ratio per period of every trial made, poor ones included.
    /// - Returns: A probability; `nil` for less than two trials or an undefined Sharpe ratio.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)``.
    public func deflatedSharpeRatio(
        trials: [Double]
    ) throws(AnalyticsError) -> Double? {
        try Self.expectedMaximumSharpeRatio(ofTrials: trials)
            .flatMap { probabilisticSharpeRatio(above: $0) }
    }

    /// The variance of an estimated Sharpe ratio times n − 1, where it is above zero.
    private func sharpeVariance(at sharpe: Double) -> Double? {
        guard let skewness, let kurtosis else { return nil }
        let variance = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe
        return variance > 0 ? variance.ifFinite : nil
    }
}
