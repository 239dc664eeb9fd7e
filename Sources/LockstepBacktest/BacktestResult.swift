public import LockstepAnalytics
public import LockstepFiles
public import LockstepModel

/// What a run came to.
public struct BacktestResult: Sendable {
    /// How a run ended.
    public enum Status: String, Hashable, Sendable {
        /// The feed ended and everything was resolved.
        case completed
        /// Something failed; ``BacktestResult/failure`` says what.
        case failed
        /// Somebody asked the run to end.
        case cancelled
        /// A liquidation left an account with less than nothing: the run ended after that step.
        case ruined
    }

    /// What ended a failed run, and where.
    public struct Failure: Sendable {
        /// One line: what, where, and what to do.
        public let message: String
        /// The step; nil when the run had not begun.
        public let step: StepNumber?
        /// The envelope being delivered; nil outside of a delivery.
        public let sequence: SequenceNumber?
        /// The service; nil when none was at work.
        public let service: String?
        /// The error itself.
        public let cause: any Error
    }

    /// One account over the run; money in the account's currency.
    public struct Account: Hashable, Sendable {
        /// The name of the account.
        public let name: String
        /// Its currency.
        public let currency: Currency
        /// Cash at the start.
        public let cashStart: Money
        /// Cash at the end.
        public internal(set) var cashEnd: Money
        /// Cash and marked positions at the start.
        public let equityStart: Money
        /// Cash and marked positions at the end.
        public internal(set) var equityEnd: Money
        /// Profit realised, before fees.
        public internal(set) var realised: Money
        /// Profit of what is still held, at the last marks.
        public internal(set) var unrealised: Money
        /// Fees paid.
        public internal(set) var fees: Money
        /// What slippage cost; it is inside the prices already.
        public internal(set) var slippage: Money
        /// Funding paid, less funding received.
        public internal(set) var funding = Money.zero
        /// What borrowing cost, less the rebate on short proceeds.
        public internal(set) var borrow = Money.zero
        /// Interest on cash below zero.
        public internal(set) var interest = Money.zero
        /// Dividends received, less those paid on short positions.
        public internal(set) var dividends = Money.zero
    }

    /// How many orders came to which end.
    public struct Orders: Hashable, Sendable {
        /// Orders that strategies and services asked for.
        public internal(set) var intents = 0
        /// Orders that reached their market.
        public internal(set) var accepted = 0
        /// Orders that risk or the market refused.
        public internal(set) var rejected = 0
        /// Orders filled in whole.
        public internal(set) var filled = 0
        /// Orders cancelled, in whole or the rest.
        public internal(set) var cancelled = 0
        /// Orders whose time ran out.
        public internal(set) var expired = 0
        /// Fills, of whole orders and of parts.
        public internal(set) var fills = 0

        /// Orders that still work at the end.
        public var open: Int { accepted - filled - cancelled - expired }
    }

    /// Round trips, from flat to flat, net of fees; of all accounts together.
    public struct Trades: Hashable, Sendable {
        /// Round trips that ended.
        public internal(set) var count = 0
        /// Those with a profit.
        public internal(set) var wins = 0
        /// Those with a loss.
        public internal(set) var losses = 0
        /// Wins over all round trips; nil without any.
        public internal(set) var winRate: Double?
        /// The sum of the profits over that of the losses; nil without a loss.
        public internal(set) var profitFactor: Double?
        /// The mean result of a round trip, in money; nil without any.
        public internal(set) var expectancy: Double?
    }

    /// Return and risk of all accounts together.
    ///
    /// The total return compares the end with the start. Everything else is of the last equity of
    /// each UTC day that has a step, from day to day.
    public struct Statistics: Hashable, Sendable {
        /// The return over the whole run, as a fraction.
        public internal(set) var totalReturn: Double?
        /// The compound annual growth rate, as a fraction.
        public internal(set) var compoundAnnualGrowthRate: Double?
        /// The standard deviation of daily returns, annualised.
        public internal(set) var annualVolatility: Double?
        /// The Sharpe ratio, annualised, over no riskless return.
        public internal(set) var sharpeRatio: Double?
        /// The deepest fall from a peak, as a fraction, zero or below.
        public internal(set) var maxDrawdown: Double?
        /// Calendar days from that peak to the recovery, or to the end.
        public internal(set) var maxDrawdownDays: Int64?
        /// The share of steps at whose end a position was held.
        public internal(set) var exposure: Double?
    }

    /// How much the run did.
    public struct Counters: Hashable, Sendable {
        /// Envelopes published.
        public internal(set) var events: UInt64 = 0
        /// Envelopes handed to services.
        public internal(set) var deliveries: UInt64 = 0
        /// Traded bars in the frames.
        public internal(set) var bars: UInt64 = 0
        /// Steps resolved, the set-up not counted.
        public internal(set) var steps: UInt64 = 0
    }

    /// An account that a liquidation has left with less than nothing, which ended the run.
    public struct Ruin: Hashable, Sendable {
        /// Its name.
        public let account: String
        /// What it has, with its currency.
        public let equity: String
        /// The step it happened in.
        public let step: StepNumber

        /// What happened, in one sentence.
        public var message: String {
            "account \(account) has \(equity) after its liquidation in step \(step.rawValue), and "
                + "nothing insures it."
        }
    }

    /// A stop of trading, or its end.
    public struct Halted: Hashable, Sendable {
        /// When.
        public let time: Timestamp
        /// Why; ``OrderReason/none`` for the end of what it names.
        public let reason: OrderReason
        /// The account; nil for all.
        public let account: String?
        /// The instrument; nil for all.
        public let instrument: String?
        /// Whether positions were closed too.
        public let flattens: Bool
    }

    /// How it ended.
    public internal(set) var status: Status
    /// What ended it; nil unless it failed.
    public internal(set) var failure: Failure?
    /// The number that equal runs share: SHA-256 of the uncompressed audit stream; nil without one.
    public internal(set) var digest: SHA256Digest?
    /// The name of the run.
    public let name: String
    /// The seed of the run.
    public let seed: UInt64
    /// The start of the first bar; nil when there was no step.
    public internal(set) var start: Timestamp?
    /// The time of the last step; nil when there was none.
    public internal(set) var end: Timestamp?
    /// The accounts in the order of configuration.
    public internal(set) var accounts: [Account] = []
    /// How many orders came to which end.
    public internal(set) var orders = Orders()
    /// How often each reason was given, by ascending number; reasons never given are left out.
    public internal(set) var reasons: [(reason: OrderReason, count: Int)] = []
    /// The account that ended the run; nil where none did.
    public internal(set) var ruin: Ruin?
    /// The stops of trading and their ends, in order.
    public internal(set) var halts: [Halted] = []
    /// Round trips of all accounts together.
    public internal(set) var trades = Trades()
    /// Return and risk of all accounts together.
    public internal(set) var statistics = Statistics()
    /// The equity of all accounts, thinned to a few hundred points for a picture.
    public internal(set) var curve: [DownsampledCurve.Point] = []
    /// How much the run did.
    public internal(set) var counters = Counters()
    /// The audit log; nil when none was kept on disk.
    public internal(set) var auditPath: String?
    /// Records in the audit log.
    public internal(set) var auditRecords: UInt64 = 0
    /// Every fill, if the run was asked to keep them.
    public internal(set) var fills: [Fill] = []
    /// Every snapshot with its time, if the run was asked to keep them.
    public internal(set) var equity: [(time: Timestamp, snapshot: Snapshot)] = []
}
