public import LockstepModel

/// Holds while the fast average of the closes is above the slow one.
public struct MovingAverageCross: Strategy {
    /// What a configuration may set.
    public struct Parameters: StrategyParameters {
        /// The instrument.
        public var symbol = "AAPL"
        /// How many closes the fast average takes.
        public var fast = 10
        /// How many closes the slow average takes.
        public var slow = 30
        /// How many lots are held.
        public var lots: Int64 = 10

        /// The defaults.
        public init() {}
    }

    @usableFromInline let instrument: InstrumentID
    @usableFromInline let lots: SignedQuantity
    @usableFromInline var fast: SMA
    @usableFromInline var slow: SMA

    /// Makes the strategy.
    public init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try SignedQuantity(checking: parameters.lots)
        fast = try SMA(parameters.fast)
        slow = try SMA(parameters.slow)
    }

    public var subscriptions: Subscriptions { Bars(instrument) }

    @inlinable @inline(__always)
    public mutating func onBar(_ bar: Bar, _ context: inout Context) {
        let (fast, slow) = (fast.update(bar.close), slow.update(bar.close))
        guard let fast, let slow else { return }
        if fast > slow {
            context.target(lots, instrument, tag: "cross-up")
        } else if fast < slow {
            context.target(.zero, instrument, tag: "cross-down")
        }
    }
}
