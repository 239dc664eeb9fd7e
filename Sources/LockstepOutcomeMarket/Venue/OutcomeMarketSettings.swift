public import LockstepMarket
public import LockstepModel

/// How an outcome market is set: the constants of the event, its batches and its guards.
///
/// Money and tokens are in millionths, durations in nanoseconds. Encoded, the settings are the keys
/// of `[venues.outcome]` in a configuration, with their defaults filled in.
public struct OutcomeMarketSettings: Hashable, Sendable {
    /// A figure that moves linearly over the event.
    public struct Schedule: Hashable, Sendable {
        /// At the start.
        public var start: Rate
        /// At the end.
        public var end: Rate

        /// Makes a schedule.
        ///
        /// - Parameters:
        ///   - start: The figure at the start.
        ///   - end: The figure at the end; nil for the same.
        public init(_ start: Rate, _ end: Rate? = nil) {
            self.start = start
            self.end = end ?? start
        }
    }

    /// The supplies with which every outcome opens.
    public enum Opening: Hashable, Sendable {
        /// YES at 1/N and NO at 1 − 1/N, so that no set of tokens is cheap.
        case coherent
        /// Supplies in millionths of a token; nil is half of the outcome's posted subsidy.
        case supplies(yes: Int64?, no: Int64?)
    }

    /// Which time moves the figures of a schedule.
    public enum Clock: String, Hashable, Sendable, Codable, CaseIterable {
        /// The time since the market's start.
        case `continue`
        /// The time since the start of the round.
        case reset
    }

    /// What is asked of an order before the market sees it; each guard can be switched off.
    public struct Guards: Hashable, Sendable {
        /// The slippage of a market order that names none; nil lets it pay any price.
        public var maxSlippage: Rate?
        /// Whether a purchase above 1 USDC a token and a sale for nothing are refused.
        public var redemption: Bool
        /// Whether a limit order through the market maker's price is noted.
        public var throughMaker: Bool

        /// Makes guards; by default all are on, with a slippage of 5 %.
        ///
        /// - Parameters:
        ///   - maxSlippage: The slippage of a market order that names none.
        ///   - redemption: Whether prices that no token redeems for are refused.
        ///   - throughMaker: Whether a limit order through the market maker's price is noted.
        public init(
            maxSlippage: Rate? = Rate(trillionths: 50_000_000_000), redemption: Bool = true,
            throughMaker: Bool = true
        ) {
            self.maxSlippage = maxSlippage
            self.redemption = redemption
            self.throughMaker = throughMaker
        }
    }

    /// The names of the outcomes, 2 to 64; exactly one of them wins.
    public var outcomes: [String]
    /// When the market opens.
    public var start: Timestamp
    /// The time from one batch to the next, above zero.
    public var batchInterval: Int64 = 1_000_000_000
    /// The posted subsidy of all outcomes together.
    public var subsidy = Money(units: 10_000_000_000)
    /// How fast the subsidy shrinks as users' money comes in.
    public var gamma = Rate(trillionths: 100_000_000)
    /// The supplies at the opening.
    public var opening = Opening.coherent
    /// The weight of the price before a purchase.
    public var mu = Schedule(.one)
    /// The weight of the price after a purchase.
    public var nu = Schedule(.one)
    /// The convexity, in USDC per token squared.
    public var kappa = Schedule(Rate(trillionths: 1_000_000_000))
    /// The share of an amount that goes to each other outcome.
    public var zeta = Schedule(Rate(trillionths: 100_000_000_000))
    /// The fee on what a taker trades with the book and the market maker.
    public var fee = Rate(trillionths: 10_000_000_000)
    /// The fee on the value of matched orders.
    public var matchFee = Rate(trillionths: 5_000_000_000)
    /// The highest price, which bounds the supplies.
    public var maximumPrice = Rate(trillionths: 990_000_000_000)
    /// The price below which a seller gets less than the curve says.
    public var minimumPrice = Rate(trillionths: 10_000_000_000)
    /// The exponent of the penalty: a multiple of a half from 1 to 16.
    public var eta = Rate(trillionths: 2_000_000_000_000)
    /// The tick size of both tokens, in USDC; 1 is a multiple of it.
    public var tick = Rate(trillionths: 10_000_000_000)
    /// The market's share of the surplus of an auto-fill.
    public var sigma = Rate(trillionths: 500_000_000_000)
    /// The largest notional of an auto-fill, as a share of what a trade diverted to the outcome.
    public var autoFillCapShare = Rate(trillionths: 100_000_000_000)
    /// The most levels filled in one outcome after one trade.
    public var autoFillMaximumLevels = 3
    /// The most surplus shared with the market after one trade, as a share of its amount.
    public var autoFillMaximumSurplus = Rate(trillionths: 50_000_000_000)
    /// Whether opposite tokens are matched by minting and merging pairs.
    public var crossMatching = true
    /// Whether resting orders that opted in are filled after trades elsewhere.
    public var autoFilling = true
    /// Which time moves the figures of a schedule.
    public var clock = Clock.continue
    /// How long they move.
    public var duration: Int64 = 900_000_000_000
    /// When the rounds end, from the start, increasing.
    public var roundEnds: [Int64] = []
    /// What every submission but a cancel costs.
    public var gas = Money.zero
    /// What is asked of an order before the market sees it.
    public var guards = Guards()
    /// By account, how long an order takes to arrive; nothing where an account is missing.
    public var latency: [String: Int64] = [:]

    /// Makes settings; what is not given has its default.
    ///
    /// - Parameters:
    ///   - outcomes: The names of the outcomes.
    ///   - start: When the market opens.
    public init(outcomes: [String], start: Timestamp = .epoch) {
        self.outcomes = outcomes
        self.start = start
    }

    /// The lot of both tokens, in tokens.
    public var lot: Rate { Rate(trillionths: lotUnits * 1_000_000) }

    /// The lot in millionths of a token.
    var lotUnits: Int64 { tickUnits < 1 ? Exact.unit : max(1, Exact.unit / tickUnits) }

    /// The tick size in millionths of a USDC; 0 where it is not a whole number of them.
    var tickUnits: Int64 {
        tick.trillionths % Exact.unit == 0 ? tick.trillionths / Exact.unit : 0
    }
}

extension OutcomeMarketSettings {
    /// The constants of the engine.
    package var parameters: OutcomeMarketParameters {
        var parameters = OutcomeMarketParameters(outcomes: outcomes.count)
        parameters.subsidy = subsidy.units
        parameters.gamma = gamma.trillionths
        parameters.opening =
            switch opening {
            case .coherent: .coherent
            case .supplies(let yes, let no): .supplies(yes: yes, no: no)
            }
        parameters.mu = WeightSchedule(mu)
        parameters.nu = WeightSchedule(nu)
        parameters.kappa = WeightSchedule(kappa)
        parameters.zeta = WeightSchedule(zeta)
        parameters.fee = fee.trillionths
        parameters.matchFee = matchFee.trillionths
        parameters.maximumPrice = maximumPrice.trillionths
        parameters.minimumPrice = minimumPrice.trillionths
        parameters.eta = eta.trillionths
        parameters.tickSize = tickUnits
        parameters.sigma = sigma.trillionths
        parameters.autoFillCapShare = autoFillCapShare.trillionths
        parameters.autoFillMaximumLevels = autoFillMaximumLevels
        parameters.autoFillMaximumSurplus = autoFillMaximumSurplus.trillionths
        parameters.crossMatching = crossMatching
        parameters.autoFilling = autoFilling
        parameters.clock = clock == .continue ? .continue : .reset
        parameters.duration = duration
        parameters.roundEnds = roundEnds
        parameters.gas = gas.units
        // Every account brings its own cash.
        parameters.startBalance = 0
        return parameters
    }

    /// Checks that the settings make a market.
    ///
    /// - Throws: ``LockstepMarket/MarketError/invalidSetting(name:why:)`` with the key of
    ///   `[venues.outcome]`.
    public func validate() throws(MarketError) {
        try checkOutcomes()
        guard batchInterval > 0 else {
            throw .invalidSetting(name: "batch_interval", why: "it must be above zero")
        }
        if let slippage = guards.maxSlippage, slippage < .zero {
            throw .invalidSetting(
                name: "guards.max_slippage", why: "it is \(slippage), but must not be below zero")
        }
        for (account, delay) in latency.sorted(by: { $0.key < $1.key }) where delay < 0 {
            throw .invalidSetting(name: "latency.\(account)", why: "it must not be below zero")
        }
        if start.nanoseconds.addingReportingOverflow(duration).overflow {
            throw .invalidSetting(
                name: "duration", why: "the market would end beyond the year 2262")
        }
        do throws(OutcomeMarketError) {
            try parameters.check()
        } catch {
            guard case .parameterOutOfRange(let name, _, let range) = error else {
                throw .invalidSetting(name: "outcome", why: "\(error)")
            }
            if opening == .coherent, name == "q0Yes" || name == "q0No" {
                throw .invalidSetting(
                    name: "opening",
                    why: "a coherent one has YES at 1/\(outcomes.count) and NO at "
                        + "\(outcomes.count - 1)/\(outcomes.count), which must be above p_min, "
                        + "\(minimumPrice), and below p_max, \(maximumPrice); change these, or write "
                        + "\"half\"")
            }
            throw .invalidSetting(
                name: Self.keys[name] ?? name, why: "it is out of range; allowed: \(range)")
        }
    }

    private func checkOutcomes() throws(MarketError) {
        var seen: Set<String> = []
        for outcome in outcomes {
            guard Instrument.isSymbol(outcome), !outcome.contains("/") else {
                throw .invalidSetting(
                    name: "outcomes",
                    why: "\"\(outcome)\" cannot name an outcome: use letters, digits and "
                        + "'.', '_', '-', ':', beginning with a letter or digit")
            }
            guard seen.insert(outcome).inserted else {
                throw .invalidSetting(
                    name: "outcomes", why: "\"\(outcome)\" stands twice; name each outcome once")
            }
        }
    }

    /// The keys of `[venues.outcome]` by the names that the engine's messages use.
    private static var keys: [String: String] {
        [
            "Z": "z", "fMatch": "f_match", "pMax": "p_max", "pMin": "p_min", "q0Yes": "q0_yes",
            "q0No": "q0_no", "afCapFrac": "af_cap_frac", "afMaxPools": "af_max_pools",
            "afMaxSurplus": "af_max_surplus", "durationMs": "duration",
            "roundEndsMs": "round_ends",
        ]
    }
}

extension WeightSchedule {
    init(_ schedule: OutcomeMarketSettings.Schedule) {
        self.init(schedule.start.trillionths, schedule.end.trillionths)
    }
}
