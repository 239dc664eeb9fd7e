import LockstepModel

/// What the portfolio keeps for dated events: last prices at any time of a step, rates, and
/// dividends that wait for their payment.
// Safe because: one portfolio alone refers to it, which cannot be copied, and is used by the loop of one
// run. As a value it left the buffer of its payments behind when a portfolio ended.
final class DatedBooks: @unchecked Sendable {
    /// A dividend that was earned, or is owed, and not paid yet.
    struct Payment: Sendable {
        let due: Timestamp
        let instrument: InstrumentID
        let account: Int
        /// Below zero where it is owed.
        let amount: Int64
    }

    let instruments: Instruments
    let financing: Financing
    /// By instrument: what borrowing costs a year.
    var borrowRates: [Rate]
    /// By instrument: the last price, those of the step in hand included.
    var marks: [Price?]
    /// By instrument: whether its last price stands for one that was not traded.
    var stands: [Bool]
    /// The instruments whose last price an event of the step in hand has moved.
    var moved: [Int] = []
    /// In the order in which they arose.
    var payments: [Payment] = []

    init(_ instruments: Instruments, _ financing: Financing) {
        self.instruments = instruments
        self.financing = financing
        borrowRates = instruments.map { financing.borrows[$0.id]?.rate ?? .zero }
        marks = [Price?](repeating: nil, count: instruments.count)
        stands = [Bool](repeating: false, count: instruments.count)
    }

    /// The smallest step of what is charged and paid.
    var increment: Int64 { max(1, financing.feeIncrement?.units ?? 1) }
}
