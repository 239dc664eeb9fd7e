package import LockstepModel

/// Valuing what is held at the last traded closes.
///
/// Only accounts that hold something, or were booked, cost time; an account is walked position by
/// position, never instrument by instrument.
extension Portfolio {
    /// Takes the marks of a frame, checks the ledgers and tells what changed.
    ///
    /// ``snapshots`` gets one snapshot for each account whose cash, position or mark of a held
    /// instrument changed since its last one, and for every account the first time.
    ///
    /// - Parameters:
    ///   - frame: The frame; traded bars of primary series are marks at their close.
    ///   - step: The step that is being settled.
    /// - Throws: ``PortfolioError`` when a value does not fit or the books do not add up.
    @inline(__always)
    package mutating func settle(
        _ frame: borrowing Frame, in step: StepNumber
    ) throws(PortfolioError) {
        if !passes(step) { try settleActive(frame) }
    }

    /// Begins to settle a step.
    ///
    /// - Parameter step: The step.
    /// - Returns: Whether that is all, since no account can have something to tell.
    @inline(__always)
    mutating func passes(_ step: StepNumber) -> Bool {
        told.removeAll()
        settledSteps &+= 1
        lastSettled = step
        return isIdle
    }

    /// Walks the accounts that may have something to tell.
    @inline(__always)
    mutating func settleActive(_ frame: borrowing Frame) throws(PortfolioError) {
        var left: UInt64 = 0
        for word in active.indices {
            var bits = active[word]
            while bits != 0 {
                let bit = bits.trailingZeroBitCount
                bits &= bits &- 1
                let account = word << 6 | bit
                if try Self.value(&accounts[account], &holdings, frame) { try publish(account) }
                if accounts[account].held.isEmpty {
                    active[word] &= ~(1 << UInt64(bit))
                } else {
                    accounts[account].heldSteps &+= 1
                }
            }
            left |= active[word]
        }
        isIdle = left == 0
    }

    /// Tells how the accounts stand at the end of the feed.
    ///
    /// ``snapshots`` gets one snapshot for each account that has none of the last settled step, or
    /// was booked since, so that the last snapshot of an account is always its end.
    ///
    /// - Throws: ``PortfolioError`` as ``settle(_:in:)`` does.
    package mutating func finish() throws(PortfolioError) {
        told.removeAll()
        let frame = Frame(time: .epoch, slots: [])
        for account in accounts.indices
        where accounts[account].isDirty || accounts[account].publishedIn != lastSettled {
            _ = try Self.value(&accounts[account], &holdings, frame)
            try publish(account)
        }
    }

    /// Marks and values what an account holds.
    ///
    /// - Returns: Whether there is something to tell.
    @inline(__always)
    private static func value(
        _ account: inout AccountBook, _ holdings: inout Column<Holding>,
        _ frame: borrowing Frame
    ) throws(PortfolioError) -> Bool {
        var hasChanged = account.isDirty
        var (value, gross, cost): (Int64, Int64, Int64) = (0, 0, 0)
        for entry in account.held.indices {
            let place = Int(account.held[entry])
            let slot = holdings[place].terms.slot
            if slot >= 0, slot < frame.slots.count, frame.slots[slot].coverage == .traded {
                holdings[place].take(frame.slots[slot].bar.close)
            }
            do throws(ArithmeticError) {
                if holdings[place].isStale {
                    try holdings[place].revalue()
                    hasChanged = true
                }
                let worth = holdings[place].value
                value = try FixedPoint.add(value, worth)
                gross = try FixedPoint.add(gross, worth < 0 ? FixedPoint.negate(worth) : worth)
                cost = try FixedPoint.add(cost, holdings[place].lots.cost.units)
            } catch {
                throw .arithmetic(
                    error, PortfolioPlace(.valuation, account.id, holdings[place].instrument))
            }
        }
        account.value = value
        account.gross = gross
        account.cost = cost
        return hasChanged
    }

    /// Checks an account's books and makes its snapshot.
    @inline(__always)
    private mutating func publish(_ account: Int) throws(PortfolioError) {
        try Self.publish(&accounts[account], in: lastSettled)
        told.append(Int32(truncatingIfNeeded: account))
    }

    @inline(__always)
    private static func publish(
        _ account: inout AccountBook, in step: StepNumber
    ) throws(PortfolioError) {
        if !account.ledger.balances.isBalanced {
            throw .unbalanced(
                PortfolioPlace(.valuation, account.id),
                difference: account.ledger.balances.difference)
        }
        guard account.cost == account.ledger[.inventory] else {
            throw .lotsDisagree(PortfolioPlace(.valuation, account.id))
        }
        do throws(ArithmeticError) { try account.publish(in: step) } catch {
            throw .arithmetic(error, PortfolioPlace(.valuation, account.id))
        }
    }
}
