import LockstepModel

/// The trades that fills add up to: first in, first out, a slice of an opening fill each.
struct TradeBook {
    /// A slice that was opened and may be closed.
    struct Trade {
        let instrument: InstrumentID
        /// Long above zero, short below.
        var lots: Int64
        let entry: Fill
        let entryFee: Double
        var exit: Fill?
        var exitFee = 0.0
        /// The number of its round trip from flat to flat.
        let trip: Int

        /// Both fees, in units of money.
        var commission: Double { entryFee + exitFee }
    }

    /// In the order in which they were closed.
    private(set) var closed: [Trade] = []
    /// In the order in which they were opened.
    private(set) var open: [Trade] = []
    private var trips = 0

    init(_ fills: [Fill]) {
        for fill in fills { take(fill) }
    }

    private mutating func take(_ fill: Fill) {
        var rest = fill.quantity.lots
        let sign = fill.side.sign
        let fee = Double(fill.fee.units - fill.rebate.units) / Double(rest)
        while rest > 0,
            let place = open.firstIndex(where: {
                $0.instrument == fill.instrument && $0.lots.signum() != sign
            })
        {
            let count = min(rest, abs(open[place].lots))
            let whole = open[place]
            let share = Double(count) / Double(abs(whole.lots))
            let part = count * whole.lots.signum()
            closed.append(
                Trade(
                    instrument: fill.instrument, lots: part, entry: whole.entry,
                    entryFee: whole.entryFee * share, exit: fill, exitFee: fee * Double(count),
                    trip: whole.trip))
            if count == abs(whole.lots) {
                open.remove(at: place)
            } else {
                open[place] = Trade(
                    instrument: fill.instrument, lots: whole.lots - part, entry: whole.entry,
                    entryFee: whole.entryFee * (1 - share), trip: whole.trip)
            }
            rest -= count
        }
        guard rest > 0 else { return }
        let trip = open.first { $0.instrument == fill.instrument }?.trip ?? trips
        if trip == trips { trips += 1 }
        open.append(
            Trade(
                instrument: fill.instrument, lots: rest * sign, entry: fill,
                entryFee: fee * Double(rest), trip: trip))
    }
}
