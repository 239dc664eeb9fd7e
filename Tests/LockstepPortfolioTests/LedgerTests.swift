import LockstepModel
import Testing

@testable import LockstepPortfolio

@Suite("Ledger")
struct LedgerTests {
    private static let place = PortfolioPlace(.venue, AccountID(1))

    /// An entry of amounts by column; debits are positive.
    private static func entry(_ amounts: [(Ledger.Column, Int64)]) -> Ledger.Entry {
        var entry = Ledger.Entry()
        for (column, amount) in amounts { entry[column] = amount }
        return entry
    }

    @Test(
        "Every column takes a debit against cash, and the capital stays what it was",
        arguments: Ledger.Column.allCases.filter { $0 != .cash })
    func columns(_ column: Ledger.Column) throws {
        var ledger = Ledger()
        try ledger.post(Self.entry([(.cash, 1000), (.capital, -1000)]), Self.place)
        try ledger.post(Self.entry([(column, 30), (.cash, -30)]), Self.place)
        try ledger.post(Self.entry([(column, -7), (.cash, 7)]), Self.place)
        for other in Ledger.Column.allCases where other != column && other != .cash {
            #expect(ledger[other] == (other == .capital ? -1000 : 0))
        }
        // 1000 − 30 + 7, and 30 − 7.
        #expect(ledger[.cash] == 977)
        #expect(ledger[column] == (column == .capital ? -1000 + 23 : 23))
        #expect(ledger.difference == 0)
        #expect(ledger.addsUp)
    }

    @Test("Margin and what is owed are claims: 40 + 24 − 9")
    func claims() throws {
        var ledger = Ledger()
        try ledger.post(Self.entry([(.marginHeld, 40), (.cash, -40)]), Self.place)
        try ledger.post(Self.entry([(.receivable, 24), (.dividendIncome, -24)]), Self.place)
        try ledger.post(Self.entry([(.borrow, 9), (.payable, -9)]), Self.place)
        #expect(try ledger.claims == 55)
        #expect(ledger.hasOthers)
    }

    @Test("An entry that is not balanced is refused, and changes nothing")
    func unbalanced() {
        var ledger = Ledger()
        #expect(throws: PortfolioError.unbalanced(Self.place, difference: 1)) {
            try ledger.post(Self.entry([(.funding, 3), (.cash, -2)]), Self.place)
        }
        #expect(ledger[.funding] == 0)
        #expect(!ledger.hasOthers)
    }

    @Test("A column that overflows is an error")
    func overflow() throws {
        var ledger = Ledger()
        try ledger.post(Self.entry([(.borrow, .max), (.payable, -.max)]), Self.place)
        #expect(throws: PortfolioError.arithmetic(.overflow, Self.place)) {
            try ledger.post(Self.entry([(.borrow, 1), (.cash, -1)]), Self.place)
        }
    }
}
