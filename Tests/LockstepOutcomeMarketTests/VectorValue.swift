/// A value of a JSON file; whole numbers are exact.
enum VectorValue: Decodable, Equatable, CustomStringConvertible {
    case null
    case flag(Bool)
    case whole(Int128)
    case number(Double)
    case text(String)
    case list([VectorValue])
    case fields([String: VectorValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .whole(Int128(value))
        } else if let value = try? container.decode(UInt64.self) {
            self = .whole(Int128(value))
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([VectorValue].self) {
            self = .list(value)
        } else {
            self = .fields(try container.decode([String: VectorValue].self))
        }
    }

    subscript(_ key: String) -> VectorValue? {
        guard case .fields(let fields) = self, let value = fields[key], value != .null else {
            return nil
        }
        return value
    }

    var list: [VectorValue]? { if case .list(let list) = self { list } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    var fields: [String: VectorValue]? {
        if case .fields(let fields) = self { fields } else { nil }
    }

    /// A whole number of 64 bits.
    var whole: Int64? { if case .whole(let whole) = self { Int64(exactly: whole) } else { nil } }

    /// The decimal text of a number, however it is written.
    var decimal: String? {
        switch self {
        case .text(let text): text
        case .whole(let whole): whole.description
        case .number(let number): number.description
        default: nil
        }
    }

    var description: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag.description
        case .whole(let whole): whole.description
        case .number(let number): number.description
        case .text(let text): "\"\(text)\""
        case .list(let list): "[" + list.map(\.description).joined(separator: ", ") + "]"
        case .fields(let fields):
            "{"
                + fields.keys.sorted().map { "\($0): \(fields[$0] ?? .null)" }
                .joined(separator: ", ") + "}"
        }
    }
}

/// Compares what came out with what a file says.
struct VectorComparison {
    /// In millionths.
    let moneyTolerance: Int128
    /// Relative to the larger of 1 and the value.
    let priceTolerance: Double
    private(set) var differences: [String] = []

    private static let prices: Set<String> = ["pYes", "pNo", "root", "quotedPrice"]
    private static let names: Set<String> = ["order", "outcome", "outcomes", "i"]

    init(moneyTolerance: Int128, priceTolerance: Double) {
        self.moneyTolerance = moneyTolerance
        self.priceTolerance = priceTolerance
    }

    mutating func compare(_ found: VectorValue, _ wanted: VectorValue, _ path: String) {
        compare(found, wanted, path, key: "")
    }

    private mutating func compare(
        _ found: VectorValue, _ wanted: VectorValue, _ path: String, key: String
    ) {
        switch (found, wanted) {
        case (.fields(let found), .fields(let wanted)):
            for name in Set(found.keys).union(wanted.keys).sorted() {
                compare(
                    found[name] ?? .text("nothing"), wanted[name] ?? .text("nothing"),
                    "\(path).\(name)", key: name)
            }
        case (.list(let found), .list(let wanted)):
            if found.count != wanted.count {
                differences.append("\(path): \(found.count) elements, expected \(wanted.count)")
            }
            for (index, pair) in zip(found, wanted).enumerated() {
                compare(pair.0, pair.1, "\(path)[\(index)]", key: key)
            }
        case (.whole(let one), .whole(let other)) where !Self.names.contains(key):
            if (one - other).magnitude > moneyTolerance.magnitude { note(found, wanted, path) }
        case (_, _) where Self.prices.contains(key) && found != .null && wanted != .null:
            guard let one = found.decimal.flatMap(Double.init),
                let other = wanted.decimal.flatMap(Double.init),
                abs(one - other) <= priceTolerance * max(1, abs(other))
            else { return note(found, wanted, path) }
        default:
            if found != wanted { note(found, wanted, path) }
        }
    }

    private mutating func note(_ found: VectorValue, _ wanted: VectorValue, _ path: String) {
        differences.append("\(path): \(found), expected \(wanted)")
    }
}
