/// How an order hangs together with others.
@frozen
public struct OrderLink: Hashable, Sendable, Codable {
    /// The order whose fills make this one active.
    public var parent: OrderID?
    /// The group of which one fill cancels or reduces the others: the number of its first order.
    public var group: OrderID?

    /// Makes the link.
    @inlinable
    public init(parent: OrderID? = nil, group: OrderID? = nil) {
        self.parent = parent
        self.group = group
    }

    /// No link.
    @inlinable
    public static var none: Self { Self() }
}

/// What shall change about an order; nil leaves it as it is.
@frozen
public struct OrderAmendment: Hashable, Sendable, Codable {
    /// The new total quantity, what is filled included.
    public var quantity: Quantity?
    /// The new limit.
    public var price: Price?
    /// The new trigger price.
    public var stop: Price?

    /// Makes the amendment.
    @inlinable
    public init(quantity: Quantity? = nil, price: Price? = nil, stop: Price? = nil) {
        self.quantity = quantity
        self.price = price
        self.stop = stop
    }
}

/// What a strategy asks of its venue.
@frozen
public enum OrderAction: Hashable, Sendable, Codable {
    /// A new order.
    case place(OrderTerms)
    /// Other terms for an order.
    case amend(OrderID, OrderAmendment)
    /// The end of an order.
    case cancel(OrderID)
    /// The end of all its orders, of one instrument or of all.
    case cancelAll(InstrumentID?)
}

/// What a strategy wants, before risk has seen it.
@frozen
public struct Intent: Hashable, Sendable, Codable {
    /// The number of the intent: of the order, where it places one.
    public let id: OrderID
    /// The strategy that asks.
    public let strategy: StrategyID
    /// The account it trades for.
    public let account: AccountID
    /// What it asks.
    public let action: OrderAction

    /// Makes the intent.
    ///
    /// - Parameters:
    ///   - id: The number of the intent.
    ///   - strategy: The strategy that asks.
    ///   - account: The account it trades for.
    ///   - action: What it asks.
    @inlinable
    public init(id: OrderID, strategy: StrategyID, account: AccountID, action: OrderAction) {
        self.id = id
        self.strategy = strategy
        self.account = account
        self.action = action
    }
}

/// An intent that passed risk: a new order, an amendment or a cancel on its way to the venue.
@frozen
public struct Order: Hashable, Sendable, Codable {
    /// What was asked.
    public let intent: Intent
    /// The envelope in which it was asked.
    public let intentSequence: SequenceNumber
    /// When it was asked.
    public let decidedAt: Timestamp

    /// Makes the order.
    ///
    /// - Parameters:
    ///   - intent: What was asked.
    ///   - intentSequence: The envelope in which it was asked.
    ///   - decidedAt: When it was asked.
    @inlinable
    public init(intent: Intent, intentSequence: SequenceNumber, decidedAt: Timestamp) {
        self.intent = intent
        self.intentSequence = intentSequence
        self.decidedAt = decidedAt
    }
}

/// A strategy's hold on an order it placed, valid before the venue knows of it.
@frozen
public struct OrderHandle: Hashable, Sendable, Codable {
    /// The order.
    public let id: OrderID

    /// Makes the handle of an order.
    @inlinable
    public init(_ id: OrderID) { self.id = id }
}
