extension RecordSchema {
    /// Whether records written by this schema are read as if by another one, byte for byte.
    ///
    /// That holds for equal fields of which enumerations have no more cases here than there.
    ///
    /// - Parameter other: The schema by which they would be read.
    /// - Returns: Whether nothing is to be adapted.
    package func isRead(as other: RecordSchema) -> Bool {
        fields == other.fields || Self.reads(fields, as: other.fields)
    }

    private static func reads(_ fields: [Field], as others: [Field]) -> Bool {
        fields.count == others.count
            && zip(fields, others).allSatisfy {
                $0.name == $1.name && reads($0.type, as: $1.type)
            }
    }

    private static func reads(_ type: FieldType, as other: FieldType) -> Bool {
        switch (type, other) {
        case (.enumeration(let cases), .enumeration(let others)):
            cases.allSatisfy { others.contains($0) }
        case (.optional(let inner), .optional(let outer)), (.list(let inner), .list(let outer)),
            (.marked(let inner), .marked(let outer)):
            reads(inner, as: outer)
        case (.row(let inner), .row(let outer)): reads(inner, as: outer)
        case (.inMarks(let inner, let bits), .inMarks(let outer, let others)):
            bits == others && reads(inner, as: outer)
        default: type == other
        }
    }
}
