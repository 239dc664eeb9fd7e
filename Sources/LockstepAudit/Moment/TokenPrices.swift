import LockstepModel

/// The last prices of outcome markets' tokens, as quotes tell them.
struct TokenPrices: Sendable {
    private struct Token: Sendable {
        let isYes: Bool
        let other: InstrumentID
        let price: Rate
    }

    private var tokens: [InstrumentID: Token] = [:]

    /// Takes the prices of an outcome.
    mutating func take(_ quote: OutcomeQuote) {
        tokens[quote.yes] = Token(isYes: true, other: quote.no, price: quote.yesPrice)
        tokens[quote.no] = Token(isYes: false, other: quote.yes, price: quote.noPrice)
    }

    /// The other token of an outcome; nil for what is no token, or was never quoted.
    func other(of token: InstrumentID) -> InstrumentID? { tokens[token]?.other }

    /// The price of a token.
    func price(of token: InstrumentID) -> Rate? { tokens[token]?.price }

    /// What lots of a token are worth beside lots of the other one, rounded down.
    ///
    /// Pairs of both are worth one: YES of a pair has its price, NO the rest.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - lots: How many lots.
    ///   - others: How many lots of the other token of the outcome.
    ///   - units: What a lot is worth at a price of one, in units of the currency.
    /// - Returns: The worth; nil where it is not known, or does not fit.
    func value(
        of token: InstrumentID, lots: Int64, beside others: Int64, units: Int64
    ) -> Money? {
        guard let known = tokens[token], let other = tokens[known.other] else { return nil }
        let pairs = min(max(lots, 0), max(others, 0))
        func part(_ price: Rate, _ lots: Int64) -> Int128? {
            let (worth, isLarge) = Int128(lots).multipliedReportingOverflow(by: Int128(units))
            let (value, isLarger) = worth.multipliedReportingOverflow(
                by: Int128(price.trillionths))
            // Nobody holds less than nothing, so cutting off is rounding down.
            return isLarge || isLarger ? nil : value / Int128(Rate.one.trillionths)
        }
        guard let alone = part(known.price, lots - pairs),
            let yes = part(known.isYes ? known.price : other.price, pairs),
            let whole = part(.one, pairs)
        else { return nil }
        return Int64(exactly: alone + (known.isYes ? yes : whole - yes)).map { Money(units: $0) }
    }
}
