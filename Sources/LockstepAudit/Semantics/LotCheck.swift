import LockstepModel

/// The rule `lots`: a fill closes lots of the other side, as the account matches them, and each slice is told with
/// its share of quantity, notional and fee; no more is closed than was open.
struct LotCheck: Sendable {
    /// The slices that the fills of the step close and the log has not told yet.
    private var due: ContiguousArray<(fill: UInt64, slice: LotClosed)> = []
    private var next = 0

    /// Takes what a sound log tells of a fill.
    mutating func expect(_ slices: [LotClosed], of fill: SequenceNumber) {
        for slice in slices { due.append((fill.rawValue, slice)) }
    }

    /// Takes a slice that was closed.
    mutating func take(
        _ slice: LotClosed, cause: SequenceNumber, _ terms: borrowing RunTerms,
        _ findings: inout SemanticFindings
    ) {
        findings.examine(.lots)
        // What an earlier fill closes comes first.
        while next < due.count, due[next].fill < cause.rawValue { missing(&findings) }
        guard next < due.count, due[next].fill == cause.rawValue else {
            findings.add(
                .lots, expected: "no lot closed by record \(cause.rawValue)",
                found: "\(slice.quantity.lots)lots of instrument \(slice.instrument.rawValue)")
            return
        }
        let expected = due[next].slice
        next += 1
        if slice != expected { compare(slice, expected, terms, &findings) }
    }

    /// Looks for slices that were not told, when their step ends.
    mutating func seal(_ findings: inout SemanticFindings) {
        while next < due.count { missing(&findings) }
        if !due.isEmpty { due.removeAll(keepingCapacity: true) }
        next = 0
    }

    private mutating func missing(_ findings: inout SemanticFindings) {
        let (fill, slice) = due[next]
        next += 1
        findings.add(
            .lots,
            expected: "a lot of \(slice.quantity.lots)lots of instrument "
                + "\(slice.instrument.rawValue) closed by fill \(fill)", found: "none")
    }

    private func compare(
        _ slice: LotClosed, _ expected: LotClosed, _ terms: borrowing RunTerms,
        _ findings: inout SemanticFindings
    ) {
        func text(_ slice: LotClosed) -> String {
            func money(_ money: Money) -> String {
                terms.text(Int128(money.units), of: expected.account)
            }
            return
                "\(slice.quantity.lots)lots of instrument \(slice.instrument.rawValue) in account "
                + "\(slice.account.rawValue) of strategy \(slice.strategy.rawValue), \(slice.side) "
                + "\(slice.openedAt) to \(slice.closedAt), notional \(money(slice.openNotional)) to "
                + "\(money(slice.closeNotional)), fees \(money(slice.openFee)) and "
                + "\(money(slice.closeFee)), profit \(money(slice.grossProfit))"
        }
        findings.add(.lots, expected: text(expected), found: text(slice))
    }
}
