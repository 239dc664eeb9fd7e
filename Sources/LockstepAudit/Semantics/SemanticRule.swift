/// What a log of a sound run keeps to, from its first record to its last.
public enum SemanticRule: UInt8, Hashable, Sendable, CaseIterable {
    /// Every payload is one that its topic may have.
    case records
    /// Steps end in the order of their numbers, and nothing follows the end of the run.
    case steps
    /// A step has one time, and time rises from step to step.
    case times
    /// A cause lies before what it caused, in the same step.
    case parents
    /// Everything but the driver's own has a cause, and both come from where they may.
    case causes
    /// An order reaches its venue only after risk passed its intent; each intent is judged once.
    case risk
    /// An order's states follow each other as they may.
    case orders
    /// What is filled and what is left of an order is its quantity.
    case leaves
    /// Fills belong to orders that the venue accepted and still works.
    case fills
    /// No fill is made at data from before its decision.
    case decisions
    /// Each fill is booked once, by its own notional, and cash is the sum of its changes.
    case cash
    /// A position is the sum of its fills.
    case positions
    /// Lots are closed first in, first out, never more than are open.
    case lots
    /// Realised profits and fees are the sums of their parts.
    case profits
    /// Equity is cash, and what is held at the last marks.
    case equity

    /// The name, as commands and messages show it.
    public var name: String { "\(self)" }

    /// What the rule demands, in a line.
    public var demand: String {
        switch self {
        case .records: "every payload is one that its topic may have"
        case .steps: "steps end in order, and nothing follows the end"
        case .times: "one time in a step, rising from step to step"
        case .parents: "a cause comes before, in the same step"
        case .causes: "everything has the cause and producer it may have"
        case .risk: "an order passes only after its intent was judged"
        case .orders: "the states of an order follow as they may"
        case .leaves: "filled and left of an order are its quantity"
        case .fills: "fills belong to orders that are working"
        case .decisions: "no fill at data from before the decision"
        case .cash: "each fill booked once, cash the sum of its changes"
        case .positions: "positions are the sums of fills"
        case .lots: "lots close first in, first out"
        case .profits: "profits and fees are the sums of their parts"
        case .equity: "equity is cash and positions at the marks"
        }
    }
}
