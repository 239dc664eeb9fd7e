/// The closed forms of the market maker's price, in doubles: tokens and USDC.
///
/// Each is evaluated in the order written, with products, quotients and square roots alone, which
/// give the same bits on every machine. The error is below 10⁻⁸ millionths at ordinary sizes.
struct CurveSolver {
    /// The supply that sets the price.
    let supply: Double
    let liquidity: Double
    let weights: MarketWeights

    @inline(__always)
    init(supply: Int64, liquidity: Int64, _ weights: MarketWeights) {
        self.supply = Double(supply) / 1e6
        self.liquidity = Double(liquidity) / 1e6
        self.weights = weights
    }

    /// What a quantity costs before the penalty: the positive root of
    /// `f X² + (L − f k) X − (k L + M) = 0`.
    @inline(__always)
    func buyRoot(_ quantity: Double) -> Double {
        let kept = weights.keptShare
        let price = supply / liquidity
        let k = quantity * weights.before * price + weights.kappa * quantity * quantity
        let m = quantity * weights.after * (supply + quantity)
        let b = liquidity - kept * k
        let c = k * liquidity + m
        let root = (b * b + 4 * kept * c).squareRoot()
        // Each form adds numbers of one sign, so nothing cancels.
        return b >= 0 ? 2 * c / (b + root) : (root - b) / (2 * kept)
    }

    /// The price after a purchase at its root, with the subsidy held fixed.
    @inline(__always)
    func priceAfterBuying(_ quantity: Double, for root: Double) -> Double {
        (supply + quantity) / (liquidity + weights.keptShare * root)
    }

    /// What a quantity brings before the penalty: the root of
    /// `f X² − (L + f k) X + (k L + M) = 0` that tends to zero with the quantity, or zero.
    @inline(__always)
    func sellRoot(_ quantity: Double) -> Double {
        let kept = weights.keptShare
        let price = supply / liquidity
        let k = quantity * weights.after * price - weights.kappa * quantity * quantity
        let m = quantity * weights.before * (supply - quantity)
        let b = liquidity + kept * k
        let c = k * liquidity + m
        if c <= 0 { return 0 }
        // Never negative in exact arithmetic.
        let discriminant = max(b * b - 4 * kept * c, 0)
        return 2 * c / (b + discriminant.squareRoot())
    }

    /// The price after a sale at its root, with the subsidy held fixed.
    @inline(__always)
    func priceAfterSelling(_ quantity: Double, for root: Double) -> Double {
        (supply - quantity) / (liquidity - weights.keptShare * root)
    }

    /// A number above zero to a power given in halves, by products and a square root.
    static func power(_ base: Double, halves: Int) -> Double {
        var result = halves % 2 == 1 ? base.squareRoot() : 1
        var square = base
        var rest = halves / 2
        while rest > 0 {
            if rest % 2 == 1 { result *= square }
            rest /= 2
            if rest > 0 { square *= square }
        }
        return result
    }
}

/// The quantities at which filling a resting level stops to make sense.
extension CurveSolver {
    /// How many tokens can be filled until the price reaches the level's, and until the surplus is
    /// used up; the smaller of both.
    ///
    /// Each is the first positive crossing of `p′(D) = t` and of `X(D) = t D`, so every smaller
    /// quantity qualifies.
    ///
    /// - Parameters:
    ///   - side: The side of the resting orders.
    ///   - price: The level's price `t`.
    ///   - distance: `|t L − q|`, above zero.
    /// - Returns: Tokens; infinite when neither is reached.
    @inline(__always)
    func fillBound(_ side: FillSide, at price: Double, distance: Double) -> Double {
        let (kept, kappa) = (weights.keptShare, weights.kappa)
        let (a, b) = (weights.before, weights.after)
        let p = supply / liquidity
        let square = price * kept * kappa
        let both = 4 * square * distance
        switch side {
        case .buy:
            let toPrice = Self.falling(1 - price * kept * (a * p + b * price), both, distance)
            let linear = b + kappa * liquidity + kept * price * (a * p - price)
            return min(toPrice, Self.rising(linear, both, distance, square))
        case .sell:
            let toPrice = Self.rising(
                1 - price * kept * (a * price + b * p), both, distance, square)
            let linear = a + kappa * liquidity + kept * price * (b * p - price)
            return min(toPrice, linear > 0 ? Self.falling(linear, both, distance) : .infinity)
        }
    }

    /// The smaller root of `A D² − B D + C = 0`.
    @inline(__always)
    private static func falling(_ b: Double, _ both: Double, _ c: Double) -> Double {
        let discriminant = b * b - both
        return discriminant >= 0 ? 2 * c / (b + discriminant.squareRoot()) : .infinity
    }

    /// The positive root of `A D² + B D − C = 0`.
    @inline(__always)
    private static func rising(
        _ b: Double, _ both: Double, _ c: Double, _ a: Double
    ) -> Double {
        let root = (b * b + both).squareRoot()
        if b >= 0 { return b + root > 0 ? 2 * c / (b + root) : .infinity }
        // The other form of the same root, without cancellation.
        return a > 0 ? (root - b) / (2 * a) : .infinity
    }

    /// The side of the resting orders that are filled.
    enum FillSide { case buy, sell }
}
