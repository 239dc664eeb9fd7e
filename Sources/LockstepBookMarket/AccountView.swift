import LockstepModel

/// The engine's own view of an account: its fills at once, other bookings as they come.
struct AccountView: Hashable, Sendable, Codable, BitwiseCopyable {
    let id: AccountID
    let isMargin: Bool
    /// What the account was opened with.
    let startingCash: Money
    var cash: Money
    /// Whether the deposit that opened the account is still to be booked.
    var awaitsOpening: Bool

    init(_ account: Account) {
        id = account.id
        isMargin = account.kind == .margin
        startingCash = account.startingCash
        cash = account.startingCash
        awaitsOpening = true
    }

    /// Whether a booking is the deposit that opened the account, which is counted already.
    func isOpening(_ booking: Booking) -> Bool {
        awaitsOpening && booking.kind == .deposit && booking.cashChange == startingCash
            && booking.cashAfter == startingCash
    }
}
