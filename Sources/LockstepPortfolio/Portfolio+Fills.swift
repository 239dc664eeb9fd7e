import LockstepModel

/// Booking a fill.
///
/// Most fills open a position where nothing was held, or close its only lot whole: each of the two
/// has a short way, which does what the general one would.
extension Portfolio {
    /// What a fill has changed.
    struct Entry {
        /// By how much the cash changed, and what was realised before fees.
        let cash: Int64
        let profit: Int64
        /// The cash and the position after it.
        let cashAfter: Int64
        let position: Int64

        /// The booking of the fill.
        @inline(__always)
        func booking(
            _ fill: Lent<Fill>, _ sequence: SequenceNumber, _ kind: BookingKind = .trade
        ) -> Booking {
            Booking(
                fill: sequence, account: fill.value.account, strategy: fill.value.strategy,
                instrument: fill.value.instrument, kind: kind, cashChange: Money(units: cash),
                fee: fill.value.fee, cashAfter: Money(units: cashAfter),
                positionAfter: SignedQuantity(lots: position), realised: Money(units: profit))
        }
    }

    /// No round trip has ended.
    static var noneEnded: Int { -1 }
    /// A round trip has ended, and another one begun.
    static var turned: Int { -2 }

    /// Books a fill without making the booking.
    ///
    /// - Parameter fill: The fill.
    /// - Returns: What it has changed.
    /// - Throws: As ``book(_:_:)`` does.
    mutating func enter(_ fill: Lent<Fill>) throws(PortfolioError) -> Entry {
        if let entry = try enterShortly(fill) { return entry }
        return try change(fill)
    }

    /// Books a fill without making the booking, if a short way is open to it.
    ///
    /// - Parameter fill: The fill.
    /// - Returns: What it has changed, or nil when nothing has.
    /// - Throws: As ``book(_:_:)`` does.
    @inline(__always)
    mutating func enterShortly(_ fill: Lent<Fill>) throws(PortfolioError) -> Entry? {
        guard let place = heldPlace(for: fill) else { return nil }
        let account = holdings[place].account
        if holdings[place].lots.position.isZero {
            wake(account)
            slices.removeAll()
            endedPlace = Self.noneEnded
            return try Self.open(fill, place, &holdings[place], &accounts[account])
        }
        guard holdings[place].lots.isClosed(by: fill) else { return nil }
        if holdings[place].heldPlace != accounts[account].held.count &- 1 {
            putLast(place, account)
        }
        wake(account)
        endedPlace = place
        return try Self.close(fill, &holdings[place], &accounts[account], &slices)
    }

    // MARK: The three ways

    /// Opens a position where nothing is held.
    ///
    /// - Returns: What it has changed.
    @inline(__always)
    private static func open(
        _ fill: Lent<Fill>, _ place: Int, _ holding: inout Holding, _ account: inout AccountBook
    ) throws(PortfolioError) -> Entry {
        let (cash, cost): (Int64, Int64)
        let isBalanced: Bool
        do throws(ArithmeticError) {
            cost = try holding.lots.open(
                fill, fee: FixedPoint.subtract(fill.value.fee.units, fill.value.rebate.units))
            cash = try FixedPoint.add(
                FixedPoint.subtract(FixedPoint.negate(cost), fill.value.fee.units),
                fill.value.rebate.units)
            isBalanced = try account.post(fill, cash: cash, cost: cost, profit: 0)
        } catch {
            throw .arithmetic(error, PortfolioPlace(of: fill))
        }
        if !isBalanced { throw fault(of: fill, &account) }
        holding.trips.open(fill)
        holding.heldPlace = account.held.count
        let position = holding.lots.position.lots
        let worth = position.multipliedReportingOverflow(by: holding.terms.ratio.numerator)
        let isPlain = holding.terms.ratio.denominator == 1 && !worth.overflow
        if !isPlain { account.isPlain = false }
        let slot = holding.terms.slot
        account.held.append(made: {
            HeldPosition(
                place: Int32(truncatingIfNeeded: place), slot: slot,
                perTick: isPlain ? worth.partialValue : 0, mark: fill.value.price.ticks,
                cost: cost)
        })
        return Entry(
            cash: cash, profit: 0, cashAfter: account.ledger[.cash], position: position)
    }

    /// Closes the only lot of a position whole, which is the last one its account holds.
    ///
    /// - Returns: What it has changed.
    @inline(__always)
    private static func close(
        _ fill: Lent<Fill>, _ holding: inout Holding, _ account: inout AccountBook,
        _ slices: inout Column<LotClosed>
    ) throws(PortfolioError) -> Entry {
        let (cash, profit): (Int64, Int64)
        let isBalanced: Bool
        do throws(ArithmeticError) {
            let cost: Int64
            (profit, cost) = try holding.lots.close(
                fill, fee: FixedPoint.subtract(fill.value.fee.units, fill.value.rebate.units),
                &slices)
            try holding.trips.add(&slices[0])
            try account.trades.add(holding.trips.net)
            cash = try Self.cash(fill)
            isBalanced = try account.post(fill, cash: cash, cost: cost, profit: profit)
        } catch {
            throw .arithmetic(error, PortfolioPlace(of: fill))
        }
        if !isBalanced || holding.lots.cost.units != 0 { throw fault(of: fill, &account) }
        holding.heldPlace = -1
        _ = account.held.removeLast()
        return Entry(
            cash: cash, profit: profit, cashAfter: account.ledger[.cash], position: 0)
    }

    /// Books a fill that changes a position in any other way.
    @inline(never)
    mutating func change(_ fill: Lent<Fill>) throws(PortfolioError) -> Entry {
        let place = try holding(for: fill)
        let account = holdings[place].account
        wake(account)
        slices.removeAll()
        endedPlace = Self.noneEnded
        // What was never traded before has a holding now.
        if holdings[place].lots.position.isZero {
            return try Self.open(fill, place, &holdings[place], &accounts[account])
        }
        let before = holdings[place].lots.position
        let matching = matchesOtherwise ? declared[account].lots : .fifo
        let (cash, profit) = try Self.apply(
            fill, matching, &holdings[place], &accounts[account], &slices)
        let after = holdings[place].lots.position
        do throws(ArithmeticError) {
            for slice in slices.indices { try holdings[place].trips.add(&slices[slice]) }
            if after.isZero || (after.lots > 0) != (before.lots > 0) {
                try accounts[account].trades.add(holdings[place].trips.net)
                endedPlace = place
            }
        } catch {
            throw .arithmetic(error, PortfolioPlace(of: fill))
        }
        if after.isZero {
            release(place, account)
        } else {
            if endedPlace == place { turn(fill, place) }
            let held = holdings[place].heldPlace
            accounts[account].held[held].change(
                after.lots, holdings[place].lots.cost.units, holdings[place].terms.ratio)
            if accounts[account].held[held].perTick == 0 { accounts[account].isPlain = false }
        }
        return Entry(
            cash: cash, profit: profit, cashAfter: accounts[account].ledger[.cash],
            position: after.lots)
    }

    /// Books a fill in its holding and its account, in whatever way.
    ///
    /// - Returns: The change of the cash, and the profit of what it closed.
    private static func apply(
        _ fill: Lent<Fill>, _ matching: LotMatching, _ holding: inout Holding,
        _ account: inout AccountBook, _ slices: inout Column<LotClosed>
    ) throws(PortfolioError) -> (cash: Int64, profit: Int64) {
        let (cash, profit): (Int64, Int64)
        let isBalanced: Bool
        do throws(ArithmeticError) {
            let costBefore = holding.lots.cost.units
            profit =
                matching == .fifo
                ? try holding.lots.apply(fill.value, &slices)
                : try holding.lots.apply(fill.value, by: matching, &slices)
            cash = try Self.cash(fill)
            isBalanced = try account.post(
                fill, cash: cash,
                cost: FixedPoint.subtract(holding.lots.cost.units, costBefore), profit: profit)
        } catch {
            throw .arithmetic(error, PortfolioPlace(of: fill))
        }
        if !isBalanced || !holding.lots.isSound { throw fault(of: fill, &account) }
        return (cash, profit)
    }

    // MARK: Parts

    /// By how much a fill changes the cash.
    @inline(__always)
    private static func cash(_ fill: Lent<Fill>) throws(ArithmeticError) -> Int64 {
        let notional = fill.value.notional.units
        let paid = fill.value.side == .buy ? try FixedPoint.negate(notional) : notional
        return try FixedPoint.add(
            FixedPoint.subtract(paid, fill.value.fee.units), fill.value.rebate.units)
    }

    /// What does not add up after a fill.
    @inline(never)
    private static func fault(
        of fill: Lent<Fill>, _ account: inout AccountBook
    ) -> PortfolioError {
        if !account.ledger.addsUp {
            return .unbalanced(
                PortfolioPlace(of: fill), difference: account.ledger.difference)
        }
        return .lotsDisagree(PortfolioPlace(of: fill))
    }

    /// Keeps the round trip that ended with a fill, and begins the one of the other side.
    private mutating func turn(_ fill: Lent<Fill>, _ place: Int) {
        turnedTrip = holdings[place].trips.ended(by: slices[slices.count - 1])
        endedPlace = Self.turned
        holdings[place].trips.open(fill)
    }

    /// Takes a position that is flat out of the list of what its account holds.
    mutating func release(_ place: Int, _ account: Int) {
        putLast(place, account)
        holdings[place].heldPlace = -1
        _ = accounts[account].held.removeLast()
    }

    /// Makes a position the last one in the list of what its account holds.
    @inline(never)
    private mutating func putLast(_ place: Int, _ account: Int) {
        let (hole, last) = (holdings[place].heldPlace, accounts[account].held.count - 1)
        let (held, other) = (accounts[account].held[hole], accounts[account].held[last])
        accounts[account].held[hole] = other
        accounts[account].held[last] = held
        holdings[Int(other.place)].heldPlace = hole
        holdings[place].heldPlace = last
    }
}
