import LockstepFiles
package import LockstepModel

/// What agents are told in private, by time.
///
/// As text it is CSV with the columns `time` (UTC, `2026-01-01T00:00:01Z`, rows in order),
/// `agent` (its name), `outcome` (the symbol of the outcome's YES token) and `belief` (how likely
/// the outcome is, from 0 to 1, with at most six decimals).
package struct SignalFeed: Hashable, Sendable {
    /// One message to one agent.
    package struct Signal: Hashable, Sendable {
        /// When.
        package let time: Timestamp
        /// To whom.
        package let agent: String
        /// The outcome's YES token.
        package let outcome: InstrumentID
        /// How likely the outcome is, in millionths.
        package let belief: Int64
        /// The line of the file.
        package let line: Int
    }

    /// The file.
    package let name: String
    /// The messages, in order of time.
    package private(set) var signals: [Signal] = []

    private static let columns = ["time", "agent", "outcome", "belief"]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - instruments: The instruments of the run.
    /// - Throws: ``FeedError``.
    package init(path: String, _ instruments: Instruments) throws(FeedError) {
        try self.init(TimedRows.open(path: path, Self.columns), instruments)
    }

    /// Takes the text of a file; see ``init(path:_:)``.
    package init(
        text: String, name: String, _ instruments: Instruments
    ) throws(FeedError) {
        try self.init(TimedRows.open(text: text, name: name, Self.columns), instruments)
    }

    private init(_ rows: TimedRows, _ instruments: Instruments) throws(FeedError) {
        var rows = rows
        name = rows.reader.name
        while try rows.next() {
            let outcome = try rows.instrument("outcome", instruments)
            if !outcome.symbol.hasSuffix("/YES") {
                throw rows.refusal("outcome", .noOutcome(outcome.symbol))
            }
            let number = try rows.decimal("belief", for: "a row")
            let belief: Int64
            do throws(ModelError) {
                belief = try number.scaled(toDecimals: 6)
            } catch { throw rows.refusal("belief", .number(error)) }
            guard (0...1_000_000).contains(belief) else {
                throw rows.refusal("belief", .noProbability(rows.text("belief")))
            }
            signals.append(
                Signal(
                    time: rows.time, agent: try rows.needed("agent", for: "a row"),
                    outcome: outcome.id, belief: belief, line: rows.reader.line))
        }
    }
}
