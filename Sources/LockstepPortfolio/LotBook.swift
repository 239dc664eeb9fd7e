package import LockstepModel

/// The lots of one instrument in one account: first in, first out, unless told.
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
        package internal(set) var openedAt: Timestamp

        fileprivate static var none: Self { Self(rest: 0, notional: 0, fee: 0, openedAt: .epoch) }

        /// Takes a slice off.
        @inline(__always)
        mutating func take(_ quantity: Int64) throws(ArithmeticError) -> (
            notional: Int64, fee: Int64
        ) {
            if quantity == rest {
                rest = 0
                return (notional, fee)
            }
            return try split(quantity)
        }

        @inline(never)
        private mutating func split(_ quantity: Int64) throws(ArithmeticError) -> (
            notional: Int64, fee: Int64
        ) {
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

        private static func part(
            _ quantity: Int64, of rest: Int64, _ amount: Int64
        ) throws(ArithmeticError) -> Int64 {
            if amount == 0 { return 0 }
            return try FixedPoint.multiplyDivide(amount, quantity, den: rest, .halfEven)
        }
    }

    /// What is held: the sum of the lots.
    package internal(set) var position = SignedQuantity.zero
    /// What it cost: the sum of the lots' costs, below zero for a short position.
    package internal(set) var cost = Money.zero
    /// The profit of what was closed, before fees.
    package internal(set) var realised = Money.zero

    /// The oldest lot, if there is one; the others follow in the ring.
    var oldest = Lot.none
    var ring: ContiguousArray<Lot> = []
    var head = 0
    /// How many lots are open.
    package internal(set) var count = 0

    /// Makes a book without lots.
    package init() {}

    /// The open lots, oldest first.
    package var lots: [Lot] {
        if count == 0 { return [] }
        return [oldest] + (0..<count - 1).map { ring[(head + $0) & (ring.count - 1)] }
    }

    /// Puts other lots in the place of all.
    mutating func replace(
        _ lots: [Lot], position: SignedQuantity, cost: Money, realised: Money
    ) {
        count = 0
        (self.position, self.cost, self.realised) = (position, cost, realised)
        for lot in lots { append(lot) }
    }

    /// Closes lots of the other side and opens one with the rest.
    ///
    /// - Parameters:
    ///   - fill: The execution; its quantity is above zero.
    ///   - slices: Gets one closed slice for each lot that the fill reduced, oldest first.
    /// - Returns: The profit of the closed slices before fees, in units.
    /// - Throws: ``ArithmeticError/overflow``; the book is then not to be used any further.
    @inline(__always)
    package mutating func apply(
        _ fill: borrowing Fill, _ slices: inout Column<LotClosed>
    ) throws(ArithmeticError) -> Int64 {
        let change = SignedQuantity(fill.side, fill.quantity).lots
        var inHand = Lot(
            rest: fill.quantity.lots, notional: fill.notional.units,
            fee: try FixedPoint.subtract(fill.fee.units, fill.rebate.units),
            openedAt: fill.executedAt)
        var profit: Int64 = 0
        if position.lots != 0, (position.lots > 0) == (change < 0) {
            while count > 0, inHand.rest > 0 {
                let gain = try close(&inHand, fill, &slices)
                profit = try FixedPoint.add(profit, gain)
            }
            realised = Money(units: try FixedPoint.add(realised.units, profit))
        }
        if inHand.rest > 0 {
            cost =
                change > 0
                ? try cost.adding(Money(units: inHand.notional))
                : try cost.subtracting(Money(units: inHand.notional))
            append(inHand)
        }
        position = try SignedQuantity(checking: FixedPoint.add(position.lots, change))
        return profit
    }

    /// Opens the only lot, where nothing is held.
    ///
    /// - Parameters:
    ///   - fill: The execution; its quantity is above zero and in range.
    ///   - fee: Its fee, less the rebate.
    /// - Returns: What it cost, below zero for a short position.
    /// - Throws: ``ArithmeticError/overflow``; the book is then not to be used any further.
    @inline(__always)
    mutating func open(_ fill: Lent<Fill>, fee: Int64) throws(ArithmeticError) -> Int64 {
        let (lots, notional) = (fill.value.quantity.lots, fill.value.notional.units)
        let isBuy = fill.value.side == .buy
        let paid = isBuy ? notional : try FixedPoint.negate(notional)
        cost = Money(units: paid)
        position = SignedQuantity(lots: isBuy ? lots : 0 &- lots)
        oldest.rest = lots
        oldest.notional = notional
        oldest.fee = fee
        oldest.openedAt = fill.value.executedAt
        count = 1
        return paid
    }

    /// Whether a fill closes the only lot and leaves nothing.
    // Mutating, so that it is asked where it lies.
    @inline(__always)
    mutating func isClosed(by fill: Lent<Fill>) -> Bool {
        let lots = fill.value.quantity.lots
        return count == 1 && oldest.rest == lots
            && position.lots == (fill.value.side == .buy ? 0 &- lots : lots)
    }

    /// Closes the only lot with a fill that leaves nothing of it.
    ///
    /// - Parameters:
    ///   - fill: The execution.
    ///   - fee: Its fee, less the rebate.
    ///   - slices: Gets the closed slice alone.
    /// - Returns: The profit before fees, and by how much the cost changed.
    /// - Throws: ``ArithmeticError/overflow``; the book is then not to be used any further.
    @inline(__always)
    mutating func close(
        _ fill: Lent<Fill>, fee: Int64, _ slices: inout Column<LotClosed>
    ) throws(ArithmeticError) -> (profit: Int64, cost: Int64) {
        let notional = fill.value.notional.units
        var profit = try FixedPoint.subtract(notional, oldest.notional)
        let change: Int64
        if fill.value.side == .sell {
            change = try FixedPoint.negate(oldest.notional)
        } else {
            profit = try FixedPoint.negate(profit)
            change = oldest.notional
        }
        cost = Money(units: try FixedPoint.add(cost.units, change))
        realised = Money(units: try FixedPoint.add(realised.units, profit))
        position = .zero
        count = 0
        slices.become(made: {
            LotClosed(
                account: fill.value.account, strategy: fill.value.strategy,
                instrument: fill.value.instrument, side: fill.value.side.opposite,
                quantity: fill.value.quantity, openedAt: oldest.openedAt,
                closedAt: fill.value.executedAt, openNotional: Money(units: oldest.notional),
                closeNotional: Money(units: notional), openFee: Money(units: oldest.fee),
                closeFee: Money(units: fee), grossProfit: Money(units: profit))
        })
        return (profit, change)
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
    ///
    /// - Returns: The profit before fees.
    @inline(__always)
    private mutating func close(
        _ inHand: inout Lot, _ fill: borrowing Fill, _ slices: inout Column<LotClosed>
    ) throws(ArithmeticError) -> Int64 {
        #if PLANTED_DEFECTS
            let isLast = PlantedDefect.lotsLastInFirstOut.isOn && count > 1
            let last = isLast ? (head + count - 2) & (ring.count - 1) : 0
            if isLast { (oldest, ring[last]) = (ring[last], oldest) }
        #endif
        let gain = try reduce(&inHand, fill, &slices)
        #if PLANTED_DEFECTS
            if isLast {
                if oldest.rest == 0 {
                    count &-= 1
                    oldest = ring[last]
                } else {
                    (oldest, ring[last]) = (ring[last], oldest)
                }
                return gain
            }
        #endif
        if oldest.rest == 0 {
            count &-= 1
            if count > 0 { shift() }
        }
        return gain
    }

    /// Takes as much off the oldest lot as the fill has left, and tells the slice.
    ///
    /// - Returns: The profit before fees.
    @inline(__always)
    mutating func reduce(
        _ inHand: inout Lot, _ fill: borrowing Fill, _ slices: inout Column<LotClosed>
    ) throws(ArithmeticError) -> Int64 {
        let quantity = min(inHand.rest, oldest.rest)
        let opened = try oldest.take(quantity)
        let closed = try inHand.take(quantity)
        var gain = try FixedPoint.subtract(closed.notional, opened.notional)
        if fill.side == .sell {
            cost = try cost.subtracting(Money(units: opened.notional))
        } else {
            gain = try FixedPoint.negate(gain)
            cost = try cost.adding(Money(units: opened.notional))
        }
        slices.append(
            LotClosed(
                account: fill.account, strategy: fill.strategy, instrument: fill.instrument,
                side: fill.side.opposite, quantity: Quantity(lots: quantity),
                openedAt: oldest.openedAt, closedAt: fill.executedAt,
                openNotional: Money(units: opened.notional),
                closeNotional: Money(units: closed.notional), openFee: Money(units: opened.fee),
                closeFee: Money(units: closed.fee), grossProfit: Money(units: gain)))
        return gain
    }

    /// Makes the first lot of the ring the oldest one.
    @inline(never)
    private mutating func shift() {
        oldest = ring[head]
        head = (head + 1) & (ring.count - 1)
    }

    @inline(__always)
    mutating func append(_ lot: Lot) {
        if count == 0 { oldest = lot } else { follow(lot) }
        count &+= 1
    }

    /// Puts a lot behind the others.
    @inline(never)
    private mutating func follow(_ lot: Lot) {
        let others = count - 1
        if others == ring.count {
            // Its size is a power of two.
            let grown = lots.dropFirst()
            ring = ContiguousArray(repeating: .none, count: max(4, others * 2))
            ring.replaceSubrange(0..<others, with: grown)
            head = 0
        }
        ring[(head + others) & (ring.count - 1)] = lot
    }
}
