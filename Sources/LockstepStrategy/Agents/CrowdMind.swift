package import LockstepModel

/// How an agent of a crowd decides: a pure value that sees, draws and asks.
package protocol CrowdMind: Codable, Sendable {
    /// What a configuration may set.
    associatedtype Parameters: CrowdParameters

    /// The name under which configurations speak of the agent.
    static var name: String { get }
    /// Whether every decision takes back what is open, so that all cash and tokens are free for it.
    static var cancelsFirst: Bool { get }

    /// Makes an agent; ``CrowdError`` for parameters outside their ranges.
    init(_ parameters: Parameters) throws

    /// Decides once.
    ///
    /// - Parameters:
    ///   - view: What the agent knows.
    ///   - random: Its own stream.
    /// - Returns: What it asks for, in order.
    mutating func decide(_ view: CrowdView, _ random: inout RandomStream) -> [CrowdAction]

    /// Takes what the agent alone was told: how likely an outcome is, in millionths.
    mutating func hear(_ belief: Int64, about outcome: Int)
}

extension CrowdMind {
    package static var cancelsFirst: Bool { false }

    package mutating func hear(_ belief: Int64, about outcome: Int) {}
}

/// What every agent of a crowd has in common.
package protocol CrowdParameters: StrategyParameters {
    /// The event: the name of its venue; empty for the only one of the run.
    var market: String { get }
    /// The grid of times at which it may decide, in milliseconds from the start.
    var every: Int64 { get }
    /// After how many times of the grid it decides again, on average.
    var patience: Int64 { get }
}

/// A parameter of an agent that is outside its range.
enum CrowdError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A number is outside its range.
    case outOfRange(name: String, value: Int64, range: ClosedRange<Int64>)
    /// The run has no event of the name; without a name, it has none or several.
    case noMarket(name: String, known: [String])

    var description: String {
        switch self {
        case .outOfRange(let name, let value, let range):
            let bounds =
                range.upperBound == .max
                ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            return "\(name) must be \(bounds), not \(value)."
        case .noMarket(let name, let known):
            if known.isEmpty { return "the run has no outcome market. Add a venue of that kind." }
            let list = known.joined(separator: ", ")
            return name.isEmpty
                ? "the run has several outcome markets. Name one as market: \(list)."
                : "market is \"\(name)\", but there is no such outcome market."
                    + NearestName.suggestion(for: name, among: known) + " Known: \(list)."
        }
    }

    /// Refuses a number outside its range.
    static func check(
        _ name: String, _ value: Int64, _ range: ClosedRange<Int64>
    ) throws(CrowdError) {
        if !range.contains(value) { throw .outOfRange(name: name, value: value, range: range) }
    }
}
