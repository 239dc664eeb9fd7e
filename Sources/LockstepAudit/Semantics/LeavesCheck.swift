import LockstepModel

/// The rule `leaves`: what is filled and what is left of an order is its quantity, which only an
/// amendment that was asked for makes greater.
struct LeavesCheck: Sendable {
    /// Takes what a venue said of an order, as the order was before.
    func take(_ update: OrderUpdate, _ order: OpenOrder?, _ findings: inout SemanticFindings) {
        guard let order, let leaves = order.leaves else { return }
        let found = Int128(update.leaves.lots)
        switch update.change {
        case .rejected, .amendRejected, .cancelRejected: return
        case .accepted, .triggered, .cancelled, .expired:
            findings.examine(.leaves)
            findings.check(
                .leaves, found == leaves,
                expected: "\(update.order.text) with \(leaves)lots left", found: "\(found)lots")
        case .amended where update.reason == .corporateAction:
            findings.examine(.leaves)
            findings.check(
                .leaves, found > 0, expected: "\(update.order.text) with a lot left after a split",
                found: "\(found)lots")
        case .amended:
            findings.examine(.leaves)
            // A venue may make an order smaller of its own accord, never greater.
            let isSound =
                order.place(ofAmendmentLeaving: found) != nil
                || order.asked.isEmpty && found >= 0 && found <= leaves
            findings.check(
                .leaves, isSound,
                expected: order.asked.isEmpty
                    ? "\(update.order.text) with at most \(leaves)lots left, as nobody amended it"
                    : "\(update.order.text) with what was asked for left", found: "\(found)lots")
        }
    }

    /// Takes a fill of an order, as the order was before.
    func take(_ fill: Fill, _ order: OpenOrder?, _ findings: inout SemanticFindings) {
        findings.examine(.leaves)
        findings.check(
            .leaves, fill.quantity.lots > 0, expected: "a fill of one lot at least",
            found: "\(fill.quantity.lots)lots")
        guard let order, let leaves = order.leaves else { return }
        let rest = leaves - Int128(fill.quantity.lots)
        findings.check(
            .leaves, rest >= 0, expected: "a fill of at most \(leaves)lots of \(fill.order.text)",
            found: "\(fill.quantity.lots)lots")
        findings.check(
            .leaves, Int128(fill.leaves.lots) == max(0, rest),
            expected: "\(max(0, rest))lots left of \(fill.order.text)",
            found: "\(fill.leaves.lots)lots")
    }
}
