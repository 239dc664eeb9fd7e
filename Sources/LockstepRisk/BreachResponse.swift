/// What happens to an account that has lost as much as `daily_loss` or `drawdown` names.
public enum BreachResponse: String, Hashable, Sendable, Codable, CaseIterable {
    /// It opens nothing more; what works stays.
    case reject
    /// The kill switch is pulled for it: what works is cancelled.
    case kill
    /// The kill switch is pulled for it, and its positions are closed.
    case flatten
}
