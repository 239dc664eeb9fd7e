public import LockstepModel

/// What became of an intent.
public enum RiskVerdict: Hashable, Sendable {
    /// It may go to its venue.
    case passed(Order)
    /// It may not: the first reason in ascending number, and the figure that refused.
    case refused(OrderReason, limit: Int64)
}

/// Why an intent may not reach its venue.
public struct RiskRefusal: Hashable, Sendable {
    /// The first reason against it in ascending number.
    public let reason: OrderReason
    /// The figure that refused.
    public let limit: Int64

    init(_ reason: OrderReason, limit: Int64) {
        self.reason = reason
        self.limit = limit
    }
}
