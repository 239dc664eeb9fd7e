public import LockstepModel

/// Something a market has to tell.
@nonexhaustive
public enum MarketOutput: Hashable, Sendable, Codable {
    /// Something happened to an order that is no fill.
    case update(OrderUpdate)
    /// An execution.
    case fill(Fill)
    /// The prices of an outcome have changed.
    case quote(OutcomeQuote)
    /// Something happened beside orders and fills.
    case venue(VenueEvent)
    /// The top of an order book.
    case top(BookTop)
}
