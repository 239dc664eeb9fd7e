import LockstepModel

/// What counts of a fill that ended its order, until the next event is heard.
///
/// Mostly that is its booking, which says what it has moved: then nothing of the fill has to be
/// added up before.
struct FillInHand: Sendable {
    /// The number of the fill; 0 when none is in hand.
    var sequence: UInt64 = 0
    var order: UInt64 = 0
    var account = AccountID(0)
    var instrument = InstrumentID(0)
    var side = Side.buy
    var lots: Int64 = 0
    var notional: Int64 = 0
    var fee: Int64 = 0
    var rebate: Int64 = 0

    /// Whether there is one.
    @inline(__always)
    var isEmpty: Bool { sequence == 0 }

    /// Takes a fill in hand.
    @inline(__always)
    mutating func take(_ fill: Lent<Fill>, _ sequence: SequenceNumber) {
        self.sequence = sequence.rawValue
        order = fill.value.order.rawValue
        account = fill.value.account
        instrument = fill.value.instrument
        side = fill.value.side
        lots = fill.value.quantity.lots
        notional = fill.value.notional.units
        fee = fill.value.fee.units
        rebate = fill.value.rebate.units
    }
}
