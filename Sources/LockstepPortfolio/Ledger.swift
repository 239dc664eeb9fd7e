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
        private var units = InlineArray<6, Int64>(repeating: 0)

        /// Nothing in any column.
        package init() {}

        /// The amount of one column in units; a debit is positive.
        package subscript(column: Column) -> Int64 {
            @inline(__always) get { units[column.rawValue] }
            @inline(__always) set { units[column.rawValue] = newValue }
        }

        /// Debits less credits, exactly.
        package var difference: Int128 {
            @inline(__always) get {
                var sum: Int128 = 0
                for place in units.indices { sum &+= Int128(units[place]) }
                return sum
            }
        }

        /// Adds an entry column by column.
        @inline(__always)
        fileprivate mutating func add(_ entry: borrowing Amounts) throws(ArithmeticError) {
            for place in units.indices {
                units[place] = try FixedPoint.add(units[place], entry.units[place])
            }
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
        let difference = entry.difference
        if difference != 0 { throw .unbalanced(place, difference: difference) }
        do { try balances.add(entry) } catch { throw .arithmetic(error, place) }
        let after = balances.difference
        if after != 0 { throw .unbalanced(place, difference: after) }
    }
}
