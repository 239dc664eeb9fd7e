/// A weight that moves linearly between two values, in 10⁻¹².
package struct WeightSchedule: Hashable, Sendable, Codable {
    /// At the start.
    package var start: Int64
    /// At the end.
    package var end: Int64

    package init(_ start: Int64, _ end: Int64) {
        self.start = start
        self.end = end
    }

    /// A weight that does not move.
    package init(_ value: Int64) { self.init(value, value) }

    /// The weight after a part of a span, cut toward zero; both times at least zero, in one unit.
    func value(at elapsed: Int64, of span: Int64) -> Int64 {
        if span <= 0 || elapsed >= span { return end }
        let change = (Int128(end) - Int128(start)) * Int128(max(elapsed, 0)) / Int128(span)
        return Int64(Int128(start) + change)
    }
}

/// Which time moves the weights.
package enum WeightClock: String, Hashable, Sendable, Codable {
    /// The time since the market's start.
    case `continue`
    /// The time since the round's start.
    case reset
}

/// The supplies with which every outcome opens; they belong to nobody.
package enum MarketOpening: Hashable, Sendable, Codable {
    /// Supplies in millionths of a token; nil is half of the outcome's posted subsidy.
    case supplies(yes: Int64?, no: Int64?)
    /// YES at 1/N and NO at 1 − 1/N of the outcome's posted subsidy, so that no set is cheap.
    case coherent
}

/// The constants of an outcome market.
///
/// Money and tokens are in millionths, rates and prices in 10⁻¹², times in nanoseconds. The
/// initialiser of the engine checks the ranges.
package struct OutcomeMarketParameters: Hashable, Sendable, Codable {
    /// How many outcomes: 2 to 64.
    package var outcomes: Int
    /// The posted subsidy of all outcomes together.
    package var subsidy: Int64 = 10_000_000_000
    /// How fast the subsidy shrinks as users' money comes in.
    package var gamma: Int64 = 100_000_000
    package var opening: MarketOpening = .supplies(yes: nil, no: nil)
    /// The weight of the price before a trade, for a buy.
    package var mu = WeightSchedule(Exact.one)
    /// The weight of the price after a trade, for a buy.
    package var nu = WeightSchedule(Exact.one)
    /// The convexity, in USDC per token squared.
    package var kappa = WeightSchedule(1_000_000_000)
    /// The share of an amount that goes to each other outcome.
    package var zeta = WeightSchedule(100_000_000_000)
    /// The fee on what a taker trades with the book and the market maker.
    package var fee: Int64 = 10_000_000_000
    /// The fee on the value of matched orders.
    package var matchFee: Int64 = 5_000_000_000
    /// The highest price, which bounds the supplies.
    package var maximumPrice: Int64 = 990_000_000_000
    /// The price below which a seller gets less than the curve says.
    package var minimumPrice: Int64 = 10_000_000_000
    /// The exponent of the penalty: a multiple of a half.
    package var eta: Int64 = 2_000_000_000_000
    /// The tick size of the book, in millionths of a USDC.
    package var tickSize: Int64 = 10_000
    /// The market's share of the surplus of an auto-fill.
    package var sigma: Int64 = 500_000_000_000
    /// The largest notional of an auto-fill, as a share of what a trade diverted to the outcome.
    package var autoFillCapShare: Int64 = 100_000_000_000
    /// The most levels filled in one outcome after one trade.
    package var autoFillMaximumLevels: Int = 3
    /// The most surplus shared with the market after one trade, as a share of its amount.
    package var autoFillMaximumSurplus: Int64 = 50_000_000_000
    /// Whether opposite tokens are matched by minting and merging pairs.
    package var crossMatching = true
    /// Whether resting orders that opted in are filled after trades elsewhere.
    package var autoFilling = true
    package var clock: WeightClock = .continue
    /// How long the weights move.
    package var duration: Int64 = 900_000_000_000
    /// When the rounds end, increasing.
    package var roundEnds: [Int64] = []
    /// What every submission but a cancel costs.
    package var gas: Int64 = 0
    /// The cash of a user who appears.
    package var startBalance: Int64 = 1_000_000_000

    package init(outcomes: Int) { self.outcomes = outcomes }

    /// The least quantity, in millionths of a token: every size is a multiple of it.
    package var lot: Int64 { Exact.unit / tickSize }

    /// The largest size of an order, in millionths of a token.
    package static let largestSize: Int64 = 100_000_000_000_000
    /// The largest posted subsidy, in millionths of a USDC.
    package static let largestSubsidy: Int64 = 1_000_000_000_000_000

    /// The subsidy posted for an outcome: an even share, the first ones a unit more.
    package func posted(_ outcome: Int) -> Int64 {
        let (share, rest) = subsidy.quotientAndRemainder(dividingBy: Int64(outcomes))
        return share + (outcome < rest ? 1 : 0)
    }

    /// The supplies with which an outcome opens.
    package func opening(_ outcome: Int) -> (yes: Int64, no: Int64) {
        let posted = posted(outcome)
        switch opening {
        case .supplies(let yes, let no): return (yes ?? posted / 2, no ?? posted / 2)
        case .coherent:
            let yes = posted / Int64(outcomes)
            return (yes, posted - yes)
        }
    }
}
