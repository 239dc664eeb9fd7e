/// The constants that every order needs, without what a copy would have to count.
struct TradingRules: Hashable, Sendable, Codable {
    let lot: Int64
    let tickSize: Int64
    /// One USDC, in ticks.
    let wholePrice: Int64
    let minimumPrice: Int64
    let maximumPrice: Int64
    let fee: Int64
    let matchFee: Int64
    let gas: Int64
    let sigma: Int64
    let capShare: Int64
    let maximumLevels: Int
    let maximumSurplus: Int64
    let crossMatching: Bool
    let autoFilling: Bool

    init(_ parameters: OutcomeMarketParameters) {
        lot = parameters.lot
        tickSize = parameters.tickSize
        wholePrice = Exact.unit / parameters.tickSize
        minimumPrice = parameters.minimumPrice
        maximumPrice = parameters.maximumPrice
        fee = parameters.fee
        matchFee = parameters.matchFee
        gas = parameters.gas
        sigma = parameters.sigma
        capShare = parameters.autoFillCapShare
        maximumLevels = parameters.autoFillMaximumLevels
        maximumSurplus = parameters.autoFillMaximumSurplus
        crossMatching = parameters.crossMatching
        autoFilling = parameters.autoFilling
    }
}
