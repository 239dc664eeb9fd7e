public import LockstepBus
public import LockstepMarket
public import LockstepModel
public import LockstepRisk
public import LockstepStrategy

/// Everything a run is made of: what decides it, where its data come from, and what is kept of it.
public struct BacktestConfiguration: Sendable {
    /// A venue and the market behind it.
    public struct Venue: Sendable {
        /// The name.
        public var name: String
        /// The market; makes an engine for every run.
        public var market: any MarketDescription

        /// Names a venue.
        ///
        /// - Parameters:
        ///   - name: The name.
        ///   - market: The market behind it.
        public init(_ name: String, _ market: any MarketDescription) {
            self.name = name
            self.market = market
        }
    }

    /// How the audit log is kept.
    public struct Audit: Hashable, Sendable, Codable {
        /// When written bytes are brought to the medium.
        public enum Synchronization: String, Hashable, Sendable, Codable, CaseIterable {
            /// When the system likes.
            case none
            /// When the log is closed.
            case close
            /// After every block.
            case block
        }

        /// Whether there is a log; without one a run has no digest.
        public var isEnabled: Bool
        /// The zstd level: 1 or 3.
        public var level: Int
        /// The bytes of records after which a block is sealed: 256 to 8 MiB.
        public var block: Int
        /// When written bytes are brought to the medium.
        public var synchronization: Synchronization
        /// Whether equal runs write equal files, byte for byte.
        public var isReproducible: Bool

        /// Makes settings.
        ///
        /// - Parameters:
        ///   - isEnabled: Whether there is a log.
        ///   - level: The zstd level: 1 or 3.
        ///   - block: The bytes of records after which a block is sealed.
        ///   - synchronization: When written bytes are brought to the medium.
        ///   - isReproducible: Whether equal runs write equal files, byte for byte.
        public init(
            isEnabled: Bool = true, level: Int = 1, block: Int = 256 << 10,
            synchronization: Synchronization = .close, isReproducible: Bool = false
        ) {
            self.isEnabled = isEnabled
            self.level = level
            self.block = block
            self.synchronization = synchronization
            self.isReproducible = isReproducible
        }
    }

    /// The name of the run.
    public var name: String
    /// The seed of everything random in the run.
    public var seed: UInt64
    /// Bars that start before it are left out; nil for all.
    public var start: Timestamp?
    /// Bars that start at it or later are left out; nil for none.
    public var end: Timestamp?
    /// The venues; an instrument names its venue by position, from 1.
    public var venues: [Venue]
    /// The instruments.
    public var instruments: Instruments
    /// The data, one series each; an instrument's first one is its primary.
    public var data: [DataSeries]
    /// Data that are no bars, such as what is decided about an outcome market.
    public var feeds: [DatumFeed]
    /// What holding costs beside trading; nothing unless told.
    public var financing = Financing()
    /// The instruments whose data are adjusted for splits and dividends already.
    public var adjusted: Set<InstrumentID> = []
    /// Further files that the run was made from, for the record of inputs.
    public var inputs: [String] = []
    /// The accounts, numbered from 1.
    public var accounts: [Account]
    /// The strategies, in the order in which they are asked.
    public var strategies: [StrategyPlan]
    /// What risk allows.
    public var risk: RiskLimits
    /// The user's own services and observers, in the order of registration.
    public var services: [ServicePlan]
    /// Properties that must hold at every event; they watch after all services.
    public var invariants: [Invariant]
    /// How the audit log is kept.
    public var audit: Audit
    /// How services are judged.
    public var bus: BusSettings
    /// How many days with steps make a year, for statistics.
    public var periodsPerYear: Double

    /// Makes a configuration; what is not given has its default.
    ///
    /// - Parameters:
    ///   - name: The name of the run.
    ///   - venues: The venues.
    ///   - instruments: The instruments.
    ///   - data: The data, one series each.
    ///   - accounts: The accounts.
    ///   - strategies: The strategies.
    ///   - seed: The seed of everything random in the run.
    public init(
        name: String, venues: [Venue], instruments: Instruments, data: [DataSeries],
        accounts: [Account], strategies: [StrategyPlan], seed: UInt64 = 1
    ) {
        self.name = name
        self.venues = venues
        self.instruments = instruments
        self.data = data
        self.accounts = accounts
        self.strategies = strategies
        self.seed = seed
        feeds = []
        risk = .none
        services = []
        invariants = []
        audit = Audit()
        bus = BusSettings()
        periodsPerYear = 252
    }
}
