import LockstepBus

/// The first pair of records in which two logs differ.
public struct AuditDifference: Hashable, Sendable {
    /// A field with both values, as text.
    public struct Field: Hashable, Sendable {
        /// Where in the record it is: `price`, or `bars[2].close`.
        public let path: String
        /// Its value in the first log; `nil` where it has no such field.
        public let one: String?
        /// Its value in the second log; `nil` where it has no such field.
        public let other: String?
    }

    /// The record of the first log; `nil` where it has ended.
    public let one: AuditRecord?
    /// The record of the second log; `nil` where it has ended.
    public let other: AuditRecord?
    /// What differs; nothing where one log has ended, or the topics are not the same.
    public let fields: [Field]
}

extension AuditComparison {
    /// The fields of control records, which have no schema in the log.
    static let controlNames = [
        "kind", "topic", "name", "version", "fields", "id", "text", "json", "step", "status",
        "reason", "offset",
    ]

    /// The names of fields, and of those within their rows and lists.
    static func names(_ fields: [RecordSchema.Field]) -> [String] {
        fields.flatMap { [$0.name] + names(within: $0.type) }
    }

    private static func names(within type: RecordSchema.FieldType) -> [String] {
        switch type {
        case .row(let fields): names(fields)
        case .optional(let type), .list(let type), .marked(let type): names(within: type)
        default: []
        }
    }
}
