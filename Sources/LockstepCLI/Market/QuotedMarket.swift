import LockstepModel
import LockstepOutcomeMarket

/// A market that a trade is priced against: at the opening of a configuration, or at a moment of a
/// run.
struct QuotedMarket {
    /// A moment of a run.
    struct Moment: Hashable, Sendable {
        /// The number of the last step that counts; 0 before the first one.
        let step: UInt64
        /// The time of that step, or of the opening.
        let time: Timestamp
    }

    /// The configuration or the log, as it was named.
    let path: String
    /// The name of the venue.
    let venue: String
    /// The names of the outcomes.
    let outcomes: [String]
    /// What is asked of strategies' orders.
    let guards: OutcomeMarketSettings.Guards
    /// When the market opened.
    let start: Timestamp
    /// How it stands.
    let engine: OutcomeMarketEngine
    /// The moment; nil at the opening of a configuration.
    let moment: Moment?

    /// The name of an outcome.
    func name(_ outcome: Int) -> String { outcomes[outcome] }

    /// How it stands, in a word.
    var status: String {
        engine.isSettled ? "settled" : engine.isFrozen ? "frozen" : "open"
    }

    /// The market at its opening.
    init(_ market: ConfiguredMarket) {
        path = market.path
        venue = market.venue
        outcomes = market.settings.outcomes
        guards = market.settings.guards
        start = market.settings.start
        engine = market.engine
        moment = nil
    }

    /// The market as it stood in a run.
    init(_ market: LoggedMarket) {
        path = market.path
        venue = market.venue
        outcomes = market.settings.outcomes
        guards = market.settings.guards
        start = market.settings.start
        engine = market.engine
        moment = market.moment
    }

    /// A simulated time as nanoseconds since the market's start.
    ///
    /// - Parameters:
    ///   - name: The option that tells the time.
    ///   - arguments: What was found on the command line.
    /// - Returns: The nanoseconds; those of the moment where the option was not given.
    /// - Throws: ``CommandError/usage(command:message:)`` for a time before the start.
    func elapsed(_ name: String, _ arguments: Arguments) throws(CommandError) -> Int64 {
        guard let time = try arguments.time(name) ?? moment?.time else { return engine.now }
        let (elapsed, overflow) = time.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        guard !overflow, elapsed >= 0 else {
            throw arguments.refusal("--\(name) is \(time), but the market opens at \(start).")
        }
        return max(elapsed, engine.now)
    }
}
