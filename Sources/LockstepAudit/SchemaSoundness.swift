import LockstepBus

/// Whether a list of fields can be read at all: marks in rows alone, numbers that count from numbers.
///
/// A schema from an unknown hand may say anything. One that is not sound is kept and shown, but no
/// record of its topic is read or accepted, so that what a check accepts can always be decoded.
enum SchemaSoundness: Sendable {
    /// Whether records of a schema can be read.
    static func isSound(_ schema: RecordSchema) -> Bool { isSound(row: schema.fields) }

    private static func isSound(row fields: [RecordSchema.Field]) -> Bool {
        var bits = 0
        for (place, field) in fields.enumerated() {
            let before = fields[..<place]
            switch field.type {
            case .inMarks(let type, let count):
                bits += Int(count)
                switch type {
                case .unsigned, .enumeration, .boolean: break
                default: return false
                }
            case .marked(let type):
                bits += 1
                guard canBeMarked(type), isSound(type, before) else { return false }
            default:
                guard isSound(field.type, before) else { return false }
            }
        }
        return bits <= 64
    }

    private static func isSound(
        _ type: RecordSchema.FieldType, _ before: ArraySlice<RecordSchema.Field>
    ) -> Bool {
        switch type {
        // What is not there twice over cannot be told from what is not there once.
        case .optional(.optional): false
        case .optional(let type): isSound(type, before)
        case .list(let type): isSound(type, [])
        // A row without fields takes no bytes, so any number of them would fit anywhere.
        case .row(let fields): !fields.isEmpty && isSound(row: fields)
        case .relative(let type, let place): isNumber(type) && isNumber(before, place)
        case .combined(let type, let terms):
            isNumber(type) && terms.allSatisfy { isNumber(before, $0.field) }
        // Marks belong to rows.
        case .inMarks, .marked: false
        default: true
        }
    }

    private static func canBeMarked(_ type: RecordSchema.FieldType) -> Bool {
        switch type {
        case .optional, .list, .record, .relative, .combined: true
        default: isNumber(type)
        }
    }

    private static func isNumber(_ before: ArraySlice<RecordSchema.Field>, _ place: UInt8) -> Bool {
        guard Int(place) < before.endIndex, !before.isEmpty else { return false }
        switch before[Int(place)].type {
        case .marked(let type), .inMarks(let type, _): return countsAsNumber(type)
        case let type: return countsAsNumber(type)
        }
    }

    /// Whether others may count from a value of a type.
    private static func countsAsNumber(_ type: RecordSchema.FieldType) -> Bool {
        switch type {
        case .relative, .combined, .record: true
        default: isNumber(type)
        }
    }

    private static func isNumber(_ type: RecordSchema.FieldType) -> Bool {
        switch type {
        case .unsigned, .integer, .price, .quantity, .money, .time, .decimal: true
        default: false
        }
    }
}
