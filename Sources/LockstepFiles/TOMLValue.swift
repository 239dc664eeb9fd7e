/// Where something stands in a configuration; line 0 is an override from the command line.
public struct TOMLPlace: Hashable, Sendable {
    /// The path of the file, or the override as it was typed.
    public let file: String
    /// From 1; 0 when there is no file.
    public let line: Int
    /// From 1, in characters; 0 when there is no file.
    public let column: Int

    /// Makes a place.
    public init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension TOMLPlace: CustomStringConvertible {
    public var description: String {
        line == 0 ? file : column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
    }
}

/// A value of a configuration, with its place.
package struct TOMLValue: Hashable, Sendable {
    /// What it is.
    package enum Content: Hashable, Sendable {
        case string(String)
        case integer(Int64)
        /// A number with a point or an exponent, and how it was written.
        case float(Double, text: String)
        case boolean(Bool)
        /// A date, a time or both, as written.
        case date(String)
        case array([TOMLValue])
        case table(TOMLTable)
    }

    /// What it is.
    package var content: Content
    /// Where it stands.
    package var place: TOMLPlace

    /// Makes a value.
    package init(_ content: Content, at place: TOMLPlace) {
        self.content = content
        self.place = place
    }
}

extension TOMLValue {
    /// What kind of value it is, with an article, for messages.
    package var kind: String {
        switch content {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "a boolean"
        case .date: "a date"
        case .array: "an array"
        case .table: "a table"
        }
    }

    /// The text of a string.
    package var string: String? { if case .string(let text) = content { text } else { nil } }

    /// The value of an integer.
    package var integer: Int64? { if case .integer(let value) = content { value } else { nil } }

    /// The value of a float or an integer.
    package var number: Double? {
        switch content {
        case .float(let value, _): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// The value of a boolean.
    package var boolean: Bool? { if case .boolean(let value) = content { value } else { nil } }

    /// The elements of an array.
    package var array: [TOMLValue]? { if case .array(let list) = content { list } else { nil } }

    /// The entries of a table.
    package var table: TOMLTable? { if case .table(let table) = content { table } else { nil } }

    /// Whether it was given on the command line rather than in a file.
    package var isOverride: Bool { place.line == 0 }

    /// An exact decimal as text: of a string or an integer, and of a float on the command line, where
    /// quotes are seldom typed.
    package var decimalText: String? {
        switch content {
        case .string(let text): text
        case .integer(let value): String(value)
        case .float(_, let text): isOverride ? text : nil
        default: nil
        }
    }

    /// A date or time as text: of a string, or of a date written without quotes.
    package var timeText: String? {
        switch content {
        case .string(let text), .date(let text): text
        default: nil
        }
    }
}

/// A table of a configuration: its entries in the order of the file, each key once.
package struct TOMLTable: Hashable, Sendable {
    /// A key with its place and its value.
    package struct Entry: Hashable, Sendable {
        /// The name, without quotes.
        package let key: String
        /// Where the name stands.
        package let keyPlace: TOMLPlace
        /// What it stands for.
        package var value: TOMLValue

        /// Makes an entry.
        package init(key: String, keyPlace: TOMLPlace, value: TOMLValue) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    /// The entries in the order of the file.
    package private(set) var entries: [Entry]
    private var positions: [String: Int]

    /// Makes a table; of entries with the same key the last one counts.
    package init(_ entries: [Entry] = []) {
        self.entries = []
        positions = [:]
        for entry in entries { set(entry) }
    }

    /// The names in the order of the file.
    package var keys: [String] { entries.map(\.key) }

    /// The value of a name.
    package subscript(_ key: String) -> TOMLValue? { positions[key].map { entries[$0].value } }

    /// The entry of a name.
    package func entry(_ key: String) -> Entry? { positions[key].map { entries[$0] } }

    /// Puts an entry at its key's position, or at the end.
    package mutating func set(_ entry: Entry) {
        if let position = positions[entry.key] {
            entries[position] = entry
        } else {
            positions[entry.key] = entries.count
            entries.append(entry)
        }
    }
}
