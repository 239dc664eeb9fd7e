import LockstepBus

extension RecordSchema.FieldType {
    /// An enumeration with all cases of a type, named as in its declaration.
    static func cases<Value: CaseIterable & RawRepresentable<UInt8>>(of _: Value.Type) -> Self {
        cases(Array(Value.allCases))
    }

    /// An enumeration with some cases of a type, named as in its declaration.
    static func cases<Value: RawRepresentable<UInt8>>(_ values: [Value]) -> Self {
        .enumeration(
            values.map { RecordSchema.Case(UInt64($0.rawValue), String(describing: $0)) })
    }

    /// An enumeration with cases numbered one after another.
    static func cases(from first: UInt64, _ names: String...) -> Self {
        .enumeration(
            names.enumerated().map { RecordSchema.Case(first + UInt64($0.offset), $0.element) })
    }
}
