import LockstepFeed
import LockstepModel
import LockstepOutcomeMarket

/// The outcome market of a configuration, at its opening.
struct ConfiguredMarket {
    /// The configuration, as it was named.
    let path: String
    /// The name of the venue.
    let venue: String
    /// The settings.
    let settings: OutcomeMarketSettings
    /// The eliminations that the configuration plans; empty without.
    let plannedEliminations: [MarketCheck.Elimination]
    /// The market at its opening.
    let engine: OutcomeMarketEngine
    /// The currency of all amounts.
    let currency: Currency

    /// Reads a configuration; only its venues are looked at.
    ///
    /// - Parameter arguments: What was found on the command line: the file, `--set` and `--venue`.
    /// - Throws: ``CommandError``.
    init(_ arguments: Arguments) throws(CommandError) {
        path = arguments.operands[0]
        let file = try ConfigurationFile(reading: path, overrides: try arguments.overrides)
        let markets = try file.outcomeVenues()
        let names = markets.map(\.name)
        guard let first = markets.first else {
            throw .configuration(
                place: path,
                message: "No venue is an outcome market. Write kind = \"outcome\" in [[venues]].")
        }
        var found = first
        if let name = arguments.value("venue") {
            guard let named = markets.first(where: { $0.name == name }) else {
                throw arguments.refusal(
                    "--venue names \"\(name)\", but there is no such outcome market."
                        + NearestName.suggestion(for: name, among: names)
                        + " Known: \(names.joined(separator: ", ")).")
            }
            found = named
        } else if markets.count > 1 {
            throw arguments.refusal(
                "\(path) has several outcome markets. Name one with --venue: "
                    + names.joined(separator: ", ") + ".")
        }
        venue = found.name
        settings = found.settings
        plannedEliminations = try Self.eliminations(found)
        do {
            engine = try OutcomeMarketEngine(settings.parameters)
            currency = try Currency("USDC")
        } catch {
            throw .configuration(place: path, message: "\(error)")
        }
    }

    /// The eliminations in the file of a venue's events.
    private static func eliminations(
        _ venue: OutcomeVenue
    ) throws(CommandError) -> [MarketCheck.Elimination] {
        guard let path = venue.events else { return [] }
        var eliminations: [MarketCheck.Elimination] = []
        do throws(FeedError) {
            var file = try ResolutionFile(
                path: path, outcomes: venue.settings.outcomes, instrument: InstrumentID(1))
            while let dated = try file.next() {
                guard let resolution = OutcomeResolution(dated.datum),
                    resolution.action == .eliminate
                else { continue }
                let (elapsed, isFar) = dated.time.nanoseconds.subtractingReportingOverflow(
                    venue.settings.start.nanoseconds)
                eliminations.append(
                    MarketCheck.Elimination(
                        at: isFar ? 0 : max(0, elapsed),
                        resolution.outcomes.map { Int($0) - 1 }))
            }
        } catch {
            throw .other(ExitCode(of: error), message: error.description)
        }
        return eliminations
    }

    /// The name of an outcome.
    func name(_ outcome: Int) -> String { settings.outcomes[outcome] }
}

/// Amounts of an outcome market as text.
enum Millionths {
    /// A number of millionths, exactly, with six decimals.
    static func text(_ value: Int64) -> String {
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(rest)
        return (value < 0 ? "-" : "") + "\(whole)."
            + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }

    /// A price with four decimals.
    static func price(_ value: Double) -> String {
        let scaled = Int64((value * 10_000).rounded(.toNearestOrEven))
        let digits = String(scaled % 10_000)
        return "\(scaled / 10_000)."
            + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    /// A number of tokens without needless zeros.
    static func tokens(_ value: Int64) -> String {
        var text = text(value)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

extension Arguments {
    /// The value of an option as a number of tokens, in millionths.
    ///
    /// - Parameters:
    ///   - name: The option.
    ///   - standard: What is meant where it was not given; nil where it must be.
    /// - Returns: Millionths of a token, above zero.
    /// - Throws: ``CommandError/usage(command:message:)``.
    func tokens(_ name: String, _ standard: Int64?) throws(CommandError) -> Int64 {
        guard let text = value(name) else {
            if let standard { return standard }
            throw refusal("--\(name) is missing: --\(name) TOKENS.")
        }
        if let decimal = try? ExactDecimal(text), let size = try? decimal.scaled(toDecimals: 6),
            (1...100_000_000_000_000).contains(size)
        {
            return size
        }
        throw refusal(
            "--\(name) must be a number of tokens above 0, up to 100000000 and with at most six "
                + "decimals, not \"\(text)\".")
    }
}
