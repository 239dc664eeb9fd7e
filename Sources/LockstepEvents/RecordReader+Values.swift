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

    /// Reads a position; refused from 2⁵³ lots in magnitude.
    mutating func position(_ field: String) throws(RecordError) -> SignedQuantity {
        let position = SignedQuantity(lots: try integer())
        guard position.isInRange else { throw .outOfRange(field: field) }
        return position
    }

    /// Reads an amount.
    mutating func money() throws(RecordError) -> Money { Money(units: try integer()) }

    /// Reads an instant relative to the record's time.
    mutating func timestamp() throws(RecordError) -> Timestamp {
        Timestamp(nanoseconds: try time())
    }

    /// Reads an instant that was written relative to an earlier one.
    mutating func timestamp(to base: Timestamp) throws(RecordError) -> Timestamp {
        Timestamp(nanoseconds: try relative(to: base.nanoseconds))
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

    /// Reads a number with sign, if there is one.
    mutating func optionalInteger() throws(RecordError) -> Int64? {
        try presence() ? try integer() : nil
    }

    /// Reads a price that nobody has checked yet, if there is one.
    mutating func optionalPrice() throws(RecordError) -> Price? {
        try presence() ? Price(ticks: try integer()) : nil
    }

    /// Reads the number of an order, if there is one.
    mutating func optionalOrder() throws(RecordError) -> OrderID? {
        try presence() ? try order() : nil
    }

    private static func price(_ ticks: Int64, _ field: String) throws(RecordError) -> Price {
        let price = Price(ticks: ticks)
        guard price.isInRange else { throw .outOfRange(field: field) }
        return price
    }
}
