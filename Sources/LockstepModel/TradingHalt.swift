/// What may not be traded: a halt stays until it is cleared.
///
/// A halt names an instrument or all of them, and an account or all of them; those of different
/// scopes are kept apart. An event with the reason ``OrderReason/none`` clears every halt that lies
/// within its own scope; one without a scope clears all.
public struct TradingHalt: Hashable, Sendable {
    private let instruments: Int
    private var halts: [UInt64: Halt] = [:]
    /// Whether nothing is halted.
    public private(set) var isClear = true
    /// Whether a kill switch is pulled that closes positions.
    public private(set) var flattens = false

    /// Nothing is halted.
    ///
    /// - Parameter count: The number of instruments.
    public init(instruments count: Int) { instruments = count }

    /// Halts, or clears a halt; an instrument the run does not have changes nothing.
    ///
    /// - Parameter halt: The event.
    public mutating func apply(_ halt: Halt) {
        if let scope = halt.scope, Int(scope.rawValue) > instruments { return }
        if halt.reason == .none {
            halts = halts.filter { !halt.covers($0.value) }
        } else {
            halts[Self.key(halt.account, halt.scope)] = halt
        }
        isClear = halts.isEmpty
        flattens = halts.values.contains { $0.kills && $0.flatten }
    }

    /// Why an instrument is halted for everyone.
    ///
    /// - Parameter instrument: The instrument.
    /// - Returns: The reason given, or nil when it may be traded.
    public func reason(of instrument: InstrumentID) -> OrderReason? {
        (halts[0] ?? halts[Self.key(nil, instrument)])?.reason
    }

    /// Why an account may not trade an instrument.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - account: The account.
    /// - Returns: The reason given, that of the kill switch before that of a pause; nil when it may.
    public func reason(of instrument: InstrumentID, in account: AccountID) -> OrderReason? {
        if isClear { return nil }
        return kill(instrument, account)?.reason ?? pause(instrument, account)?.reason
    }

    /// The kill switch that stops an account in an instrument; in all of them for nil.
    public func kill(_ instrument: InstrumentID?, _ account: AccountID) -> Halt? {
        first(instrument, account) { $0.kills }
    }

    /// The pause that stops an account in an instrument.
    public func pause(_ instrument: InstrumentID, _ account: AccountID) -> Halt? {
        first(instrument, account) { !$0.kills }
    }

    /// The widest halt of a kind that covers an account and an instrument.
    private func first(
        _ instrument: InstrumentID?, _ account: AccountID, _ isMeant: (Halt) -> Bool
    ) -> Halt? {
        if isClear { return nil }
        if let halt = halts[0], isMeant(halt) { return halt }
        if let halt = halts[Self.key(account, nil)], isMeant(halt) { return halt }
        guard let instrument else { return nil }
        if let halt = halts[Self.key(nil, instrument)], isMeant(halt) { return halt }
        if let halt = halts[Self.key(account, instrument)], isMeant(halt) { return halt }
        return nil
    }

    private static func key(_ account: AccountID?, _ instrument: InstrumentID?) -> UInt64 {
        UInt64(account?.rawValue ?? 0) << 32 | UInt64(instrument?.rawValue ?? 0)
    }
}

extension Halt {
    /// Whether everything that another one names is named by this one too.
    public func covers(_ other: Self) -> Bool {
        (scope == nil || scope == other.scope) && (account == nil || account == other.account)
    }
}
