import LockstepModel

/// The rule `orders`: an order is accepted before anything else happens to it, and nothing follows
/// its end; what is refused is refused of an order that was.
struct OrderCheck: Sendable {
    /// Takes what a venue said of an order.
    ///
    /// - Parameters:
    ///   - update: What it said.
    ///   - order: The order as it was before.
    ///   - orders: All that have not ended.
    ///   - findings: Where findings go.
    func take(
        _ update: OrderUpdate, _ order: OpenOrder?, _ orders: borrowing OpenOrders,
        _ findings: inout SemanticFindings
    ) {
        findings.examine(.orders)
        let id = update.order
        switch update.change {
        case .accepted, .rejected:
            findings.check(
                .orders, (order?.unanswered ?? 0) > 0,
                expected: "\(update.change) of an order that passed risk and was not answered",
                found: "\(id.text), which \(Self.state(order, id, orders))")
        case .triggered, .amended, .cancelled, .expired:
            findings.check(
                .orders, order?.isWorking == true,
                expected: "\(update.change) of an order that works",
                found: "\(id.text), which \(Self.state(order, id, orders))")
        case .amendRejected, .cancelRejected:
            takeRefusal(update, order, orders, &findings)
            return
        }
        guard let order else { return }
        findings.check(
            .orders,
            update.strategy == order.strategy && update.account == order.account
                && update.instrument == order.instrument,
            expected: "\(id.text) of strategy \(order.strategy.rawValue), "
                + "account \(order.account.rawValue), instrument \(order.instrument.rawValue)",
            found: "of strategy \(update.strategy.rawValue), "
                + "account \(update.account.rawValue), instrument \(update.instrument.rawValue)")
    }

    private func takeRefusal(
        _ update: OrderUpdate, _ order: OpenOrder?, _ orders: borrowing OpenOrders,
        _ findings: inout SemanticFindings
    ) {
        let id = update.order
        switch update.reason {
        case .unknownOrder:
            let isOwn = order?.strategy == update.strategy && order?.account == update.account
            findings.check(
                .orders, !(order?.isWorking == true && isOwn),
                expected: "an order that is not known",
                found: "\(id.text), which \(Self.state(order, id, orders))")
        case .alreadyFilled, .alreadyEnded:
            findings.check(
                .orders, order?.isWorking != true && orders.mayHaveBeen(id),
                expected: "an order that has ended",
                found: "\(id.text), which \(Self.state(order, id, orders))")
        default:
            findings.check(
                .orders, orders.mayHaveBeen(id), expected: "an order that passed risk",
                found: "\(id.text), which \(Self.state(order, id, orders))")
        }
    }

    /// What is known of an order, for findings.
    static func state(
        _ order: OpenOrder?, _ id: OrderID, _ orders: borrowing OpenOrders
    ) -> String {
        if let order {
            return order.isWorking ? "is working" : "was not accepted yet"
        }
        return orders.mayHaveBeen(id) ? "has ended" : "never passed risk"
    }
}
