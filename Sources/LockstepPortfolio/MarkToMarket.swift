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
        if passes(step) { return }
        if accounts.count == 1 {
            _ = try settleOnly(frame)
        } else {
            try settleMany(frame)
        }
    }

    /// Begins to settle a step.
    ///
    /// - Parameter step: The step.
    /// - Returns: Whether that is all, since no account can have something to tell.
    @inline(__always)
    mutating func passes(_ step: StepNumber) -> Bool {
        told.removeAll()
        toldOnly = false
        settledSteps &+= 1
        lastSettled = step
        return isIdle
    }

    /// Values the only account.
    ///
    /// - Returns: Whether it has something to tell.
    @inline(__always)
    mutating func settleOnly(_ frame: borrowing Frame) throws(PortfolioError) -> Bool {
        toldOnly = try Self.settle(&accounts[0], holdings, frame, in: lastSettled)
        if accounts[0].held.isEmpty {
            isIdle = true
        } else {
            accounts[0].heldSteps &+= 1
        }
        return toldOnly
    }

    /// Walks the accounts that may have something to tell.
    @inline(never)
    mutating func settleMany(_ frame: borrowing Frame) throws(PortfolioError) {
        var left: UInt64 = 0
        for word in active.indices {
            var bits = active[word]
            while bits != 0 {
                let bit = bits.trailingZeroBitCount
                bits &= bits &- 1
                let account = word << 6 | bit
                if try Self.settle(&accounts[account], holdings, frame, in: lastSettled) {
                    told.append(Int32(truncatingIfNeeded: account))
                }
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
        toldOnly = false
        let frame = Frame(time: .epoch, slots: [])
        for account in accounts.indices
        where accounts[account].isDirty || accounts[account].publishedIn != lastSettled {
            accounts[account].isDirty = true
            _ = try Self.settle(&accounts[account], holdings, frame, in: lastSettled)
            told.append(Int32(truncatingIfNeeded: account))
        }
    }

    /// Marks and values what an account holds, and makes its snapshot where it has changed.
    ///
    /// - Returns: Whether there is something to tell.
    @inline(__always)
    private static func settle(
        _ account: inout AccountBook, _ holdings: borrowing Column<Holding>,
        _ frame: borrowing Frame, in step: StepNumber
    ) throws(PortfolioError) -> Bool {
        var sums = HeldPosition.Sums(hasChanged: account.isDirty)
        if account.isPlain {
            for entry in account.held.indices {
                if !add(&account.held[entry], frame, &sums) {
                    throw overflow(&account, entry, holdings)
                }
            }
        } else {
            return try settleOther(&account, holdings, frame, in: step)
        }
        account.value = sums.value
        account.gross = sums.gross
        if sums.hasChanged { try publish(&account, cost: sums.cost, in: step) }
        return sums.hasChanged
    }

    /// Does the same for an account with values that have to be rounded, or with margin, or with
    /// money that is owed to it or by it.
    @inline(never)
    private static func settleOther(
        _ account: inout AccountBook, _ holdings: borrowing Column<Holding>,
        _ frame: borrowing Frame, in step: StepNumber
    ) throws(PortfolioError) -> Bool {
        var sums = HeldPosition.Sums(hasChanged: account.isDirty)
        try addRounded(&account, holdings, frame, &sums)
        account.value = sums.value
        account.gross = sums.gross
        if !sums.hasChanged { return false }
        try publish(&account, cost: sums.cost, in: step)
        do throws(ArithmeticError) { try account.addClaims() } catch {
            throw .arithmetic(error, PortfolioPlace(.valuation, account.id))
        }
        return true
    }

    /// Marks, values and adds a position, which is reached once.
    @inline(__always)
    private static func add(
        _ held: inout HeldPosition, _ frame: borrowing Frame, _ sums: inout HeldPosition.Sums
    ) -> Bool {
        held.mark(frame)
        return held.add(to: &sums)
    }

    /// Adds positions of which some values have to be rounded.
    @inline(never)
    private static func addRounded(
        _ account: inout AccountBook, _ holdings: borrowing Column<Holding>,
        _ frame: borrowing Frame, _ sums: inout HeldPosition.Sums
    ) throws(PortfolioError) {
        for entry in account.held.indices {
            account.held[entry].mark(frame)
            let (mark, place) = (account.held[entry].mark, Int(account.held[entry].place))
            if mark != account.held[entry].valuedAt {
                do throws(ArithmeticError) {
                    account.held[entry].value = try holdings[place].terms.ratio.value(
                        Price(ticks: mark), holdings[place].lots.position
                    ).units
                } catch { throw overflow(&account, entry, holdings) }
                account.held[entry].valuedAt = mark
                sums.hasChanged = true
            }
            if !account.held[entry].addValue(to: &sums) {
                throw overflow(&account, entry, holdings)
            }
        }
    }

    @inline(never)
    private static func overflow(
        _ account: inout AccountBook, _ entry: Int, _ holdings: borrowing Column<Holding>
    ) -> PortfolioError {
        let instrument = holdings[Int(account.held[entry].place)].instrument
        return .arithmetic(.overflow, PortfolioPlace(.valuation, account.id, instrument))
    }

    /// Checks an account's books and makes its snapshot.
    @inline(__always)
    private static func publish(
        _ account: inout AccountBook, cost: Int64, in step: StepNumber
    ) throws(PortfolioError) {
        if !account.ledger.addsUp {
            throw .unbalanced(
                PortfolioPlace(.valuation, account.id),
                difference: account.ledger.difference)
        }
        guard cost == account.ledger[.inventory] else {
            throw .lotsDisagree(PortfolioPlace(.valuation, account.id))
        }
        do throws(ArithmeticError) { try account.publish(in: step) } catch {
            throw .arithmetic(error, PortfolioPlace(.valuation, account.id))
        }
    }
}
