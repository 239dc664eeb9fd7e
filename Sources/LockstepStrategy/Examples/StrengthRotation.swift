public import LockstepModel

/// Holds whichever of two instruments rose more over the last bars.
public struct StrengthRotation: Strategy {
    /// What a configuration may set.
    public struct Parameters: StrategyParameters {
        /// The first instrument.
        public var first = "AAPL"
        /// The second instrument.
        public var second = "MSFT"
        /// Over how many bars the rise is measured.
        public var lookback = 60
        /// How many lots are held.
        public var lots: Int64 = 10

        /// The defaults.
        public init() {}
    }

    private let first: InstrumentID
    private let second: InstrumentID
    private let lots: SignedQuantity
    private var firstCloses: History<Price>
    private var secondCloses: History<Price>

    /// Makes the strategy.
    public init(_ parameters: Parameters, _ instruments: Instruments) throws {
        first = try instruments(parameters.first).id
        second = try instruments(parameters.second).id
        lots = try SignedQuantity(checking: parameters.lots)
        firstCloses = try History(parameters.lookback)
        secondCloses = try History(parameters.lookback)
    }

    public var subscriptions: Subscriptions {
        Bars(first)
        Bars(second)
    }

    public mutating func onFrame(_ frame: Frame, _ context: inout Context) {
        // Rises compare over the same bars: both must have traded.
        guard let left = context.series(first).flatMap({ frame.tradedBar(of: $0) }),
            let right = context.series(second).flatMap({ frame.tradedBar(of: $0) })
        else { return }
        let leftBase = firstCloses.append(left.close)
        let rightBase = secondCloses.append(right.close)
        guard let leftBase, let rightBase else { return }
        // left ÷ its base against right ÷ its base, exactly, without dividing.
        let leftRise = Int128(left.close.ticks) * Int128(rightBase.ticks)
        let rightRise = Int128(right.close.ticks) * Int128(leftBase.ticks)
        if leftRise == rightRise { return }
        let (winner, loser) = leftRise > rightRise ? (first, second) : (second, first)
        context.target(.zero, loser, tag: "rotate-out")
        context.target(lots, winner, tag: "rotate-in")
    }
}
