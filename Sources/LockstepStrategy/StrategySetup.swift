public import LockstepModel

/// What the strategies of a run find there.
public struct StrategySetup: Sendable {
    /// The instruments.
    public var instruments: Instruments
    /// The series, in the order of their identities.
    public var series: [SeriesDescription]
    /// The cash at the start, by account.
    public var cash: [Money]
    /// The run's seed.
    public var seed: UInt64
    /// Whether there is an outcome market in the run.
    public var hearsOutcomes = false
    /// Whether there is an order-book market in the run: then there may be delays, too.
    public var hearsBooks = false
    /// Whether there are dated events in the run.
    public var hearsEvents = false

    /// Describes a run to its strategies.
    ///
    /// - Parameters:
    ///   - instruments: The instruments.
    ///   - series: The series, in the order of their identities.
    ///   - cash: The cash at the start, by account.
    ///   - seed: The run's seed.
    public init(
        instruments: Instruments, series: [SeriesDescription], cash: [Money], seed: UInt64 = 0
    ) {
        self.instruments = instruments
        self.series = series
        self.cash = cash
        self.seed = seed
    }
}
