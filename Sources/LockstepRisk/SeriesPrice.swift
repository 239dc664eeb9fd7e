import LockstepModel

/// The last traded close of a series.
struct SeriesPrice: Sendable {
    let series: UInt32
    var ticks: Int64

    /// No price: it is far out of range.
    static var none: Int64 { .min }

    /// Takes the close of a slot, if it is one of its series and has traded.
    ///
    /// - Returns: Whether it is one of its series.
    @inline(__always)
    mutating func take(_ slots: Span<FrameSlot>, _ place: Int) -> Bool {
        if slots[place].bar.series.rawValue != series { return false }
        if slots[place].coverage == .traded { ticks = slots[place].bar.close.ticks }
        return true
    }
}

extension RiskView {
    /// Takes the closes of the traded bars of each instrument's first series.
    ///
    /// A series has the same slot in every frame, so its price is kept at the place of the slot.
    ///
    /// - Parameter frame: The frame of the step.
    @inline(__always)
    mutating func apply(_ frame: borrowing Frame) {
        now = frame.time.nanoseconds
        if !cancelling.isEmpty { countCancellingAgain() }
        let slots = frame.slots.span
        let taken = prices.prefix(slots.count) { place, price in price.take(slots, place) }
        if taken != slots.count { takeElsewhere(frame, from: taken) }
    }

    /// Takes the closes of the slots from one on whose series is new, or has another place.
    @inline(never)
    private mutating func takeElsewhere(_ frame: borrowing Frame, from first: Int) {
        for place in first..<frame.slots.count { takeElsewhere(frame.slots[place]) }
    }

    /// Takes the mark of an order book, as if it were the close of a series of its own.
    mutating func apply(_ top: BookTop) {
        guard let mark = top.markPrice else { return }
        let bar = Bar(
            instrument: top.instrument, series: SeriesID(.max - top.instrument.rawValue),
            start: top.time, end: top.time, label: top.time, open: mark, high: mark, low: mark,
            close: mark, volume: nil)
        takeElsewhere(FrameSlot(coverage: .traded, bar: bar))
    }

    /// Takes the close of a series, wherever its price is kept.
    private mutating func takeElsewhere(_ slot: FrameSlot) {
        let series = slot.bar.series.rawValue
        var source = -1
        for place in prices.indices where prices[place].series == series { source = place }
        if source < 0 {
            source = prices.count
            prices.append(SeriesPrice(series: series, ticks: SeriesPrice.none))
        }
        if let place = place(of: slot.bar.instrument), listings[place].primary == 0 {
            listings[place].primary = series
            listings[place].source = source
        }
        if slot.coverage == .traded { prices[source].ticks = slot.bar.close.ticks }
    }
}
