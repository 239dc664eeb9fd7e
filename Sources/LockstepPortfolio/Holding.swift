import LockstepModel

/// What one account has of one instrument, with its mark.
struct Holding: Sendable {
    let instrument: InstrumentID
    /// The place of the account in the portfolio.
    let account: Int
    let terms: InstrumentTerms
    var lots = LotBook()
    var trips = RoundTripBook()
    /// The last price it was valued at, or the price of the fill that opened it.
    var mark = Price.zero
    /// Its value at the mark; zero when nothing is held.
    var value: Int64 = 0
    /// Whether position or mark changed since the value was made.
    var isStale = false
    /// The place in the account's list of what is held; -1 when nothing is.
    var heldPlace = -1

    init(_ instrument: InstrumentID, account: Int, _ terms: InstrumentTerms) {
        self.instrument = instrument
        self.account = account
        self.terms = terms
    }

    /// Begins a position that was flat: its round trip, and its mark until a bar trades.
    @inline(__always)
    mutating func begin(_ fill: borrowing Fill) {
        trips.open(fill)
        mark = fill.price
    }

    /// Takes a traded close as the mark.
    @inline(__always)
    mutating func take(_ close: Price) {
        if close == mark { return }
        mark = close
        isStale = true
    }

    /// Makes the value anew.
    @inline(__always)
    mutating func revalue() throws(ArithmeticError) {
        value = try terms.ratio.value(mark, lots.position).units
        isStale = false
    }
}

/// What the portfolio needs of an instrument.
struct InstrumentTerms: Sendable {
    let ratio: NotionalRatio
    /// The place of the primary series in a frame; -1 without one.
    let slot: Int
}
