import LockstepModel

/// The rule `cash`: every fill is booked once in its step, its cash changes by its own notional,
/// fee and rebate, and the cash of an account is the sum of its changes.
struct CashCheck: Sendable {
    private struct Account: Sendable {
        /// The sum of the changes.
        var cash: Int128 = 0
        /// By how much the last record differed from it; told once, not in every record after.
        var difference: Int128 = 0
    }

    private var accounts: [UInt32: Account] = [:]

    /// Takes a booking.
    ///
    /// - Parameters:
    ///   - booking: The booking.
    ///   - cause: What caused it.
    ///   - place: The place of its fill among those of the step, where it has one.
    ///   - scope: The step.
    ///   - terms: How amounts are written.
    ///   - findings: Where findings go.
    mutating func take(
        _ booking: Booking, cause: SequenceNumber, fill place: Int?, _ scope: borrowing StepScope,
        _ terms: borrowing RunTerms, _ findings: inout SemanticFindings
    ) {
        findings.examine(.cash)
        var change = Int128(booking.cashChange.units)
        if booking.kind.isOfFill {
            findings.check(
                .cash, booking.fill == cause,
                expected: "a booking of fill \(cause.rawValue), which caused it",
                found: "one of fill \(booking.fill.rawValue)")
            if let place {
                let fill = scope.fills[place].fill
                let isToken = terms.isToken(fill.instrument)
                let kind = isToken ? BookingKind(of: fill.point, fill.side) : .trade
                findings.check(
                    .cash, booking.kind == kind,
                    expected: "a booking of kind \(kind), as fill \(booking.fill.rawValue) is one",
                    found: "one of kind \(booking.kind)")
                findings.check(
                    .cash, !scope.fills[place].isBooked,
                    expected: "one booking of fill \(booking.fill.rawValue)", found: "another")
                findings.check(
                    .cash,
                    booking.account == fill.account && booking.strategy == fill.strategy
                        && booking.instrument == fill.instrument,
                    expected: "account, strategy and instrument of fill \(booking.fill.rawValue)",
                    found: "account \(booking.account.rawValue), strategy "
                        + "\(booking.strategy.rawValue), instrument "
                        + "\(booking.instrument.rawValue)")
                let paid = Int128(fill.notional.units) * (fill.side == .buy ? -1 : 1)
                let due = paid - Int128(fill.fee.units) + Int128(fill.rebate.units)
                findings.check(
                    .cash, change == due,
                    expected: "a change of \(terms.text(due, of: booking.account)), by the fill",
                    found: terms.text(change, of: booking.account))
                change = due
            } else {
                findings.add(
                    .cash, expected: "a booking of a fill of this step",
                    found: "one of record \(booking.fill.rawValue), which is none")
            }
        }
        accounts[booking.account.rawValue, default: Account()].cash += change
        compare(booking.cashAfter, of: booking.account, terms, &findings)
    }

    /// Takes a snapshot.
    mutating func take(
        _ snapshot: Snapshot, _ terms: borrowing RunTerms, _ findings: inout SemanticFindings
    ) {
        findings.examine(.cash)
        compare(snapshot.cash, of: snapshot.account, terms, &findings)
    }

    /// Looks for fills that nobody booked, when their step ends.
    func seal(_ scope: borrowing StepScope, _ findings: inout SemanticFindings) {
        for place in scope.fills.indices where !scope.fills[place].isBooked {
            findings.add(
                .cash, expected: "a booking of fill \(scope.fills[place].sequence)",
                found: "none in its step")
        }
    }

    private mutating func compare(
        _ stated: Money, of id: AccountID, _ terms: borrowing RunTerms,
        _ findings: inout SemanticFindings
    ) {
        var account = accounts[id.rawValue] ?? Account()
        let difference = Int128(stated.units) - account.cash
        findings.check(
            .cash, difference == 0 || difference == account.difference,
            expected: "cash of \(terms.text(account.cash, of: id)) in account \(id.rawValue)",
            found: terms.text(Int128(stated.units), of: id))
        account.difference = difference
        accounts[id.rawValue] = account
    }
}
