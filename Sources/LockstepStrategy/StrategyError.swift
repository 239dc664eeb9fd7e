public import LockstepModel

/// What can go wrong between a configuration and a strategy, and inside of one.
@nonexhaustive
public enum StrategyError: Error, Hashable, Sendable {
    /// No strategy has the name.
    case unknownStrategy(name: String, known: [String])
    /// Two strategies have one name.
    case duplicateStrategy(name: String)
    /// The strategy has no such parameter.
    case unknownParameter(strategy: String, key: String, place: String?, known: [String])
    /// One parameter is set twice.
    case duplicateParameter(strategy: String, key: String, place: String?)
    /// A parameter has the wrong type, or does not fit its type.
    case wrongParameter(
        strategy: String, key: String, place: String?, expected: String, found: String)
    /// The strategy refused its parameters.
    case refusedParameters(strategy: String, reason: String)
    /// The strategy trades on an account the run does not have.
    case unknownAccount(strategy: String, account: AccountID)
    /// The strategy subscribes to an instrument, or asks for a position in one, that the run does
    /// not have.
    case unknownInstrument(strategy: String, instrument: InstrumentID)
    /// The strategy subscribes to bars the run does not have.
    case unknownSeries(
        strategy: String, symbol: String, interval: BarInterval?, known: [BarInterval])
    /// A window is shorter than one value or longer than ``History/greatestLength``.
    case invalidPeriod(indicator: String, period: Int)
    /// A handler threw.
    case handlerThrew(strategy: String, handler: String, reason: String)
    /// An amount the strategy asked for does not fit exact arithmetic.
    case overflow(strategy: String, what: String)
    /// The numbers of intents or timers are used up.
    case tooManyIntents(strategy: String)
    /// A text could not be announced to the log.
    case textRefused(strategy: String, text: String, reason: String)
}

extension StrategyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownStrategy(let name, let known):
            return "there is no strategy \"\(name)\"."
                + NearestName.suggestion(for: name, among: known)
                + " Known: \(known.joined(separator: ", "))."
        case .duplicateStrategy(let name):
            return "two strategies are named \"\(name)\". Give one of them another name."
        case .unknownParameter(let strategy, let key, let place, let known):
            return "\(Self.prefix(place))\(strategy) has no parameter \"\(key)\"."
                + NearestName.suggestion(for: key, among: known)
                + (known.isEmpty
                    ? " It has none at all." : " It has: \(known.joined(separator: ", ")).")
        case .duplicateParameter(let strategy, let key, let place):
            return "\(Self.prefix(place))parameter \"\(key)\" of \(strategy) is set twice. "
                + "Remove one."
        case .wrongParameter(let strategy, let key, let place, let expected, let found):
            return "\(Self.prefix(place))parameter \"\(key)\" of \(strategy) must be \(expected), "
                + "not \(found)."
        case .refusedParameters(let strategy, let reason):
            return "\(strategy) refuses its parameters: \(reason)"
        case .unknownAccount(let strategy, let account):
            return "\(strategy) trades on account \(account.rawValue), which the run does not "
                + "have. Declare the account, or name another one."
        case .unknownInstrument(let strategy, let instrument):
            return "\(strategy) names instrument \(instrument.rawValue), which the run "
                + "does not have. Take identities from the instruments it is given."
        case .unknownSeries(let strategy, let symbol, let interval, let known):
            let wish = interval.map { "\($0) bars" } ?? "bars"
            let there =
                known.isEmpty
                ? "no bars at all" : known.map(\.description).joined(separator: ", ")
            return "\(strategy) subscribes to \(wish) of \(symbol), for which the run has "
                + "\(there). Add a data entry for them."
        case .invalidPeriod(let indicator, let period):
            return "\(indicator) cannot have a period of \(period). Choose one from 1 to "
                + "\(History<Int>.greatestLength)."
        case .handlerThrew(let strategy, let handler, let reason):
            return "\(strategy) threw in \(handler): \(reason)"
        case .overflow(let strategy, let what):
            return "\(strategy): \(what) is too large for exact arithmetic. Use smaller sizes, or "
                + "a coarser tick size or lot."
        case .tooManyIntents(let strategy):
            return "\(strategy) used up its 4294967295 intents or timers. Split the run by time."
        case .textRefused(let strategy, let text, let reason):
            return "\(strategy): the text \"\(text)\" cannot be written to the log: \(reason)"
        }
    }

    private static func prefix(_ place: String?) -> String { place.map { "\($0): " } ?? "" }
}
