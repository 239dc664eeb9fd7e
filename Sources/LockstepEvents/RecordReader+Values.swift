import LockstepBus
import LockstepModel

extension RecordReader {
    /// Reads a price; refused from 2⁵³ ticks in magnitude.
    mutating func price(_ field: String) throws(RecordError) -> Price {
        try Self.price(try integer(), field)
    }

    /// Reads a price that was written relative to an earlier one.
    mutating func price(_ field: String, to base: Price) throws(RecordError) -> Price {
        try Self.price(try relative(to: base.ticks), field)
    }

    /// Reads a quantity; refused from 2⁵³ lots, so it is never negative.
    mutating func quantity(_ field: String) throws(RecordError) -> Quantity {
        let quantity = try anyQuantity()
        guard quantity.isInRange else { throw .outOfRange(field: field) }
        return quantity
    }

    /// Reads a quantity that nobody has checked yet, as a strategy asked for it.
    mutating func anyQuantity() throws(RecordError) -> Quantity {
        Quantity(lots: Int64(bitPattern: try unsigned()))
    }

    /// Reads an amount.
    mutating func money() throws(RecordError) -> Money { Money(units: try integer()) }

    /// Reads an instant relative to the record's time.
    mutating func timestamp() throws(RecordError) -> Timestamp {
        Timestamp(nanoseconds: try time())
    }

    /// Reads a case; refused when no case has the number.
    mutating func enumeration<Value: RawRepresentable<UInt8>>(
        _ field: String
    ) throws(RecordError) -> Value {
        guard let value = Value(rawValue: try unsigned(UInt8.self, field)) else {
            throw .outOfRange(field: field)
        }
        return value
    }

    /// Reads the number of something, of 32 bits.
    mutating func identity(_ field: String) throws(RecordError) -> UInt32 {
        try unsigned(UInt32.self, field)
    }

    /// Reads the number of an order.
    mutating func order() throws(RecordError) -> OrderID { OrderID(rawValue: try unsigned()) }

    /// Reads the number of an order that was written relative to the first of its strategy's.
    mutating func order(of strategy: StrategyID) throws(RecordError) -> OrderID {
        let difference = UInt64(bitPattern: try integer())
        return OrderID(rawValue: difference &+ UInt64(strategy.rawValue) &<< 32)
    }

    /// Reads a number, where its mark says that it is not zero.
    mutating func integer(marked isThere: Bool) throws(RecordError) -> Int64 {
        guard isThere else { return 0 }
        let number = try integer()
        try expectSomething(number == 0)
        return number
    }

    /// Reads an amount, where its mark says that it is not zero.
    mutating func money(marked isThere: Bool) throws(RecordError) -> Money {
        Money(units: try integer(marked: isThere))
    }

    /// Reads an instant, where its mark says that it is not the record's time.
    mutating func timestamp(marked isThere: Bool) throws(RecordError) -> Timestamp {
        guard isThere else { return Timestamp(nanoseconds: recordTime) }
        let time = try timestamp()
        try expectSomething(time.nanoseconds == recordTime)
        return time
    }

    /// Reads a price that nobody has checked yet, if there is one.
    mutating func anyPrice(marked isThere: Bool) throws(RecordError) -> Price? {
        isThere ? Price(ticks: try integer()) : nil
    }

    private static func price(_ ticks: Int64, _ field: String) throws(RecordError) -> Price {
        let price = Price(ticks: ticks)
        guard price.isInRange else { throw .outOfRange(field: field) }
        return price
    }
}

extension RecordMarks {
    /// Takes the number of a case; refused when no case has it.
    mutating func enumeration<Value: RawRepresentable<UInt8>>(
        _ count: UInt8, _ field: String
    ) throws(RecordError) -> Value {
        guard let value = Value(rawValue: UInt8(truncatingIfNeeded: bits(count))) else {
            throw .outOfRange(field: field)
        }
        return value
    }
}
