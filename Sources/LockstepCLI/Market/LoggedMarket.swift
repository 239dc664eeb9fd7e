import LockstepAudit
import LockstepBus
import LockstepEvents
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket

/// The outcome market of a run as it stood at a moment, rebuilt from the run's audit log.
///
/// A venue with the configuration of the log is told again what was decided and asked: the data of
/// each step, the orders that passed risk, and the batches at their times. Its fills are compared
/// with those of the log, so a state that is not the run's is never given.
struct LoggedMarket {
    /// Which moment is meant.
    enum Wish: Hashable, Sendable {
        /// The end of the log.
        case end
        /// After all steps up to a time.
        case time(Timestamp)
        /// After a step, by its number from 1.
        case step(UInt64)
    }

    /// The log, as it was named.
    let path: String
    /// The name of the venue.
    let venue: String
    let settings: OutcomeMarketSettings
    /// How the market stood.
    let engine: OutcomeMarketEngine
    /// The moment that was found.
    let moment: QuotedMarket.Moment

    /// Rebuilds a market.
    ///
    /// - Parameters:
    ///   - path: The log.
    ///   - wish: The moment.
    ///   - arguments: What was found on the command line; `--venue` names one of several markets.
    /// - Throws: ``CommandError``.
    init(
        reading path: String, at wish: Wish, _ arguments: Arguments
    ) throws(CommandError) {
        self.path = path
        do {
            let log = try AuditLog(path: path)
            let configuration = try Self.configuration(of: log)
            let market = try Self.market(of: configuration, log.name, arguments)
            var replay = MarketReplay(
                try OutcomeMarket(settings: market.settings)
                    .makeEngine(market.id, in: configuration.setting),
                log: log.name)
            try replay.run(log, until: wish)
            venue = market.name
            settings = market.settings
            engine = replay.venue.market
            moment = QuotedMarket.Moment(
                step: replay.step, time: replay.step == 0 ? settings.start : replay.now)
        } catch let error as CommandError {
            throw error
        } catch let error as MarketError {
            throw .other(
                .badData, message: "\(path): The market cannot be rebuilt from it. \(error)")
        } catch {
            throw .other(ExitCode(of: error), message: "\(error)")
        }
        if case .step(let number) = wish, number > moment.step {
            throw arguments.refusal(
                "--step is \(number), but \(path) has \(moment.step) steps.")
        }
        if case .time(let time) = wish, time < settings.start {
            throw arguments.refusal(
                "--at is \(time), but the market opens at \(settings.start).")
        }
    }

    private static func configuration(of log: AuditLog) throws -> LoggedConfiguration {
        let reader = try log.events(of: Topics.control).reader()
        while let event = try reader.next() {
            guard case .configuration(let json) = event.payload else { continue }
            do { return try LoggedConfiguration(json) } catch {
                throw CommandError.other(
                    .badData,
                    message: "\(log.name): Its configuration is of another version, or was "
                        + "edited. \(Self.text(error))")
            }
        }
        throw CommandError.other(
            .badData, message: "\(log.name): It ends before its configuration.")
    }

    private static func text(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return "\(place): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }

    private static func market(
        of configuration: LoggedConfiguration, _ path: String, _ arguments: Arguments
    ) throws(CommandError) -> LoggedConfiguration.Market {
        let names = configuration.markets.map(\.name)
        guard let first = configuration.markets.first else {
            throw .other(.badData, message: "\(path): No venue of the run is an outcome market.")
        }
        guard let name = arguments.value("venue") else {
            if names.count == 1 { return first }
            throw arguments.refusal(
                "\(path) has several outcome markets. Name one with --venue: "
                    + names.joined(separator: ", ") + ".")
        }
        guard let found = configuration.markets.first(where: { $0.name == name }) else {
            throw arguments.refusal(
                "--venue names \"\(name)\", but the run has no such outcome market."
                    + NearestName.suggestion(for: name, among: names)
                    + " Known: \(names.joined(separator: ", ")).")
        }
        return found
    }
}
