/// The value of a field, as the schema in the file says.
public indirect enum RecordValue: Hashable, Sendable {
    /// A number without sign.
    case unsigned(UInt64)
    /// A number with sign.
    case integer(Int64)
    /// Ticks of an instrument.
    case price(Int64)
    /// Lots of an instrument.
    case quantity(UInt64)
    /// Units of a currency.
    case money(Int64)
    /// Nanoseconds since 1970 UTC.
    case time(Int64)
    /// A number divided by a power of ten.
    case decimal(Int64, scale: UInt8)
    /// A floating-point number.
    case float64(Double)
    /// A truth value.
    case boolean(Bool)
    /// A number with a name, where the schema has one for it.
    case enumeration(UInt64, name: String?)
    /// The number of a text, with the text where it is known.
    case symbol(UInt64, text: String?)
    /// A text.
    case string(String)
    /// Bytes.
    case bytes([UInt8])
    /// Several values of one type.
    case list([RecordValue])
    /// Named values.
    case row([RecordField])
    /// An optional value that is not there.
    case null

    /// The fields, where the value is a row.
    public var fields: [RecordField]? {
        if case .row(let fields) = self { return fields }
        return nil
    }

    /// The value of a field, where this value is a row that has it.
    public subscript(name: String) -> RecordValue? {
        fields?.first { $0.name == name }?.value
    }
}

/// A named value.
public struct RecordField: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: RecordValue

    /// Makes a field.
    public init(_ name: String, _ value: RecordValue) {
        self.name = name
        self.value = value
    }
}
