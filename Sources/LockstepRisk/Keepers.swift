import LockstepModel

/// Which venue keeps each account, and which of the instruments belong to such venues.
struct Keepers: Hashable, Sendable {
    /// By account, the number of the venue that keeps it; 0 for none.
    private let accounts: ContiguousArray<UInt16>
    /// By instrument, the number of its venue where that keeps accounts; else 0.
    private let instruments: ContiguousArray<UInt16>
    /// By instrument, whether an order may name no price above what a token redeems for.
    private let isGuarded: ContiguousArray<Bool>

    init(
        _ instruments: Instruments, _ accounts: [Account], _ holders: Set<VenueID>,
        _ redeeming: Set<VenueID>
    ) {
        self.accounts = ContiguousArray(accounts.map { $0.venue?.rawValue ?? 0 })
        self.instruments = ContiguousArray(
            instruments.map { holders.contains($0.venue) ? $0.venue.rawValue : 0 })
        isGuarded = ContiguousArray(instruments.map { redeeming.contains($0.venue) })
    }

    /// Whether a venue keeps an account.
    func isKept(_ account: Int) -> Bool {
        accounts.indices.contains(account) && accounts[account] != 0
    }

    /// Whether an account trades where an instrument does.
    func areTogether(_ account: Int, _ instrument: Int) -> Bool {
        guard accounts.indices.contains(account), instruments.indices.contains(instrument) else {
            return true
        }
        return accounts[account] == instruments[instrument]
    }

    /// Whether no order for an instrument may name a price above what it redeems for.
    func isGuarded(_ instrument: Int) -> Bool {
        isGuarded.indices.contains(instrument) && isGuarded[instrument]
    }
}
