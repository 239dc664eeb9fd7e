package import LockstepModel

/// The two tokens of an outcome: together they are worth one whole.
package struct TokenPair: Hashable, Sendable {
    /// Pays 1 when the outcome wins.
    package let yes: InstrumentID
    /// Pays 1 when it does not.
    package let no: InstrumentID

    /// Names the tokens.
    package init(yes: InstrumentID, no: InstrumentID) {
        self.yes = yes
        self.no = no
    }
}

/// The prices at which outcome markets value their tokens.
struct TokenMarks: Sendable {
    /// A token: what a lot is worth at a price of one, its price in 10⁻¹², its counterpart.
    struct Token: Sendable {
        let units: Int64
        let isYes: Bool
        /// The place of the other token of the outcome.
        let other: Int
        var price: Int64 = 0
    }

    /// By instrument; nil for one that is no token.
    private(set) var byInstrument: [Token?]
    /// Whether a price has changed since the last valuation.
    var hasChanged = false

    init(_ pairs: [TokenPair], _ instruments: Instruments) {
        byInstrument = [Token?](repeating: nil, count: instruments.count)
        for pair in pairs {
            for (token, other) in [(pair.yes, pair.no), (pair.no, pair.yes)] {
                guard let instrument = instruments[token] else { continue }
                let whole = try? instrument.price(from: .one)
                let value = try? instrument.notional(
                    whole ?? .zero, Quantity(lots: 1))
                byInstrument[Int(token.rawValue) - 1] = Token(
                    units: value?.units ?? 0, isYes: token == pair.yes,
                    other: Int(other.rawValue) - 1)
            }
        }
    }

    /// Takes the prices of an outcome.
    mutating func take(_ quote: OutcomeQuote) {
        set(quote.yes, quote.yesPrice)
        set(quote.no, quote.noPrice)
    }

    private mutating func set(_ token: InstrumentID, _ price: Rate) {
        let place = Int(token.rawValue) - 1
        guard byInstrument.indices.contains(place) else { return }
        byInstrument[place]?.price = price.trillionths
        hasChanged = true
    }

    /// What lots of a token are worth beside lots of the other one of its outcome.
    ///
    /// Matched YES and NO are worth one together, whatever the prices: of that YES has its price,
    /// and NO the rest. What is not matched is valued at its own price. Rounded down.
    func value(
        _ instrument: Int, lots: Int64, beside otherLots: Int64
    ) throws(ArithmeticError) -> Int64 {
        guard let token = byInstrument[instrument] else { return 0 }
        let matched = min(max(lots, 0), max(otherLots, 0))
        let alone = try part(token.price, of: lots - matched, token.units)
        if matched == 0 { return alone }
        let yes = token.isYes ? token.price : byInstrument[token.other]?.price ?? 0
        let yesPart = try part(yes, of: matched, token.units)
        if token.isYes { return try FixedPoint.add(alone, yesPart) }
        let whole = try FixedPoint.multiply(matched, token.units)
        return try FixedPoint.add(alone, FixedPoint.subtract(whole, yesPart))
    }

    private func part(
        _ price: Int64, of lots: Int64, _ units: Int64
    ) throws(ArithmeticError) -> Int64 {
        try FixedPoint.multiplyDivide(
            FixedPoint.multiply(lots, units), price, den: Rate.one.trillionths, .floor)
    }
}
