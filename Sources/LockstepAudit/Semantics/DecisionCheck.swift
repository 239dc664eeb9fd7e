import LockstepModel

/// The rule `decisions`: a fill happens at or after the decision, and a fill in a bar is one of this
/// step's bar of its instrument, which begins no earlier than the decision.
///
/// At the open it happens when the bar begins, inside and at the close when it ends; its label is
/// the bar's. Fills at other points, and those of venues that are no bar market by the
/// configuration, are judged by their time alone.
struct DecisionCheck: Sendable {
    /// Takes a fill of an order, as the order was before.
    func take(
        _ fill: Fill, _ order: OpenOrder?, _ bars: borrowing LastBars, in step: UInt64,
        _ terms: borrowing RunTerms, _ findings: inout SemanticFindings
    ) {
        guard let order else { return }
        findings.examine(.decisions)
        let (decided, now) = (order.decidedAt, findings.time)
        findings.check(
            .decisions, fill.executedAt >= decided && fill.executedAt <= now,
            expected: "a fill from \(decided), the decision, to \(now)",
            found: "one at \(fill.executedAt)")
        guard fill.point.rawValue <= FillPoint.close.rawValue, terms.fillsByBars(fill.instrument)
        else {
            return
        }
        guard let last = bars[fill.instrument], last.step == step else {
            findings.add(
                .decisions,
                expected: "a bar of instrument \(fill.instrument.rawValue) in this step",
                found: "none that traded")
            return
        }
        let start = Timestamp(nanoseconds: last.bar.start)
        let (label, due) = (
            Timestamp(nanoseconds: last.bar.label),
            fill.point == .open ? start : Timestamp(nanoseconds: last.bar.end)
        )
        findings.check(
            .decisions, start >= decided,
            expected: "a bar that begins at \(decided), the decision, or later",
            found: "one that begins at \(start)")
        findings.check(
            .decisions, fill.executedAt == due && fill.label == label,
            expected: "a fill at \(due) in the bar labelled \(label)",
            found: "one at \(fill.executedAt) in a bar labelled \(fill.label)")
    }
}
