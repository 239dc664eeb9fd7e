/// How the liquidity of an outcome follows from what users contributed to it.
///
/// `L(V) = Z + V` while users took more out than they put in, and above that
/// `V + max(0, Z − ⌊γ V⌋)`: never falling, with the slopes 1, 1 − γ and 1.
struct LiquidityCurve: Hashable, Sendable, Codable {
    /// How fast the subsidy shrinks, in 10⁻¹².
    let gamma: Int64
    /// The highest price, in 10⁻¹².
    let maximumPrice: Int64

    /// The liquidity of an outcome.
    ///
    /// - Parameters:
    ///   - contributed: What users contributed; may be negative, not below minus the posted.
    ///   - posted: The posted subsidy.
    /// - Returns: The liquidity.
    @inline(__always)
    func liquidity(_ contributed: Int64, posted: Int64) -> Int64 {
        if contributed <= 0 { return posted &+ contributed }
        let phasedOut = Exact.floor(rate: gamma, of: contributed)
        return phasedOut < posted ? contributed &+ (posted &- phasedOut) : contributed
    }

    /// The least liquidity that carries a supply: `supply · 10¹² ≤ pMax · L`.
    @inline(__always)
    func leastLiquidity(for supply: Int64) -> Int64 {
        Exact.ceiling(supply, Exact.one, over: maximumPrice)
    }

    /// The smallest contribution whose liquidity is at least so much.
    ///
    /// Both branches of the curve are inverted exactly, and the smaller contribution serves.
    ///
    /// - Parameters:
    ///   - liquidity: What is needed, not negative.
    ///   - posted: The posted subsidy.
    /// - Returns: The contribution.
    func leastContribution(for liquidity: Int64, posted: Int64) -> Int64 {
        if liquidity <= posted { return liquidity - posted }
        // V − ⌊γ V⌋ = ⌈(1 − γ) V⌉ ≥ n  ⇔  (1 − γ) V > n − 1
        let sloped = Exact.floor(liquidity - posted - 1, Exact.one, over: Exact.one - gamma) + 1
        return min(sloped, liquidity)
    }
}

/// The automated market maker's state of one outcome.
struct OutcomePool: Hashable, Sendable, Codable {
    /// The posted subsidy.
    let posted: Int64
    /// The supplies with which the outcome opened.
    let openingYes: Int64
    let openingNo: Int64
    /// What users contributed to the liquidity; may be negative.
    var contributed: Int64 = 0
    var yes: Int64
    var no: Int64
    /// The supply that belongs to nobody and keeps the sum of prices over an elimination.
    var virtualYes: Int64 = 0
    /// Outstanding pairs, each backed by one USDC of its own.
    var pairs: Int64 = 0
    /// What the market took of auto-fill surpluses so far.
    var seigniorage: Int64 = 0
    var isActive = true
    /// `L` of what users contributed.
    private(set) var liquidity: Int64 = 0
    /// The least liquidity that carries the larger supply.
    private(set) var leastLiquidity: Int64 = 0

    init(posted: Int64, yes: Int64, no: Int64, _ curve: LiquidityCurve) {
        self.posted = posted
        openingYes = yes
        openingNo = no
        self.yes = yes
        self.no = no
        refresh(curve)
    }

    /// The supply of YES that sets the price.
    @inline(__always)
    var effectiveYes: Int64 { yes &+ virtualYes }

    @inline(__always)
    func effective(_ token: OutcomeToken) -> Int64 { token == .yes ? effectiveYes : no }

    @inline(__always)
    func issued(_ token: OutcomeToken) -> Int64 { token == .yes ? yes : no }

    /// What is left of the posted subsidy.
    var subsidy: Int64 { liquidity - contributed }

    /// What users hold of a token.
    func held(_ token: OutcomeToken) -> Int64 {
        token == .yes ? yes - openingYes + pairs : no - openingNo + pairs
    }

    /// How far the liquidity is above what the supplies need.
    @inline(__always)
    var slack: Int64 { liquidity &- leastLiquidity }

    @inline(__always)
    mutating func contribute(_ amount: Int64, _ curve: LiquidityCurve) {
        contributed &+= amount
        liquidity = curve.liquidity(contributed, posted: posted)
    }

    @inline(__always)
    mutating func issue(_ quantity: Int64, of token: OutcomeToken, needing least: Int64) {
        if token == .yes { yes &+= quantity } else { no &+= quantity }
        leastLiquidity = least
    }

    /// Follows changes of the supplies or the contribution.
    mutating func refresh(_ curve: LiquidityCurve) {
        liquidity = curve.liquidity(contributed, posted: posted)
        leastLiquidity = curve.leastLiquidity(for: max(effectiveYes, no))
    }

    /// Nothing is left once the outcome is out.
    mutating func close() {
        contributed = 0
        (yes, no, virtualYes, pairs, seigniorage) = (0, 0, 0, 0, 0)
        (liquidity, leastLiquidity) = (0, 0)
        isActive = false
    }
}
