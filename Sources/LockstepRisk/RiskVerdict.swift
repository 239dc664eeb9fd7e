public import LockstepModel

/// What became of an intent.
public enum RiskVerdict: Hashable, Sendable {
    /// It may go to its venue.
    case passed(Order)
    /// It may not: the first reason in ascending number, and the figure that refused.
    case refused(OrderReason, limit: Int64)
}
