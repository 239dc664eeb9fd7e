import LockstepModel

/// One reason to refuse an order.
///
/// A rule decides about a candidate it can judge and passes one that an earlier or later rule
/// refuses for good: without a price there is no worth, and the rule of marks says so.
protocol RiskRule: Sendable {
    /// The reason it gives; rules are asked in ascending number.
    static var reason: OrderReason { get }

    /// Looks at an order.
    ///
    /// - Parameters:
    ///   - order: The order as it would stand.
    ///   - view: What is known of the run.
    /// - Returns: The figure that refuses it, or nil when it passes.
    func refusal(of order: OrderCandidate, _ view: borrowing RiskView) -> Int64?
}
