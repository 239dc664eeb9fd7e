package import LockstepModel

/// The outcomes of an event among the instruments of a run.
///
/// The tokens of an event have symbols such as `final/Ann/YES` and `final/Ann/NO`.
package struct CrowdMarket: Hashable, Sendable {
    /// The names of the events of a run, in the order of their instruments.
    ///
    /// - Parameter instruments: The instruments.
    /// - Returns: The names, each once.
    package static func names(_ instruments: Instruments) -> [String] {
        var names: [String] = []
        for instrument in instruments {
            let parts = instrument.symbol.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 3, parts[2] == "YES", names.last != String(parts[0]) {
                names.append(String(parts[0]))
            }
        }
        return names
    }

    /// What an agent sees of an event before it has heard any price.
    ///
    /// - Parameters:
    ///   - name: The name of the event; empty for the only one.
    ///   - instruments: The instruments of the run.
    /// - Returns: The view.
    /// - Throws: ``CrowdError``.
    static func view(_ name: String, _ instruments: Instruments) throws -> CrowdView {
        let names = names(instruments)
        let found = name.isEmpty && names.count == 1 ? names[0] : name
        guard names.contains(found) else {
            throw CrowdError.noMarket(name: name, known: names)
        }
        var outcomes: [CrowdOutcome] = []
        var first: Instrument?
        for yes in instruments where yes.symbol.hasPrefix(found + "/") {
            guard yes.symbol.hasSuffix("/YES") else { continue }
            let no = try instruments(yes.symbol.dropLast(3) + "NO")
            outcomes.append(CrowdOutcome(yes: yes.id, no: no.id))
            first = first ?? yes
        }
        guard let first else { throw CrowdError.noMarket(name: name, known: names) }
        let tick = try first.tickSize.scaled(toDecimals: 6)
        let lot = try first.lot.scaled(toDecimals: 6)
        return CrowdView(
            outcomes: outcomes, tick: max(1, tick), lotsPerToken: max(1, CrowdView.unit / lot))
    }
}
