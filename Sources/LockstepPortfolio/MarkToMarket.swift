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
    package mutating func settle(
        _ frame: borrowing Frame, in step: StepNumber
    ) throws(PortfolioError) {
        while !snapshots.isEmpty { snapshots.removeLast() }
        settledSteps += 1
        lastSettled = step
        for word in active.indices {
            var bits = active[word]
            while bits != 0 {
                let bit = bits.trailingZeroBitCount
                bits &= bits - 1
                let account = word << 6 | bit
                let changed = takeMarks(frame, account)
                if changed { try publish(account, in: step) }
                if accounts[account].held.isEmpty {
                    active[word] &= ~(1 << UInt64(bit))
                } else {
                    accounts[account].heldSteps += 1
                }
            }
        }
    }

    /// Tells how the accounts stand at the end of the feed.
    ///
    /// ``snapshots`` gets one snapshot for each account that has none of the last settled step, or
    /// was booked since, so that the last snapshot of an account is always its end.
    ///
    /// - Throws: ``PortfolioError`` as ``settle(_:in:)`` does.
    package mutating func finish() throws(PortfolioError) {
        snapshots.removeAll(keepingCapacity: true)
        for account in accounts.indices
        where accounts[account].isDirty || accounts[account].publishedIn != lastSettled {
            try publish(account, in: lastSettled)
        }
    }

    /// Marks what an account holds.
    ///
    /// - Returns: Whether there is something to tell.
    @inline(__always)
    private mutating func takeMarks(_ frame: borrowing Frame, _ account: Int) -> Bool {
        var changed = accounts[account].isDirty
        for entry in accounts[account].held.indices {
            let place = accounts[account].held[entry]
            let slot = holdings[place].terms.slot
            if slot >= 0, slot < frame.slots.count, frame.slots[slot].coverage == .traded,
                holdings[place].take(frame.slots[slot].bar.close)
            {
                changed = true
            }
        }
        return changed
    }

    /// Values an account, checks its books and makes its snapshot.
    @inline(__always)
    private mutating func publish(
        _ account: Int, in step: StepNumber
    ) throws(PortfolioError) {
        let id = accounts[account].settings.id
        var (value, gross, cost): (Int64, Int64, Int64) = (0, 0, 0)
        for entry in accounts[account].held.indices {
            let place = accounts[account].held[entry]
            do throws(ArithmeticError) {
                if holdings[place].isStale { try holdings[place].revalue() }
                let worth = holdings[place].value
                value = try FixedPoint.add(value, worth)
                gross = try FixedPoint.add(gross, worth < 0 ? FixedPoint.negate(worth) : worth)
                cost = try FixedPoint.add(cost, holdings[place].lots.cost.units)
            } catch {
                throw .arithmetic(
                    error, PortfolioPlace(.valuation, id, holdings[place].instrument))
            }
        }
        let difference = accounts[account].ledger.balances.difference
        guard difference == 0 else {
            throw .unbalanced(PortfolioPlace(.valuation, id), difference: difference)
        }
        guard cost == accounts[account].ledger[.inventory] else {
            throw .lotsDisagree(PortfolioPlace(.valuation, id))
        }
        let snapshot: Snapshot
        do { snapshot = try accounts[account].snapshot(value: value, gross: gross) } catch {
            throw .arithmetic(error, PortfolioPlace(.valuation, id))
        }
        snapshots.append(snapshot)
        accounts[account].note(snapshot, in: step)
    }
}
