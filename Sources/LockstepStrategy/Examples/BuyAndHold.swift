public import LockstepModel

/// Buys once, at the first bar, and keeps.
public struct BuyAndHold: Strategy {
    /// What a configuration may set.
    public struct Parameters: StrategyParameters {
        /// The instrument.
        public var symbol = "AAPL"
        /// How many lots.
        public var lots: Int64 = 10

        /// The defaults.
        public init() {}
    }

    private let instrument: InstrumentID
    private let lots: SignedQuantity
    private var hasBought = false

    /// Makes the strategy.
    public init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try SignedQuantity(checking: parameters.lots)
    }

    public var subscriptions: Subscriptions { Bars(instrument) }

    public mutating func onBar(_ bar: Bar, _ context: inout Context) {
        if !hasBought { context.target(lots, instrument, tag: "hold") }
        hasBought = true
    }
}
