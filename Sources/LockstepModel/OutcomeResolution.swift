/// What is decided about an outcome market from outside: a datum of the feed, at its time.
public struct OutcomeResolution: Hashable, Sendable, Codable {
    /// What is decided.
    public enum Action: UInt8, Hashable, Sendable, Codable, CaseIterable {
        /// Trading stops.
        case freeze = 1
        /// Trading goes on, and a round begins.
        case resume = 2
        /// Outcomes leave the event.
        case eliminate = 3
        /// One outcome wins; everything is paid.
        case settle = 4
    }

    /// What is decided.
    public let action: Action
    /// The outcomes it is about, from 1.
    public let outcomes: [UInt32]

    /// Makes a resolution.
    ///
    /// - Parameters:
    ///   - action: What is decided.
    ///   - outcomes: The outcomes it is about, from 1.
    public init(_ action: Action, _ outcomes: [UInt32] = []) {
        self.action = action
        self.outcomes = outcomes
    }

    /// The number of this kind of datum.
    public static var datumKind: UInt8 { 16 }

    /// The datum in a frame.
    ///
    /// - Parameter instrument: An instrument of the venue it is about.
    /// - Returns: The datum.
    public func datum(of instrument: InstrumentID) -> MarketDatum {
        MarketDatum(
            kind: Self.datumKind, instrument: instrument,
            bytes: [action.rawValue] + outcomes.map { UInt8(truncatingIfNeeded: $0) })
    }

    /// Reads a datum; nil when it is no resolution.
    ///
    /// - Parameter datum: A datum of any kind.
    public init?(_ datum: MarketDatum) {
        guard datum.kind == Self.datumKind, let first = datum.bytes.first,
            let action = Action(rawValue: first)
        else { return nil }
        self.init(action, datum.bytes.dropFirst().map { UInt32($0) })
    }
}
