package import LockstepBus

/// The topics of a version as lines of text: a registry that people read and a test compares.
///
/// A line is `number name type`, where the number is that of the topic and then of the field, rows
/// within rows going on with further points: `9.4 side bits(enum, 2) | 1 buy | 2 sell`.
package struct SchemaListing: Hashable, Sendable {
    /// A field, or a topic.
    package struct Entry: Hashable, Sendable {
        /// The topic, the field, and the fields of rows within it.
        package let path: String
        package let name: String
        /// How it is written; cases and the number of bits are told beside it.
        package let type: String
        package let bits: Int
        /// Numbers of an enumeration, with their names.
        package let cases: [String: String]

        var line: String {
            let text = bits > 0 ? type.replacing("bits(", with: "bits \(bits) (") : type
            let ordered = cases.sorted { (Int($0.key) ?? .max) < (Int($1.key) ?? .max) }
            return "\(path) \(name.isEmpty ? "-" : name) \(text)"
                + ordered.map { " | \($0.key) \($0.value)" }.joined()
        }
    }

    package private(set) var entries: [Entry] = []

    /// Lists topics.
    package init(_ topics: [(number: UInt8, name: String, schema: RecordSchema)]) {
        for topic in topics {
            add("\(topic.number)", topic.name, "topic")
            add(topic.schema.fields, below: "\(topic.number)")
        }
        for (number, kind) in ControlEvent.kinds.enumerated() {
            add("0.\(number)", kind, "control")
        }
    }

    /// Reads lines.
    package init(text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " | ", omittingEmptySubsequences: false)
            let words = (parts.first ?? "").split(separator: " ")
            guard words.count >= 3 else { continue }
            var type = words[2...].joined(separator: " ")
            var bits = 0
            if let place = words.firstIndex(of: "bits"), place + 1 < words.count {
                bits = Int(words[place + 1]) ?? 0
                type = type.replacing("bits \(words[place + 1]) (", with: "bits(")
            }
            var cases: [String: String] = [:]
            for part in parts.dropFirst() {
                let item = part.split(separator: " ", maxSplits: 1)
                cases[String(item[0])] = item.count > 1 ? String(item[1]) : ""
            }
            entries.append(
                Entry(
                    path: String(words[0]), name: words[1] == "-" ? "" : String(words[1]),
                    type: type, bits: bits, cases: cases))
        }
    }

    /// The lines.
    package var text: String { entries.map { $0.line + "\n" }.joined() }

    // MARK: Parts

    private mutating func add(
        _ path: String, _ name: String, _ type: String, bits: Int = 0,
        cases: [String: String] = [:]
    ) {
        entries.append(Entry(path: path, name: name, type: type, bits: bits, cases: cases))
    }

    private mutating func add(_ fields: [RecordSchema.Field], below path: String) {
        for (place, field) in fields.enumerated() {
            var notes = Notes()
            let type = Self.text(field.type, &notes)
            add(
                "\(path).\(place)", field.name, type, bits: notes.bits, cases: notes.cases)
            if let inner = notes.row { add(inner, below: "\(path).\(place)") }
        }
    }

    /// What a type has besides its name.
    private struct Notes {
        var bits = 0
        var cases: [String: String] = [:]
        var row: [RecordSchema.Field]?
    }

    private static func text(_ type: RecordSchema.FieldType, _ notes: inout Notes) -> String {
        switch type {
        case .unsigned: return "u"
        case .integer: return "i"
        case .price: return "price"
        case .quantity: return "quantity"
        case .money: return "money"
        case .time: return "time"
        case .decimal(let scale): return "decimal(\(scale))"
        case .float64: return "f64"
        case .boolean: return "bool"
        case .enumeration(let cases):
            for item in cases { notes.cases["\(item.number)"] = item.name }
            return "enum"
        case .symbol: return "sym"
        case .string: return "str"
        case .bytes: return "bytes"
        case .optional(let type): return "opt(\(text(type, &notes)))"
        case .list(let type): return "list(\(text(type, &notes)))"
        case .row(let fields):
            notes.row = fields
            return "row"
        case .relative(let type, let field): return "rel(\(text(type, &notes)), \(field))"
        case .combined(let type, let terms):
            let sum = terms.map { "\($0.factor)·\($0.field)" }.joined(separator: " + ")
            return "rel(\(text(type, &notes)), \(sum))"
        case .record: return "record"
        case .inMarks(let type, let bits):
            notes.bits = Int(bits)
            return "bits(\(text(type, &notes)))"
        case .marked(let type): return "marked(\(text(type, &notes)))"
        }
    }
}
