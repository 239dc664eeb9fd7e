import LockstepBus
import LockstepEvents

/// The topics of Lockstep by their numbers in every log.
enum TopicNumber {
    static let control: UInt32 = 0
    static var lifecycle: UInt32 { number(Topics.lifecycle) }
    static var frame: UInt32 { number(Topics.frame) }
    static var intent: UInt32 { number(Topics.intent) }
    static var order: UInt32 { number(Topics.order) }
    static var orderUpdate: UInt32 { number(Topics.orderUpdate) }
    static var fill: UInt32 { number(Topics.fill) }
    static var booking: UInt32 { number(Topics.booking) }
    static var lotClosed: UInt32 { number(Topics.lotClosed) }
    static var snapshot: UInt32 { number(Topics.snapshot) }
    static var outcomeQuote: UInt32 { number(Topics.outcomeQuote) }
    static var note: UInt32 { number(Topics.note) }

    /// What an order is found by, and what happens to it.
    static let ofOrders: Set<UInt32> = [order, orderUpdate, fill]

    private static func number<Payload>(_ topic: Topic<Payload>) -> UInt32 {
        UInt32(topic.id.rawValue)
    }
}
