import Glibc

/// The standard normal distribution.
enum NormalDistribution {
    /// The probability of a value at most `score`.
    ///
    /// By the complementary error function, which keeps its relative precision in the lower tail.
    static func probability(below score: Double) -> Double {
        0.5 * erfc(-score / 2.0.squareRoot())
    }

    /// The value not exceeded with a probability, or `nil` for one outside 0 < p < 1.
    ///
    /// P. J. Acklam's rational approximation (relative error below 1.15 · 10⁻⁹), then one step of
    /// Halley's method, the second-order form of Newton's, on the distribution function, which
    /// leaves rounding only. Probabilities above one half are mirrored, so both tails are equally
    /// precise.
    static func quantile(_ probability: Double) -> Double? {
        guard probability > 0, probability < 1 else { return nil }
        guard probability <= 0.5 else { return quantile(1 - probability).map { -$0 } }
        let start = approximateQuantile(probability)
        let error = self.probability(below: start) - probability
        let step = error * (2 * Double.pi).squareRoot() * exp(start * start / 2)
        let refined = start - step / (1 + start * step / 2)
        return refined.isFinite ? refined : start
    }

    /// Acklam's approximation for 0 < p ≤ 0.5.
    private static func approximateQuantile(_ probability: Double) -> Double {
        if probability < 0.02425 {
            let q = (-2 * log(probability)).squareRoot()
            return polynomial(tailNumerator, q) / (polynomial(tailDenominator, q) * q + 1)
        }
        let q = probability - 0.5
        let r = q * q
        return polynomial(centreNumerator, r) * q / (polynomial(centreDenominator, r) * r + 1)
    }

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }

    private static let centreNumerator = [
        -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
        1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
    ]
    private static let centreDenominator = [
        -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
        6.680131188771972e+01, -1.328068155288572e+01,
    ]
    private static let tailNumerator = [
        -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
        -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
    ]
    private static let tailDenominator = [
        7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
        3.754408661907416e+00,
    ]
}
