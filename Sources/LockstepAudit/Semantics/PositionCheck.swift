import LockstepModel

/// The rule `positions`: the position that a booking tells is the sum of the signed fills.
struct PositionCheck: Sendable {
    /// By how much the last booking differed, by account and instrument; told once.
    private var differences: [UInt64: Int128] = [:]

    /// Takes the booking of a fill.
    mutating func take(
        _ booking: Booking, _ fill: StepScope.PendingFill,
        _ findings: inout SemanticFindings
    ) {
        findings.examine(.positions)
        let key = UInt64(booking.account.rawValue) << 32 | UInt64(booking.instrument.rawValue)
        let difference = Int128(booking.positionAfter.lots) - fill.position
        if difference == 0, differences.isEmpty { return }
        findings.check(
            .positions, difference == 0 || difference == differences[key],
            expected: "a position of \(fill.position)lots of instrument "
                + "\(booking.instrument.rawValue) in account \(booking.account.rawValue)",
            found: "\(booking.positionAfter.lots)lots")
        differences[key] = difference == 0 ? nil : difference
    }
}
