public import LockstepBus

/// In what state a log is.
public enum AuditStatus: Hashable, Sendable {
    /// It is whole: the run ended, and its log was closed.
    case closed(ControlEvent.EndStatus)
    /// It ends too early: the run is still writing, or died. What lies before is right.
    case torn(AuditDamage)
    /// Something in its middle is damaged. What lies before is right.
    case corrupt(AuditDamage)

    /// Whether the log is whole.
    public var isClosed: Bool {
        if case .closed = self { return true }
        return false
    }

    /// Where the log ceases to be right; nil where it is whole.
    public var damage: AuditDamage? {
        switch self {
        case .closed: nil
        case .torn(let damage), .corrupt(let damage): damage
        }
    }
}

/// Where a log ceases to be right, and why.
public struct AuditDamage: Hashable, Sendable {
    /// The first byte that is not accepted.
    public let offset: UInt64
    /// The number of the block that should begin there.
    public let block: UInt64
    /// The number of the last record that is accepted; 0 for none.
    public let lastSequence: UInt64
    /// What is wrong.
    public let fault: AuditFault
}

extension AuditDamage: CustomStringConvertible {
    public var description: String {
        "at byte \(offset) (block \(block), after seq \(lastSequence)): \(fault)"
    }
}

extension AuditStatus: CustomStringConvertible {
    public var description: String {
        switch self {
        case .closed(let status): "closed (\(status))"
        case .torn(let damage): "torn \(damage)"
        case .corrupt(let damage): "corrupt \(damage)"
        }
    }
}
