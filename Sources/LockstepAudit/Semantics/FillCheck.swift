import LockstepModel

/// The rule `fills`: a fill belongs to an order that its venue accepted and still works, and is of
/// that order's instrument, side, account and strategy.
struct FillCheck: Sendable {
    /// Takes a fill of an order, as the order was before.
    func take(
        _ fill: Fill, _ order: OpenOrder?, _ orders: borrowing OpenOrders,
        _ findings: inout SemanticFindings
    ) {
        // What a venue does by itself, such as a settlement, may have no order.
        if fill.order.rawValue == 0, fill.point.rawValue >= FillPoint.autoFill.rawValue { return }
        findings.examine(.fills)
        guard let order, order.isWorking else {
            let state = OrderCheck.state(order, fill.order, orders)
            findings.add(
                .fills, expected: "an order that works",
                found: "\(fill.order.text), which \(state)")
            return
        }
        findings.check(
            .fills,
            fill.instrument == order.instrument && fill.side == order.side
                && fill.account == order.account && fill.strategy == order.strategy,
            expected: "a \(order.side) of instrument \(order.instrument.rawValue) for account "
                + "\(order.account.rawValue) and strategy \(order.strategy.rawValue)",
            found: "a \(fill.side) of instrument \(fill.instrument.rawValue) for account "
                + "\(fill.account.rawValue) and strategy \(fill.strategy.rawValue)")
    }
}
