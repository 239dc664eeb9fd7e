import LockstepModel

/// The rule `equity`: equity is cash and what is held at the last marks; exposures and what is not
/// realised follow from the same marks.
///
/// A mark is the last close of the instrument's first series, or the price of the fill that opened
/// the position as long as there is none. Where the configuration does not tell the grid of what is
/// held, equity is compared with the snapshot's own cash and exposure.
struct EquityCheck: Sendable {
    /// What accounts are owed, less what they owe: neither cash nor a position.
    private var claims: [UInt32: Int128] = [:]

    /// Takes what a booking leaves unpaid, or pays.
    mutating func take(_ booking: Booking) {
        if !booking.kind.costsItself { return }
        let change = Int128(booking.fee.units) + Int128(booking.cashChange.units)
        claims[booking.account.rawValue, default: 0] -= change
    }

    /// Takes a snapshot.
    func take(
        _ snapshot: Snapshot, _ holdings: borrowing Holdings, _ bars: borrowing LastBars,
        _ terms: borrowing RunTerms, _ findings: inout SemanticFindings
    ) {
        findings.examine(.equity)
        let id = snapshot.account
        let net = Int128(snapshot.netExposure.units)
        let due =
            Int128(snapshot.cash.units) + net
            + (claims.isEmpty ? 0 : claims[id.rawValue] ?? 0)
        findings.check(
            .equity, Int128(snapshot.equity.units) == due,
            expected: "equity of \(terms.text(due, of: id)), cash, claims and exposure",
            found: terms.text(Int128(snapshot.equity.units), of: id))
        let worth = holdings.worth(of: id, bars, terms)
        guard let value = worth.net else { return }
        findings.check(
            .equity, net == value,
            expected: "exposure of \(terms.text(value, of: id)) at the last marks",
            found: terms.text(net, of: id))
        findings.check(
            .equity, Int128(snapshot.grossExposure.units) == worth.gross,
            expected: "gross exposure of \(terms.text(worth.gross, of: id)) at the last marks",
            found: terms.text(Int128(snapshot.grossExposure.units), of: id))
        let unrealised = value - worth.cost
        findings.check(
            .equity, Int128(snapshot.unrealised.units) == unrealised,
            expected: "\(terms.text(unrealised, of: id)) unrealised at the last marks",
            found: terms.text(Int128(snapshot.unrealised.units), of: id))
    }
}
