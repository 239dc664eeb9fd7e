import Lockstep

/// Holds a position from the day the fast average of the closes crosses above the slow one.
struct GoldenCross: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "AAPL"
        var lots: Int64 = 10
    }
    let instrument: InstrumentID
    let lots: SignedQuantity
    var fast, slow: SMA
    var cross = Crossover()

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try SignedQuantity(checking: parameters.lots)
        (fast, slow) = (try SMA(10), try SMA(30))
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        guard let way = cross.update(fast.update(bar.close), slow.update(bar.close)) else { return }
        context.target(way == .up ? lots : .zero, instrument, tag: "cross-\(way)")
    }
}
