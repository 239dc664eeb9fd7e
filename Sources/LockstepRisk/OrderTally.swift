package import LockstepModel

/// How many orders a run has seen, and what became of them.
///
/// Risk hears every intent, every answer and every fill: it counts them, so that nobody has to
/// hear them once more for that alone.
package struct OrderTally: Sendable {
    /// Orders that strategies and services asked for.
    package internal(set) var intents = 0
    /// Orders that reached their market.
    package internal(set) var accepted = 0
    /// Orders that risk or the market refused.
    package private(set) var rejected = 0
    /// Orders cancelled, in whole or the rest.
    package private(set) var cancelled = 0
    /// Orders whose time ran out.
    package private(set) var expired = 0
    /// Fills, of whole orders and of parts.
    package internal(set) var fills = 0
    /// Orders filled in whole.
    package internal(set) var filled = 0
    /// How often each reason was given, by its number.
    private var reasons = [Int](repeating: 0, count: 256)

    /// Nothing was seen.
    package init() {}

    /// The reasons given and how often, by their numbers.
    package var reasonCounts: [(reason: OrderReason, count: Int)] {
        OrderReason.allCases
            .map { (reason: $0, count: reasons[Int($0.rawValue)]) }
            .filter { $0.count > 0 }
            .sorted { $0.reason.rawValue < $1.reason.rawValue }
    }

    /// Counts an answer that is not simply that an order was taken.
    @inline(never)
    mutating func count(_ update: OrderUpdate) {
        switch update.change {
        case .accepted: accepted += 1
        case .rejected:
            rejected += 1
            // One that the market took and refused afterwards, as a post-only that would take.
            if !update.leaves.isZero { accepted -= 1 }
        case .cancelled: cancelled += 1
        case .expired: expired += 1
        case .triggered, .amended, .amendRejected, .cancelRejected: break
        }
        if update.reason != .none { reasons[Int(update.reason.rawValue)] += 1 }
    }
}
