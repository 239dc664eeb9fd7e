import LockstepModel

/// What the ledger says of the accounts of a venue, as its bookings come.
struct HeldLedger: Hashable, Sendable, Codable {
    private(set) var cash: [Int64]
    /// By account, and in it by token, in lots.
    private(set) var positions: [Int64]
    private let tokens: Int
    /// The accounts that were touched since the books were compared, each once, in order of touch.
    private(set) var touched: [Int] = []
    private var isTouched: [Bool]

    init(accounts: Int, tokens: Int) {
        cash = [Int64](repeating: 0, count: accounts)
        positions = [Int64](repeating: 0, count: accounts * tokens)
        isTouched = [Bool](repeating: false, count: accounts)
        self.tokens = tokens
    }

    /// Notes that an account is to be compared.
    mutating func touch(_ account: Int) {
        if isTouched[account] { return }
        isTouched[account] = true
        touched.append(account)
    }

    /// Takes a booking.
    mutating func take(_ booking: Booking, token: Int?) {
        let account = Int(booking.account.rawValue) - 1
        guard cash.indices.contains(account) else { return }
        cash[account] = booking.cashAfter.units
        if let token { positions[account * tokens + token] = booking.positionAfter.lots }
        touch(account)
    }

    /// The position of a token.
    func position(_ account: Int, _ token: Int) -> Int64 { positions[account * tokens + token] }

    /// Begins anew after all were compared.
    mutating func clear() {
        for account in touched { isTouched[account] = false }
        touched.removeAll(keepingCapacity: true)
    }
}
