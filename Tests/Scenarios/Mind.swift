package import LockstepModel

/// What a service of a scenario hears.
package enum Heard: Sendable {
    case lifecycle(Lifecycle)
    /// The frame, on its topic or on one of its routes.
    case frame, decide, match, settle
    case intent(Intent)
    case order(Order)
    case update(OrderUpdate)
    case fill(Fill)
    case booking(Booking)
    case lot(LotClosed)
    case snapshot(Snapshot)
    case note(Note)
    case wake(Wake)
    case halt(Halt)
    case pulse(UInt8, Pulse)
}

/// Where in the run something is heard.
package struct Moment: Hashable, Sendable {
    package let sequence: UInt64
    package let step: UInt64
    package let time: Timestamp

    package init(sequence: UInt64, step: UInt64, time: Timestamp) {
        (self.sequence, self.step, self.time) = (sequence, step, time)
    }
}

/// What a service of a scenario does about it, one after the other.
package enum Act: Sendable {
    case place(OrderTerms, tag: String?)
    case cancel(ordinal: UInt32)
    case cancelAll
    case pulse(UInt8, round: UInt64, value: Int64, text: String?)
    case wake(Timestamp)
    case note(String, Double)
    case halt(Halt)
    /// Gives way so many times, where the service can.
    case pause(Int)
    /// Waits for another thread, where the service can.
    case offload
    case fail(String)
}

/// What decides in a service of a scenario: a value that knows no bus.
///
/// The service and the reference engine both ask it, so they differ in order and barrier alone.
package protocol Mind: Sendable {
    /// The name of the service.
    var name: String { get }
    /// The numbers of the topics and routes it hears.
    var ears: [UInt8] { get }
    /// The topics it registers for its pulses, with their names.
    var topics: [(number: UInt8, name: String)] { get }
    /// Whether it only watches.
    var isObserver: Bool { get }

    /// What it does about an event.
    mutating func answer(_ heard: Heard, _ moment: Moment) -> [Act]
}

extension Mind {
    package var topics: [(number: UInt8, name: String)] { [] }
    package var isObserver: Bool { false }
}

/// What a service of a scenario throws.
package struct Refusal: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A mind with the place from which it trades.
package struct Seat: Sendable {
    package var mind: any Mind
    private let strategy: StrategyID
    private let account: AccountID
    private var ordinal: UInt32 = 0

    package init(_ mind: any Mind, as strategy: StrategyID, account: AccountID) {
        (self.mind, self.strategy, self.account) = (mind, strategy, account)
    }

    /// The intent of an act that trades, under the next number.
    package mutating func intent(_ action: OrderAction) -> Intent {
        ordinal += 1
        return Intent(
            id: OrderID(strategy: strategy, ordinal: ordinal), strategy: strategy,
            account: account, action: action)
    }

    /// An own order.
    package func order(_ ordinal: UInt32) -> OrderID {
        OrderID(strategy: strategy, ordinal: ordinal)
    }

    package func note(_ name: SymbolID, _ value: Double) -> Note {
        Note(strategy: strategy, name: name, value: value)
    }

    package func wake(_ time: Timestamp) -> Wake {
        Wake(time: time, requester: UInt64(strategy.rawValue))
    }
}
