public import LockstepModel

extension Context {
    /// Pulls the kill switch of the strategy's account.
    ///
    /// At once all orders of the account are cancelled, those of other strategies too, with the
    /// reason ``OrderReason/killed``; a bar in progress still meets them. What is asked for
    /// afterwards is rejected with that reason until the halt is cleared, which a strategy cannot do.
    ///
    /// - Parameters:
    ///   - flatten: Whether the account's positions are closed too, by market orders of the run.
    ///   - instrument: The instrument it is about; nil for all.
    public mutating func halt(flatten: Bool = false, _ instrument: InstrumentID? = nil) {
        seat.value.emit(
            .halt(
                Halt(
                    reason: .killed, scope: instrument, account: seat.value.account,
                    flatten: flatten)))
    }

    /// Why the strategy's account may not trade an instrument.
    ///
    /// - Parameter instrument: The instrument.
    /// - Returns: The reason of the halt, or nil when it may.
    public func haltReason(_ instrument: InstrumentID) -> OrderReason? {
        seat.value.desk.value.halts.reason(of: instrument, in: seat.value.account)
    }
}
