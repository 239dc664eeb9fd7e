/// A value to be written as JSON; the members of an object keep their order.
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// Written as the shortest text that reads back the same; null when it is not finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
}

/// One name and its value.
package struct JSONMember: Hashable, Sendable {
    /// The name.
    package let name: String
    /// Its value.
    package let value: JSONValue

    /// Makes a member.
    package init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

extension JSONValue {
    /// The value as text (RFC 8259): equal values give equal bytes.
    ///
    /// - Parameters:
    ///   - sortedKeys: Whether members are put in the order of their names' UTF-8 bytes.
    ///   - pretty: Whether members and elements get lines of their own, indented by two spaces.
    /// - Returns: The text, without a line break at its end.
    package func text(sortedKeys: Bool = false, pretty: Bool = false) -> String {
        var writer = JSONText(sortedKeys: sortedKeys, pretty: pretty)
        writer.write(self, depth: 0)
        return writer.text
    }

    /// A text, or null.
    package static func optional(_ text: String?) -> Self { text.map { .string($0) } ?? .null }

    /// A number, or null.
    package static func optional(_ number: Double?) -> Self { number.map { .number($0) } ?? .null }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { JSONMember($0.0, $0.1) })
    }

    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(stringLiteral value: String) { self = .string(value) }

    package init(integerLiteral value: Int64) { self = .integer(value) }

    package init(booleanLiteral value: Bool) { self = .boolean(value) }

    package init(nilLiteral: ()) { self = .null }
}

private struct JSONText {
    let sortedKeys: Bool
    let pretty: Bool
    var text = ""

    init(sortedKeys: Bool, pretty: Bool) {
        self.sortedKeys = sortedKeys
        self.pretty = pretty
    }

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? value.description : "null"
        case .string(let value): write(value)
        case .array(let elements):
            writeList(elements, between: ("[", "]"), depth: depth) { writer, element in
                writer.write(element, depth: depth + 1)
            }
        case .object(let members):
            let ordered =
                sortedKeys
                ? members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : members
            writeList(ordered, between: ("{", "}"), depth: depth) { writer, member in
                writer.write(member.name)
                writer.text += writer.pretty ? ": " : ":"
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func writeList<Element>(
        _ elements: [Element], between brackets: (String, String), depth: Int,
        _ body: (inout Self, Element) -> Void
    ) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            breakLine(depth + 1)
            body(&self, element)
        }
        if !elements.isEmpty { breakLine(depth) }
        text += brackets.1
    }

    private mutating func breakLine(_ depth: Int) {
        if pretty { text += "\n" + String(repeating: "  ", count: depth) }
    }

    private mutating func write(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{08}": text += "\\b"
            case "\u{0C}": text += "\\f"
            case "\u{00}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
