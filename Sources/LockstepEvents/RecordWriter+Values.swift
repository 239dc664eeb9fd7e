public import LockstepBus
public import LockstepModel

extension RecordWriter {
    /// Writes the ticks of a price.
    @inlinable @inline(__always)
    mutating func price(_ price: Price) { integer(price.ticks) }

    /// Writes the distance in ticks to an earlier price.
    @inlinable @inline(__always)
    mutating func price(_ price: Price, to base: Price) { relative(price.ticks, to: base.ticks) }

    /// Writes the lots of a quantity; a negative number of lots takes ten bytes and comes back.
    @inlinable @inline(__always)
    mutating func quantity(_ quantity: Quantity) { unsigned(UInt64(bitPattern: quantity.lots)) }

    /// Writes the units of an amount.
    @inlinable @inline(__always)
    mutating func money(_ money: Money) { integer(money.units) }

    /// Writes an instant relative to the record's time.
    @inlinable @inline(__always)
    mutating func time(_ time: Timestamp) { self.time(time.nanoseconds) }

    /// Writes the nanoseconds to an earlier instant.
    @inlinable @inline(__always)
    mutating func time(_ time: Timestamp, to base: Timestamp) {
        relative(time.nanoseconds, to: base.nanoseconds)
    }

    /// Writes the number of a case.
    @inlinable @inline(__always)
    mutating func enumeration(_ number: UInt8) { unsigned(UInt64(number)) }

    /// Writes the number of something.
    @inlinable @inline(__always)
    mutating func identity(_ number: UInt32) { unsigned(UInt64(number)) }

    /// Writes whether there is a price, and its ticks.
    @inlinable @inline(__always)
    mutating func optional(_ price: Price?) { optional(price?.ticks) }

    /// Writes whether there is a quantity, and its lots.
    @inlinable @inline(__always)
    mutating func optional(_ quantity: Quantity?) {
        if let quantity {
            presence(true)
            self.quantity(quantity)
        } else {
            presence(false)
        }
    }

    /// Writes whether there is a number with sign, and the number.
    @inlinable @inline(__always)
    mutating func optional(_ number: Int64?) {
        if let number {
            presence(true)
            integer(number)
        } else {
            presence(false)
        }
    }

    /// Writes whether there is a number without sign, and the number.
    @inlinable @inline(__always)
    mutating func optional(_ number: UInt64?) {
        if let number {
            presence(true)
            unsigned(number)
        } else {
            presence(false)
        }
    }
}
