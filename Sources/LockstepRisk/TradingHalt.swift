public import LockstepModel

/// Which instruments may not be traded: a halt stays until it is cleared.
///
/// A halt of everything and the halts of single instruments are kept apart. An event with the
/// reason ``OrderReason/none`` clears what its scope names; without a scope it clears all.
public struct TradingHalt: Hashable, Sendable {
    private var everything = OrderReason.none
    private var instruments: ContiguousArray<OrderReason>
    /// Whether nothing is halted.
    private(set) var isClear = true

    /// Nothing is halted.
    ///
    /// - Parameter count: The number of instruments.
    public init(instruments count: Int) {
        instruments = ContiguousArray(repeating: .none, count: count)
    }

    /// Halts, or clears a halt; an instrument the run does not have changes nothing.
    ///
    /// - Parameter halt: The event.
    public mutating func apply(_ halt: Halt) {
        defer { isClear = everything == .none && instruments.allSatisfy { $0 == .none } }
        if let scope = halt.scope {
            let place = Int(scope.rawValue) - 1
            if instruments.indices.contains(place) { instruments[place] = halt.reason }
            return
        }
        everything = halt.reason
        if halt.reason == .none {
            for place in instruments.indices { instruments[place] = .none }
        }
    }

    /// Why an instrument is halted.
    ///
    /// - Parameter instrument: The instrument.
    /// - Returns: The reason given, or nil when it may be traded.
    public func reason(of instrument: InstrumentID) -> OrderReason? {
        reason(at: Int(instrument.rawValue) - 1)
    }

    @inline(__always)
    func reason(at place: Int) -> OrderReason? {
        if everything != .none { return everything }
        guard instruments.indices.contains(place), instruments[place] != .none else { return nil }
        return instruments[place]
    }
}
