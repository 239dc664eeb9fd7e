public import LockstepModel

/// Orders that were recorded, by participant: a feed that trades.
///
/// As text it is CSV with these columns, in any order; a row is one thing a participant asked for:
///
/// | Column | |
/// |---|---|
/// | `time` | when, in UTC: `2026-01-01T00:00:01Z`; rows are in order of time |
/// | `participant` | who: a name |
/// | `account` | the account it is for |
/// | `order` | its number, from 1 and rising for each participant |
/// | `phase` | `decide`, or `match` for what answers the batch of that time and joins the next |
/// | `action` | `market`, `limit`, `cancel` or `cancel_all` |
/// | `instrument` | the symbol; not for `cancel`, and none means all for `cancel_all` |
/// | `side`, `size` | `buy` or `sell`, and how much; for `market` and `limit` |
/// | `price` | the limit |
/// | `auto_fill` | `true` where the venue may fill a limit order from its own pool; else `false` |
/// | `max_slippage` | how far from the reference price a market order may fill; none for any |
/// | `target` | the number of the order that is cancelled |
package struct OrderFlow: Hashable, Sendable {
    /// One who asked for things.
    package struct Participant: Hashable, Sendable {
        /// The name.
        package let name: String
        /// The name of the account.
        package let account: String
        /// What was asked, in order.
        package var orders: [RecordedOrder] = []

        package init(name: String, account: String, orders: [RecordedOrder] = []) {
            self.name = name
            self.account = account
            self.orders = orders
        }
    }

    /// The columns, in the order in which they are written.
    package static let columns = [
        "time", "participant", "account", "order", "phase", "action", "instrument", "side", "size",
        "price", "auto_fill", "max_slippage", "target",
    ]

    /// The participants, in the order of their first rows.
    package var participants: [Participant] = []

    package init(participants: [Participant] = []) { self.participants = participants }

    /// How many rows there are.
    package var count: Int { participants.reduce(0) { $0 + $1.orders.count } }
}

/// Why a row of recorded orders is refused.
public enum OrderFlowFault: Hashable, Sendable {
    /// The time is before that of the row before.
    case unsorted(Timestamp, previous: Timestamp)
    /// The number is not above the participant's last one.
    case numberNotRising(UInt32, previous: UInt32)
    /// A field says something that is not one of the words known.
    case unknownWord(String, known: [String])
    /// A field that the action needs is empty.
    case missing(action: String)
    /// There is no such instrument.
    case instrument(ModelError)
    /// A number does not fit the instrument.
    case number(ModelError)
    /// A quantity is zero, or a number below the least that makes sense.
    case notPositive(String)
    /// The participant's account is another one than in its rows before.
    case otherAccount(String, previous: String)
    /// The instrument is not the YES token of an outcome.
    case noOutcome(String)
    /// A number is not from 0 to 1.
    case noProbability(String)
    /// No row before has the number.
    case noTarget(Int64)
}

extension OrderFlowFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unsorted(let time, let previous):
            "The time \(time) is before \(previous) of the row before. Sort the rows by time."
        case .numberNotRising(let number, let previous):
            "The number \(number) does not come after \(previous), the participant's last one. "
                + "Number its rows upward from 1."
        case .unknownWord(let word, let known):
            "\"\(word)\" is none of \(known.joined(separator: ", "))."
                + NearestName.suggestion(for: word, among: known)
        case .missing(let action): "It is empty, but \(action) needs it. Fill it in."
        case .instrument(let error), .number(let error): error.description
        case .notPositive(let text): "\(text) is not above zero. Correct it, or remove the row."
        case .otherAccount(let account, let previous):
            "The account is \(account), but was \(previous) before. "
                + "Give each participant one account."
        case .noOutcome(let symbol):
            "\(symbol) is no outcome. Name the YES token of one, such as final/Ann/YES."
        case .noProbability(let text): "\(text) is not from 0 to 1."
        case .noTarget(let number):
            "No row of the participant before this one has the number \(number)."
        }
    }
}
