/// The weights of one moment, as the solves use them.
struct MarketWeights: Hashable, Sendable, Codable {
    /// The weight of the price before a buy.
    let before: Double
    /// The weight of the price after a buy.
    let after: Double
    let kappa: Double
    /// The share of an amount that goes to all other outcomes together, in 10⁻¹².
    let diverted: Int64
    /// The share that stays, in 10⁻¹².
    let kept: Int64
    /// The share that stays.
    let keptShare: Double

    /// The weights after a part of a span, with so many outcomes left.
    init(
        _ parameters: OutcomeMarketParameters, elapsed: Int64, span: Int64, activeOutcomes: Int
    ) {
        let mu = Double(parameters.mu.value(at: elapsed, of: span))
        let nu = Double(parameters.nu.value(at: elapsed, of: span))
        before = mu / (mu + nu)
        after = nu / (mu + nu)
        kappa = Double(parameters.kappa.value(at: elapsed, of: span)) / 1e12
        let zeta = parameters.zeta.value(at: elapsed, of: span)
        diverted = Int64(activeOutcomes - 1) * zeta
        kept = Exact.one - diverted
        keptShare = Double(kept) / 1e12
    }
}

/// Where a market stands in its rounds.
struct MarketTime: Hashable, Sendable, Codable {
    /// The time of the last call, in nanoseconds since the market's start.
    var now: Int64 = 0
    /// How many batches there were.
    var batches = 0
    /// How many eliminations there were.
    var round = 0
    /// When trading was last resumed.
    var roundStart: Int64 = 0

    /// The weights at a time of the present round.
    func weights(
        at time: Int64, _ parameters: OutcomeMarketParameters, activeOutcomes: Int
    ) -> MarketWeights {
        var (elapsed, span) = (time, parameters.duration)
        if parameters.clock == .reset {
            let ends = parameters.roundEnds
            elapsed = time > roundStart ? time - roundStart : 0
            span = (round < ends.count ? ends[round] : parameters.duration) - roundStart
        }
        return MarketWeights(
            parameters, elapsed: elapsed, span: span, activeOutcomes: activeOutcomes)
    }
}
