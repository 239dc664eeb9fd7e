package import LockstepModel

/// The double entry of one account in one currency.
///
/// Amounts are units of money; a debit is positive, a credit negative, so the balances of a ledger
/// sum to zero at any time. A new kind of amount is one more column.
package struct Ledger: Sendable {
    /// What a balance is of.
    package enum Column: Int, Hashable, Sendable, CaseIterable {
        /// Money at hand.
        case cash
        /// What is held, at cost; below zero for short positions.
        case inventory
        /// Money from outside, a credit.
        case capital
        /// The profit of what was closed, a credit, before fees.
        case realisedPrice
        /// Fees paid.
        case fees
        /// Rebates received, a credit.
        case rebates
    }

    /// One amount for each column: an entry that is to be posted, or the balances themselves.
    package struct Amounts: Sendable {
        private var cash: Int64 = 0
        private var inventory: Int64 = 0
        private var capital: Int64 = 0
        private var realisedPrice: Int64 = 0
        private var fees: Int64 = 0
        private var rebates: Int64 = 0

        /// Nothing in any column.
        package init() {}

        /// The amount of one column in units; a debit is positive.
        package subscript(column: Column) -> Int64 {
            @inline(__always) get {
                switch column {
                case .cash: cash
                case .inventory: inventory
                case .capital: capital
                case .realisedPrice: realisedPrice
                case .fees: fees
                case .rebates: rebates
                }
            }
            @inline(__always) set {
                switch column {
                case .cash: cash = newValue
                case .inventory: inventory = newValue
                case .capital: capital = newValue
                case .realisedPrice: realisedPrice = newValue
                case .fees: fees = newValue
                case .rebates: rebates = newValue
                }
            }
        }

        /// Debits less credits, exactly.
        package var difference: Int128 {
            Column.allCases.reduce(0) { $0 &+ Int128(self[$1]) }
        }

        /// Whether debits and credits are equal, exactly.
        package var isBalanced: Bool {
            @inline(__always) get {
                let (first, isWide1) = cash.addingReportingOverflow(inventory)
                let (second, isWide2) = first.addingReportingOverflow(capital)
                let (third, isWide3) = second.addingReportingOverflow(realisedPrice)
                let (fourth, isWide4) = third.addingReportingOverflow(fees)
                let (sum, isWide5) = fourth.addingReportingOverflow(rebates)
                if isWide1 || isWide2 || isWide3 || isWide4 || isWide5 {
                    // A part may be wide where the whole is not.
                    return difference == 0
                }
                return sum == 0
            }
        }

        /// Whether the sum is zero, or a multiple of 2⁶⁴, which no defect of a posting makes.
        @inline(__always)
        fileprivate var addsUp: Bool {
            cash &+ inventory &+ capital &+ realisedPrice &+ fees &+ rebates == 0
        }

        /// Adds what a trade changes.
        @inline(__always)
        fileprivate mutating func addTrade(
            _ cash: Int64, _ cost: Int64, _ profit: Int64, _ fee: Int64, _ rebate: Int64
        ) throws(ArithmeticError) {
            self.cash = try FixedPoint.add(self.cash, cash)
            inventory = try FixedPoint.add(inventory, cost)
            realisedPrice = try FixedPoint.subtract(realisedPrice, profit)
            fees = try FixedPoint.add(fees, fee)
            rebates = try FixedPoint.subtract(rebates, rebate)
        }

        /// Adds an entry column by column.
        @inline(__always)
        fileprivate mutating func add(_ entry: borrowing Amounts) throws(ArithmeticError) {
            cash = try FixedPoint.add(cash, entry.cash)
            inventory = try FixedPoint.add(inventory, entry.inventory)
            capital = try FixedPoint.add(capital, entry.capital)
            realisedPrice = try FixedPoint.add(realisedPrice, entry.realisedPrice)
            fees = try FixedPoint.add(fees, entry.fees)
            rebates = try FixedPoint.add(rebates, entry.rebates)
        }
    }

    /// The balances; they sum to zero.
    package private(set) var balances = Amounts()

    /// Makes a ledger without money.
    package init() {}

    /// The balance of one column in units; a debit is positive.
    package subscript(column: Column) -> Int64 { balances[column] }

    /// The credit of one column, at most the greatest amount there is.
    package func credit(in column: Column) -> Money {
        Money(units: balances[column] == .min ? .max : -balances[column])
    }

    /// Posts a trade where the balances lie, and tells whether they sum to zero after it.
    ///
    /// They did before, and no column may overflow: so their sum says whether the entry is
    /// balanced, and needs no wider arithmetic.
    ///
    /// - Parameters:
    ///   - cash: By how much the cash changes, fee and rebate included.
    ///   - cost: By how much the inventory changes.
    ///   - profit: What was realised before fees.
    ///   - fee: The fee paid.
    ///   - rebate: The rebate received.
    /// - Returns: Whether the books add up.
    /// - Throws: ``ArithmeticError/overflow``; the ledger is then not to be used any further.
    @inline(__always)
    mutating func postTrade(
        cash: Int64, cost: Int64, profit: Int64, fee: Int64, rebate: Int64
    ) throws(ArithmeticError) -> Bool {
        try balances.addTrade(cash, cost, profit, fee, rebate)
        return balances.addsUp
    }

    /// Whether the balances sum to zero, given that each was posted to without an overflow.
    @inline(__always)
    var addsUp: Bool { balances.addsUp }

    /// Posts an entry, and checks that it and the ledger after it sum to zero.
    ///
    /// - Parameters:
    ///   - entry: Debits and credits.
    ///   - place: What is being booked, for the message.
    /// - Throws: ``PortfolioError/unbalanced(_:difference:)`` or
    ///   ``PortfolioError/arithmetic(_:_:)``.
    @inline(__always)
    package mutating func post(
        _ entry: borrowing Amounts, _ place: PortfolioPlace
    ) throws(PortfolioError) {
        if !entry.isBalanced { throw .unbalanced(place, difference: entry.difference) }
        do { try balances.add(entry) } catch { throw .arithmetic(error, place) }
        if !balances.isBalanced { throw .unbalanced(place, difference: balances.difference) }
    }
}
