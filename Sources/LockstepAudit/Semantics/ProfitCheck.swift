import LockstepModel

/// The rule `profits`: a booking's profit is that of the lots its fill closes and its fee the
/// fill's, and a snapshot's are the sums of the bookings'.
struct ProfitCheck: Sendable {
    private struct Sums: Sendable {
        var realised: Int128 = 0
        var fees: Int128 = 0
        /// By how much the last snapshot differed; told once.
        var differences: (realised: Int128, fees: Int128) = (0, 0)
    }

    private var accounts: [UInt32: Sums] = [:]

    /// Takes a booking.
    mutating func take(
        _ booking: Booking, fill place: Int?, _ scope: borrowing StepScope,
        _ terms: borrowing RunTerms, _ findings: inout SemanticFindings
    ) {
        findings.examine(.profits)
        var (realised, fee) = (Int128(booking.realised.units), Int128(booking.fee.units))
        if booking.kind.costsItself { fee = 0 }
        if booking.kind.isOfFill, let place {
            let due = scope.fills[place].profit
            findings.check(
                .profits, realised == due,
                expected: "a profit of \(terms.text(due, of: booking.account)), by the lots closed",
                found: terms.text(realised, of: booking.account))
            let paid = Int128(scope.fills[place].fill.fee.units)
            findings.check(
                .profits, fee == paid,
                expected: "a fee of \(terms.text(paid, of: booking.account)), by the fill",
                found: terms.text(fee, of: booking.account))
            (realised, fee) = (due, paid)
        }
        accounts[booking.account.rawValue, default: Sums()].realised += realised
        accounts[booking.account.rawValue, default: Sums()].fees += fee
    }

    /// Takes a snapshot.
    mutating func take(
        _ snapshot: Snapshot, _ terms: borrowing RunTerms, _ findings: inout SemanticFindings
    ) {
        findings.examine(.profits)
        let id = snapshot.account
        var sums = accounts[id.rawValue] ?? Sums()
        let realised = Int128(snapshot.realised.units) - sums.realised
        findings.check(
            .profits, realised == 0 || realised == sums.differences.realised,
            expected: "\(terms.text(sums.realised, of: id)) realised in account \(id.rawValue)",
            found: terms.text(Int128(snapshot.realised.units), of: id))
        let fees = Int128(snapshot.fees.units) - sums.fees
        findings.check(
            .profits, fees == 0 || fees == sums.differences.fees,
            expected: "fees of \(terms.text(sums.fees, of: id)) in account \(id.rawValue)",
            found: terms.text(Int128(snapshot.fees.units), of: id))
        sums.differences = (realised, fees)
        accounts[id.rawValue] = sums
    }
}
