package import LockstepModel

/// The double entry of one account in one currency.
///
/// Amounts are units of money; a debit is positive, a credit negative, so the balances of a ledger
/// sum to zero at any time. The columns that fills touch lie side by side; those of ``Other`` have
/// storage once the first of them is posted to.
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
        /// Money put aside as margin: it is the account's, and not at hand.
        case marginHeld
        /// Money that is owed to the account, such as a dividend before its payment.
        case receivable
        /// Money that the account owes, a credit, such as a borrow fee before its payment.
        case payable
        /// Funding paid, less funding received.
        case funding
        /// What borrowing short positions cost, less the rebate on their proceeds.
        case borrow
        /// Interest on cash below zero.
        case interest
        /// Dividends received, a credit.
        case dividendIncome
        /// Dividends paid on short positions.
        case dividendExpense
        /// Fees of liquidations.
        case liquidationFee
        /// Losses beyond zero that an insurance bore, a credit.
        case insurance
        /// Money of this currency that was given for another, less what was got.
        case conversion
    }

    /// An entry that is to be posted: one amount for each column.
    package struct Entry: Sendable {
        fileprivate var amounts = InlineArray<17, Int64>(repeating: 0)

        /// Nothing in any column.
        package init() {}

        /// The amount of one column in units; a debit is positive.
        package subscript(column: Column) -> Int64 {
            get { amounts[column.rawValue] }
            set { amounts[column.rawValue] = newValue }
        }

        /// Debits less credits, exactly.
        package var difference: Int128 {
            Column.allCases.reduce(0) { $0 &+ Int128(self[$1]) }
        }
    }

    private var cash: Int64 = 0
    private var inventory: Int64 = 0
    /// The capital and all that has no place of its own here: what ``others`` hold, summed.
    private var capitalAndOthers: Int64 = 0
    private var realisedPrice: Int64 = 0
    private var fees: Int64 = 0
    private var rebates: Int64 = 0
    /// The columns from ``Column/marginHeld`` on; empty until one of them is posted to.
    private var others: ContiguousArray<Int64> = []

    /// Makes a ledger without money.
    package init() {}

    /// The balance of one column in units; a debit is positive.
    package subscript(column: Column) -> Int64 {
        @inline(__always) get {
            switch column {
            case .cash: cash
            case .inventory: inventory
            case .realisedPrice: realisedPrice
            case .fees: fees
            case .rebates: rebates
            default: other(column)
            }
        }
    }

    @inline(never)
    private func other(_ column: Column) -> Int64 {
        if column == .capital {
            // Each post has found the difference to fit.
            return others.reduce(capitalAndOthers) { $0 &- $1 }
        }
        return others.isEmpty ? 0 : others[column.rawValue - Column.marginHeld.rawValue]
    }

    /// The credit of one column, at most the greatest amount there is.
    package func credit(in column: Column) -> Money {
        Money(units: self[column] == .min ? .max : -self[column])
    }

    /// Dividends received, less those paid; at the ends of the range the nearest amount.
    package var dividends: Money {
        let sum = -(Int128(self[.dividendIncome]) + Int128(self[.dividendExpense]))
        return Money(units: Int64(clamping: sum))
    }

    /// Whether anything was posted beside what fills and deposits post to.
    package var hasOthers: Bool { !others.isEmpty }

    /// What belongs to the account and is neither at hand nor a position: margin and what is owed
    /// to it, less what it owes.
    package var claims: Int64 {
        get throws(ArithmeticError) {
            if others.isEmpty { return 0 }
            return try FixedPoint.add(
                FixedPoint.add(self[.marginHeld], self[.receivable]), self[.payable])
        }
    }

    /// Debits less credits, exactly.
    package var difference: Int128 {
        Column.allCases.reduce(0) { $0 &+ Int128(self[$1]) }
    }

    /// Whether the balances sum to zero, given that each was posted to without an overflow.
    @inline(__always)
    var addsUp: Bool {
        // Zero, or a multiple of 2⁶⁴, which no defect of a posting makes.
        cash &+ inventory &+ capitalAndOthers &+ realisedPrice &+ fees &+ rebates == 0
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
        self.cash = try FixedPoint.add(self.cash, cash)
        inventory = try FixedPoint.add(inventory, cost)
        realisedPrice = try FixedPoint.subtract(realisedPrice, profit)
        fees = try FixedPoint.add(fees, fee)
        rebates = try FixedPoint.subtract(rebates, rebate)
        return addsUp
    }

    /// Posts an entry, and checks that it and the ledger after it sum to zero.
    ///
    /// - Parameters:
    ///   - entry: Debits and credits.
    ///   - place: What is being booked, for the message.
    /// - Throws: ``PortfolioError/unbalanced(_:difference:)`` or
    ///   ``PortfolioError/arithmetic(_:_:)``.
    @inline(never)
    package mutating func post(
        _ entry: borrowing Entry, _ place: PortfolioPlace
    ) throws(PortfolioError) {
        if entry.difference != 0 { throw .unbalanced(place, difference: entry.difference) }
        do throws(ArithmeticError) { try add(entry) } catch { throw .arithmetic(error, place) }
        if difference != 0 { throw .unbalanced(place, difference: difference) }
    }

    private mutating func add(_ entry: borrowing Entry) throws(ArithmeticError) {
        let capital = try FixedPoint.add(self[.capital], entry[.capital])
        cash = try FixedPoint.add(cash, entry[.cash])
        inventory = try FixedPoint.add(inventory, entry[.inventory])
        realisedPrice = try FixedPoint.add(realisedPrice, entry[.realisedPrice])
        fees = try FixedPoint.add(fees, entry[.fees])
        rebates = try FixedPoint.add(rebates, entry[.rebates])
        let first = Column.marginHeld.rawValue
        var sum = capital
        for column in Column.allCases where column.rawValue >= first {
            let amount = entry[column]
            if amount != 0, others.isEmpty {
                others = ContiguousArray(repeating: 0, count: Column.allCases.count - first)
            }
            if others.isEmpty { continue }
            let place = column.rawValue - first
            others[place] = try FixedPoint.add(others[place], amount)
            sum = try FixedPoint.add(sum, others[place])
        }
        capitalAndOthers = sum
    }
}
