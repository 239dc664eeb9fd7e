/// Cash and tokens of one user.
package struct OutcomeAccount: Hashable, Sendable, Codable {
    /// What may be spent, in millionths of a USDC.
    package internal(set) var cash: Int64 = 0
    /// What stands behind resting purchases.
    package internal(set) var escrow: Int64 = 0
    /// Whether the user ever appeared.
    package internal(set) var isOpen = false
}

/// What one user holds of one token.
package struct OutcomeHolding: Hashable, Sendable, Codable {
    /// What may be sold, in millionths of a token.
    package internal(set) var free: Int64 = 0
    /// What stands behind resting sales.
    package internal(set) var escrow: Int64 = 0
}

/// The cash and tokens of all users, in rows by their numbers.
struct OutcomeAccounts: Hashable, Sendable, Codable {
    /// The first number that is too high for a user.
    static let limit: UInt32 = 1 << 22

    let outcomes: Int
    private let startBalance: Int64
    var cash: [OutcomeAccount] = []
    private(set) var holdings: [OutcomeHolding] = []
    /// What all users brought, together.
    private(set) var deposits: Int64 = 0
    /// The most that may be brought, so that no sum of money is more than can be counted.
    private let largestDeposits: Int64

    init(_ parameters: OutcomeMarketParameters) {
        outcomes = parameters.outcomes
        startBalance = parameters.startBalance
        largestDeposits = Exact.largest - parameters.subsidy
    }

    /// Opens the account of a user who appears, with the starting balance.
    ///
    /// - Returns: False when all balances together would be more than the market can count.
    @inline(__always)
    mutating func open(_ user: UInt32) -> Bool {
        if Int(user) < cash.count && cash[Int(user)].isOpen { return true }
        return open(user, cash: startBalance)
    }

    /// Opens an account with a balance.
    mutating func open(_ user: UInt32, cash balance: Int64) -> Bool {
        if balance > largestDeposits - deposits { return false }
        let missing = Int(user) + 1 - cash.count
        if missing > 0 {
            // Rows are made for twice as many, so that opening costs a constant on average.
            let rows = max(missing, cash.count)
            cash.append(contentsOf: repeatElement(OutcomeAccount(), count: rows))
            holdings.append(
                contentsOf: repeatElement(OutcomeHolding(), count: rows * outcomes * 2))
        }
        cash[Int(user)] = OutcomeAccount(cash: balance, isOpen: true)
        deposits += balance
        return true
    }

    @inline(__always)
    func row(_ user: UInt32, _ outcome: Int, _ token: OutcomeToken) -> Int {
        (Int(user) * outcomes + outcome) * 2 + Int(token.rawValue)
    }

    @inline(__always)
    func holding(_ user: UInt32, _ outcome: Int, _ token: OutcomeToken) -> OutcomeHolding {
        let row = row(user, outcome, token)
        return row < holdings.count ? holdings[row] : OutcomeHolding()
    }

    @inline(__always)
    mutating func addTokens(
        _ user: UInt32, _ outcome: Int, _ token: OutcomeToken, free: Int64, escrow: Int64 = 0
    ) {
        let row = row(user, outcome, token)
        holdings[row].free &+= free
        holdings[row].escrow &+= escrow
    }

    @inline(__always)
    mutating func addCash(_ user: UInt32, free: Int64, escrow: Int64 = 0) {
        cash[Int(user)].cash &+= free
        cash[Int(user)].escrow &+= escrow
    }

    /// Burns both tokens of an outcome and pays the holders of one of them.
    ///
    /// - Returns: What was paid.
    mutating func redeem(_ outcome: Int, paying token: OutcomeToken) -> Int64 {
        var paid: Int64 = 0
        for user in cash.indices where cash[user].isOpen {
            for each in OutcomeToken.allCases {
                let row = row(UInt32(user), outcome, each)
                if each == token {
                    cash[user].cash += holdings[row].free
                    paid += holdings[row].free
                }
                holdings[row].free = 0
            }
        }
        return paid
    }
}
