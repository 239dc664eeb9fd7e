import LockstepBus
import LockstepModel

extension RecordCursor {
    /// Writes the ticks of a price.
    @inline(__always)
    mutating func price(_ price: Price) { integer(price.ticks) }

    /// Writes the distance in ticks to an earlier price.
    @inline(__always)
    mutating func price(_ price: Price, to base: Price) { integer(price.ticks &- base.ticks) }

    /// Writes the lots of a quantity; a negative number of lots takes ten bytes and comes back.
    @inline(__always)
    mutating func quantity(_ quantity: Quantity) { unsigned(UInt64(bitPattern: quantity.lots)) }

    /// Writes the units of an amount.
    @inline(__always)
    mutating func money(_ money: Money) { wideInteger(money.units) }

    /// Writes an instant relative to the record's time.
    @inline(__always)
    mutating func time(_ time: Timestamp) { self.time(time.nanoseconds) }

    /// Writes the number of something.
    @inline(__always)
    mutating func identity(_ number: UInt32) { unsigned(UInt64(number)) }

    /// Writes the number of an order relative to the first of its strategy's.
    @inline(__always)
    mutating func order(_ order: OrderID, of strategy: StrategyID) {
        mediumInteger(Int64(bitPattern: order.rawValue &- UInt64(strategy.rawValue) &<< 32))
    }

    /// Writes a number that is not zero.
    @inline(__always)
    mutating func marked(_ number: Int64) { if number != 0 { integer(number) } }

    /// Writes an instant that is not the record's time.
    @inline(__always)
    mutating func marked(_ time: Timestamp) {
        if time.nanoseconds != recordTime { self.time(time.nanoseconds) }
    }

    /// Writes the units of an amount, unless it is zero.
    @inline(__always)
    mutating func marked(_ money: Money) { if money.units != 0 { self.money(money) } }

    /// Writes a number with sign, if there is one.
    @inline(__always)
    mutating func marked(_ number: Int64?) { if let number { integer(number) } }

    /// Writes the ticks of a price, if there is one.
    @inline(__always)
    mutating func marked(_ price: Price?) { if let price { self.price(price) } }

    /// Writes the lots of a quantity, if there is one.
    @inline(__always)
    mutating func marked(_ quantity: Quantity?) { if let quantity { self.quantity(quantity) } }

    /// Writes a number without sign, if there is one.
    @inline(__always)
    mutating func marked(_ number: UInt64?) { if let number { unsigned(number) } }
}

/// The bit of a mark that stands at a place.
@inline(__always)
func mark(_ isThere: Bool, at place: UInt64) -> UInt64 { (isThere ? 1 : 0) &<< place }
