import LockstepModel

/// What one account has of one instrument.
struct Holding: Sendable {
    let instrument: InstrumentID
    /// The place of the account in the portfolio.
    let account: Int
    let terms: InstrumentTerms
    var lots = LotBook()
    var trips = RoundTripBook()
    /// The place in the account's list of what is held; -1 when nothing is.
    var heldPlace = -1

    init(_ instrument: InstrumentID, account: Int, _ terms: InstrumentTerms) {
        self.instrument = instrument
        self.account = account
        self.terms = terms
    }
}

/// What an account holds of an instrument, as far as valuing it needs: all that is held of an
/// account lies side by side.
struct HeldPosition: Sendable {
    /// The place of the holding.
    let place: Int32
    /// The place of the primary series in a frame; -1 without one.
    let slot: Int
    /// What a tick is worth; 0 where the value has to be rounded, or is wide.
    private(set) var perTick: Int64 = 0
    /// The last price it was valued at, or the price of the fill that opened it.
    var mark: Int64
    /// The price its value was made at; none, ``Self/never``, when the position changed since.
    var valuedAt = Self.never
    /// Its value then.
    var value: Int64 = 0
    /// What it cost.
    private(set) var cost: Int64 = 0

    /// No price.
    static var never: Int64 { .min }

    /// Begins a position; its mark is the price of the fill until a bar trades.
    @inline(__always)
    init(place: Int32, slot: Int, perTick: Int64, mark: Int64, cost: Int64) {
        self.place = place
        self.slot = slot
        self.perTick = perTick
        self.mark = mark
        self.cost = cost
    }

    /// Takes the position and its cost after a fill; its value is to be made anew.
    @inline(__always)
    mutating func change(_ lots: Int64, _ cost: Int64, _ ratio: NotionalRatio) {
        let worth = lots.multipliedReportingOverflow(by: ratio.numerator)
        perTick = ratio.denominator == 1 && !worth.overflow ? worth.partialValue : 0
        self.cost = cost
        valuedAt = Self.never
    }
}

extension HeldPosition {
    /// What the positions of an account sum to.
    struct Sums {
        var value: Int64 = 0
        var gross: Int64 = 0
        var cost: Int64 = 0
        /// Whether one has changed since the last valuation.
        var hasChanged: Bool
    }

    /// Takes the mark of a frame, where its series has traded.
    @inline(__always)
    mutating func mark(_ frame: borrowing Frame) {
        if UInt(bitPattern: slot) < UInt(bitPattern: frame.slots.count),
            frame.slots[slot].coverage == .traded
        {
            mark = frame.slots[slot].bar.close.ticks
        }
    }

    /// Values the position at its mark, where its value needs no rounding, and adds it.
    ///
    /// - Returns: Whether all of it fits.
    @inline(__always)
    mutating func add(to sums: inout Sums) -> Bool {
        if mark != valuedAt {
            let worth = mark.multipliedReportingOverflow(by: perTick)
            if worth.overflow { return false }
            value = worth.partialValue
            valuedAt = mark
            sums.hasChanged = true
        }
        return addValue(to: &sums)
    }

    /// Adds the position at the value it has.
    @inline(__always)
    mutating func addValue(to sums: inout Sums) -> Bool {
        let total = sums.value.addingReportingOverflow(value)
        if total.overflow { return false }
        // The least of all values has no magnitude, and stays below zero.
        let magnitude = value < 0 ? 0 &- value : value
        let gross = sums.gross.addingReportingOverflow(magnitude)
        if gross.overflow || gross.partialValue < 0 { return false }
        let cost = sums.cost.addingReportingOverflow(self.cost)
        if cost.overflow { return false }
        sums.value = total.partialValue
        sums.gross = gross.partialValue
        sums.cost = cost.partialValue
        return true
    }
}

/// What the portfolio needs of an instrument.
struct InstrumentTerms: Sendable {
    let ratio: NotionalRatio
    /// The place of the primary series in a frame; -1 without one.
    let slot: Int
}
