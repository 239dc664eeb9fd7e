/// What a participant once asked for, and when.
public struct RecordedOrder: Hashable, Sendable, Codable {
    /// The time of the step in which it was asked.
    public let time: Timestamp
    /// Its number among what the participant asked for, rising.
    public let number: UInt32
    /// Whether it answered what the batch of that step had brought, so that it belongs to the next.
    public let isAnswer: Bool
    /// What was asked; an order that is cancelled or amended is named by its number here.
    public let action: OrderAction

    /// Records something.
    ///
    /// - Parameters:
    ///   - time: The time of the step in which it was asked.
    ///   - number: Its number among what the participant asked for.
    ///   - action: What was asked.
    ///   - isAnswer: Whether it answered what the batch of that step had brought.
    public init(
        time: Timestamp, number: UInt32, action: OrderAction, isAnswer: Bool = false
    ) {
        self.isAnswer = isAnswer
        self.time = time
        self.number = number
        self.action = action
    }
}
