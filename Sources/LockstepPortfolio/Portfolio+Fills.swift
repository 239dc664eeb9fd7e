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
        func booking(_ fill: Lent<Fill>, _ sequence: SequenceNumber) -> Booking {
            Booking(
                fill: sequence, account: fill.value.account, strategy: fill.value.strategy,
                instrument: fill.value.instrument, kind: .trade, cashChange: Money(units: cash),
                fee: fill.value.fee, cashAfter: Money(units: cashAfter),
                positionAfter: SignedQuantity(lots: position), realised: Money(units: profit))
        }
    }

    /// The short way that a fill has gone.
    private enum Way {
        case none
        case opened
        case closed
        /// It was closed, but is not the last one in the list of what its account holds.
        case closedAmong
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
    @inline(__always)
    mutating func enter(_ fill: Lent<Fill>) throws(PortfolioError) -> Entry {
        let place = try holding(for: fill)
        let account = holdings[place].account
        slices.removeAll()
        endedPlace = Self.noneEnded
        wake(account)
        let (way, entry) = try Self.enter(
            fill, place, &holdings[place], &accounts[account], &slices)
        switch way {
        case .none: return try change(fill, place, account)
        case .opened: break
        case .closed: endedPlace = place
        case .closedAmong:
            endedPlace = place
            release(place, account)
        }
        return entry
    }

    // MARK: The three ways

    /// Books a fill in its holding and its account, if a short way is open to it.
    @inline(__always)
    private static func enter(
        _ fill: Lent<Fill>, _ place: Int, _ holding: inout Holding, _ account: inout AccountBook,
        _ slices: inout Column<LotClosed>
    ) throws(PortfolioError) -> (way: Way, entry: Entry) {
        var (profit, cost): (Int64, Int64) = (0, 0)
        let isOpening = holding.lots.position.isZero
        if !isOpening && !holding.lots.isClosed(by: fill) {
            return (.none, Entry(cash: 0, profit: 0, cashAfter: 0, position: 0))
        }
        let cash: Int64
        let isBalanced: Bool
        do throws(ArithmeticError) {
            let fee = try FixedPoint.subtract(fill.value.fee.units, fill.value.rebate.units)
            if isOpening {
                cost = try holding.lots.open(fill, fee: fee)
            } else {
                (profit, cost) = try holding.lots.close(fill, fee: fee, &slices)
                try holding.trips.add(&slices[0])
                try account.trades.add(holding.trips.net)
            }
            cash = try Self.cash(fill)
            isBalanced = try account.post(fill, cash: cash, cost: cost, profit: profit)
        } catch {
            throw .arithmetic(error, PortfolioPlace(of: fill))
        }
        if !isBalanced || !holding.lots.isSound {
            throw fault(of: fill, &account)
        }
        let position = holding.lots.position.lots
        var way = Way.closed
        if isOpening {
            way = .opened
            holding.trips.open(fill)
            holding.heldPlace = account.held.count
            let worth = position.multipliedReportingOverflow(by: holding.terms.ratio.numerator)
            let slot = holding.terms.slot
            let perTick =
                worth.overflow || holding.terms.ratio.denominator != 1 ? 0 : worth.partialValue
            if perTick == 0 { account.isPlain = false }
            account.held.append(made: {
                HeldPosition(
                    place: Int32(truncatingIfNeeded: place), slot: slot, perTick: perTick,
                    mark: fill.value.price.ticks, cost: cost)
            })
        } else if holding.heldPlace == account.held.count &- 1 {
            holding.heldPlace = -1
            _ = account.held.removeLast()
        } else {
            way = .closedAmong
        }
        return (
            way,
            Entry(
                cash: cash, profit: profit, cashAfter: account.ledger[.cash], position: position)
        )
    }

    /// Books a fill that changes a position in any other way.
    @inline(never)
    private mutating func change(
        _ fill: Lent<Fill>, _ place: Int, _ account: Int
    ) throws(PortfolioError) -> Entry {
        let before = holdings[place].lots.position
        let (cash, profit) = try Self.apply(
            fill, &holdings[place], &accounts[account], &slices)
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
        _ fill: Lent<Fill>, _ holding: inout Holding, _ account: inout AccountBook,
        _ slices: inout Column<LotClosed>
    ) throws(PortfolioError) -> (cash: Int64, profit: Int64) {
        let (cash, profit): (Int64, Int64)
        let isBalanced: Bool
        do throws(ArithmeticError) {
            let costBefore = holding.lots.cost.units
            profit = try holding.lots.apply(fill.value, &slices)
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
                PortfolioPlace(of: fill), difference: account.ledger.balances.difference)
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
    @inline(__always)
    private mutating func release(_ place: Int, _ account: Int) {
        let hole = holdings[place].heldPlace
        holdings[place].heldPlace = -1
        if hole != accounts[account].held.count &- 1 { moveLast(of: account, to: hole) }
        _ = accounts[account].held.removeLast()
    }

    /// Puts the last position of the list of what an account holds into another place, too.
    @inline(never)
    private mutating func moveLast(of account: Int, to hole: Int) {
        let last = accounts[account].held[accounts[account].held.count - 1]
        accounts[account].held[hole] = last
        holdings[Int(last.place)].heldPlace = hole
    }
}
