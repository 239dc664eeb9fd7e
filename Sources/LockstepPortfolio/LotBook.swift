package import LockstepModel

/// The lots of one instrument in one account, first in, first out.
///
/// Inventory is signed: a short position has a cost below zero. Parts of costs, notionals and fees
/// follow quantities: a slice q of a rest R takes round-half-even(amount · q / R), the last slice
/// what is left, so parts sum exactly. Booking allocates only when more lots are open than ever.
package struct LotBook: Sendable {
    /// What is left of one opening.
    package struct Lot: Hashable, Sendable {
        /// How many lots are left, above zero.
        package var rest: Int64
        /// What is left of its notional.
        package var notional: Int64
        /// What is left of its fee, less rebates.
        package var fee: Int64
        /// When it was opened.
        package let openedAt: Timestamp

        /// Takes a slice off.
        @inline(__always)
        mutating func take(_ quantity: Int64) throws(ArithmeticError) -> (
            notional: Int64, fee: Int64
        ) {
            if quantity == rest {
                rest = 0
                return (notional, fee)
            }
            let part = (
                notional: try Self.part(quantity, of: rest, notional),
                fee: try Self.part(quantity, of: rest, fee)
            )
            // A part is never greater than the whole: no overflow.
            notional -= part.notional
            fee -= part.fee
            rest -= quantity
            return part
        }

        @inline(__always)
        private static func part(
            _ quantity: Int64, of rest: Int64, _ amount: Int64
        ) throws(ArithmeticError) -> Int64 {
            if amount == 0 { return 0 }
            return try FixedPoint.multiplyDivide(amount, quantity, den: rest, .halfEven)
        }
    }

    /// What is held: the sum of the lots.
    package private(set) var position = SignedQuantity.zero
    /// What it cost: the sum of the lots' costs, below zero for a short position.
    package private(set) var cost = Money.zero
    /// The profit of what was closed, before fees.
    package private(set) var realised = Money.zero

    private var ring: ContiguousArray<Lot> = []
    private var head = 0
    /// How many lots are open.
    package private(set) var count = 0

    /// Makes a book without lots.
    package init() {}

    /// The open lots, oldest first.
    package var lots: [Lot] { (0..<count).map { ring[(head + $0) & (ring.count - 1)] } }

    /// Closes lots of the other side and opens one with the rest.
    ///
    /// - Parameters:
    ///   - fill: The execution; its quantity is above zero.
    ///   - slices: Gets one closed slice for each lot that the fill reduced, oldest first.
    /// - Returns: The profit of the closed slices before fees, in units.
    /// - Throws: ``ArithmeticError/overflow``; the book is then not to be used any further.
    @inline(__always)
    package mutating func apply(
        _ fill: borrowing Fill, _ slices: inout ContiguousArray<LotClosed>
    ) throws(ArithmeticError) -> Int64 {
        let side = fill.side
        let before = position.lots
        var inHand = Lot(
            rest: fill.quantity.lots, notional: fill.notional.units,
            fee: try FixedPoint.subtract(fill.fee.units, fill.rebate.units),
            openedAt: fill.executedAt)
        var costs = cost.units
        var profit: Int64 = 0
        if before != 0, (before > 0) == (side == .sell) {
            while count > 0, inHand.rest > 0 {
                let slice = try close(&inHand, fill)
                slices.append(slice)
                profit = try FixedPoint.add(profit, slice.grossProfit.units)
                costs =
                    side == .sell
                    ? try FixedPoint.subtract(costs, slice.openNotional.units)
                    : try FixedPoint.add(costs, slice.openNotional.units)
            }
            realised = Money(units: try FixedPoint.add(realised.units, profit))
        }
        if inHand.rest > 0 {
            costs =
                side == .buy
                ? try FixedPoint.add(costs, inHand.notional)
                : try FixedPoint.subtract(costs, inHand.notional)
            append(inHand)
        }
        cost = Money(units: costs)
        position = try SignedQuantity(
            checking: FixedPoint.add(before, SignedQuantity(side, fill.quantity).lots))
        return profit
    }

    /// Whether nothing is held exactly when no lot is open, and then nothing was paid for it.
    package var isSound: Bool {
        @inline(__always) get {
            position.isZero ? count == 0 && cost.units == 0 : count > 0
        }
    }

    /// Whether the lots sum to position and cost; costs a walk over all of them.
    package var lotsSum: Bool {
        var quantity: Int128 = 0
        var paid: Int128 = 0
        for lot in lots {
            quantity += Int128(lot.rest)
            paid += Int128(lot.notional)
        }
        if position.lots < 0 { (quantity, paid) = (-quantity, -paid) }
        return quantity == Int128(position.lots) && paid == Int128(cost.units)
    }

    /// Closes as much of the oldest lot as the fill has left.
    @inline(__always)
    private mutating func close(
        _ inHand: inout Lot, _ fill: borrowing Fill
    ) throws(ArithmeticError) -> LotClosed {
        #if PLANTED_DEFECTS
            let isLast = PlantedDefect.lotsLastInFirstOut.isOn
            let place = (isLast ? head + count - 1 : head) & (ring.count - 1)
        #else
            let place = head & (ring.count - 1)
        #endif
        let quantity = min(inHand.rest, ring[place].rest)
        let opened = try ring[place].take(quantity)
        let closed = try inHand.take(quantity)
        let gain = try FixedPoint.subtract(closed.notional, opened.notional)
        let slice = LotClosed(
            account: fill.account, strategy: fill.strategy, instrument: fill.instrument,
            side: fill.side.opposite, quantity: Quantity(lots: quantity),
            openedAt: ring[place].openedAt, closedAt: fill.executedAt,
            openNotional: Money(units: opened.notional),
            closeNotional: Money(units: closed.notional), openFee: Money(units: opened.fee),
            closeFee: Money(units: closed.fee),
            grossProfit: Money(units: fill.side == .sell ? gain : try FixedPoint.negate(gain)))
        if ring[place].rest == 0 {
            #if PLANTED_DEFECTS
                if isLast { head -= 1 }
            #endif
            head = (head + 1) & (ring.count - 1)
            count -= 1
        }
        return slice
    }

    @inline(__always)
    private mutating func append(_ lot: Lot) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = lot
        count += 1
    }

    /// Doubles the ring; its size is a power of two.
    @inline(never)
    private mutating func grow() {
        let nothing = Lot(rest: 0, notional: 0, fee: 0, openedAt: .epoch)
        var larger = ContiguousArray(repeating: nothing, count: max(4, ring.count * 2))
        for (place, lot) in lots.enumerated() { larger[place] = lot }
        ring = larger
        head = 0
    }
}
