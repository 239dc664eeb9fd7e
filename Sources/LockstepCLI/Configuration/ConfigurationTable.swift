import LockstepFiles
import LockstepModel

/// A table of a configuration, read key by key; what is wrong is told with its place.
struct ConfigurationTable {
    /// The table's own name in messages and overrides, such as `venues.sim`; empty for the root.
    let path: String
    /// Where it begins.
    let place: TOMLPlace
    private let table: TOMLTable

    /// Takes a value for a table.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - path: The table's name in messages.
    ///   - known: All keys it may have; nil for any.
    /// - Throws: ``CommandError/configuration(place:message:)`` for another kind of value, and for
    ///   the first key that is not known.
    init(_ value: TOMLValue, _ path: String, known: [String]?) throws(CommandError) {
        self.path = path
        place = value.place
        guard case .table(let table) = value.content else {
            throw .configuration(
                place: "\(value.place)", message: "\(path) must be a table, not \(value.kind).")
        }
        self.table = table
        guard let known else { return }
        for entry in table.entries where !known.contains(entry.key) {
            let name = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            throw .configuration(
                place: "\(entry.keyPlace)",
                message: "There is no key \"\(name)\"."
                    + NearestName.suggestion(for: entry.key, among: known)
                    + (path.isEmpty ? " Known tables: " : " Known keys: ")
                    + known.joined(separator: ", ") + ".")
        }
    }

    /// The entries in the order of the file.
    var entries: [TOMLTable.Entry] { table.entries }

    /// The value of a key, of any kind.
    subscript(_ key: String) -> TOMLValue? { table[key] }

    /// The full name of a key in messages.
    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// A refusal of the value of a key, at its place.
    func refusal(_ key: String, _ message: String) -> CommandError {
        .configuration(
            place: "\(table[key]?.place ?? place)", message: "\(name(key)) \(message)")
    }

    /// A refusal because a key is not there.
    func missing(_ key: String, like example: String) -> CommandError {
        .configuration(
            place: "\(place)",
            message: "\(name(key)) is missing. Add a line like: \(key) = \(example)")
    }

    private func wrongKind(_ key: String, _ value: TOMLValue, _ expected: String) -> CommandError {
        refusal(key, "must be \(expected), not \(value.kind).")
    }

    /// A text.
    func text(_ key: String) throws(CommandError) -> String? {
        guard let value = table[key] else { return nil }
        guard let text = value.string else { throw wrongKind(key, value, "text in quotes") }
        return text
    }

    /// A text that must be there.
    func text(_ key: String, like example: String) throws(CommandError) -> String {
        guard let text = try text(key) else { throw missing(key, like: example) }
        return text
    }

    /// True or false.
    func flag(_ key: String) throws(CommandError) -> Bool? {
        guard let value = table[key] else { return nil }
        guard let flag = value.boolean else { throw wrongKind(key, value, "true or false") }
        return flag
    }

    /// A whole number within bounds.
    func integer(_ key: String, _ range: ClosedRange<Int64>) throws(CommandError) -> Int64? {
        guard let value = table[key] else { return nil }
        guard let number = value.integer else { throw wrongKind(key, value, "a whole number") }
        guard range.contains(number) else {
            let bounds =
                range.upperBound == .max
                ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw refusal(key, "must be \(bounds), not \(number).")
        }
        return number
    }

    /// A number.
    func number(_ key: String) throws(CommandError) -> Double? {
        guard let value = table[key] else { return nil }
        guard let number = value.number else { throw wrongKind(key, value, "a number") }
        return number
    }

    /// An exact decimal: text, or a whole number.
    func decimal(_ key: String) throws(CommandError) -> ExactDecimal? {
        guard let value = table[key] else { return nil }
        guard let text = value.decimalText else {
            if case .float(_, let written) = value.content {
                throw refusal(
                    key, "must be written in quotes to be exact: \(key) = \"\(written)\".")
            }
            throw wrongKind(key, value, "a decimal number in quotes")
        }
        do {
            return try ExactDecimal(text)
        } catch {
            throw refusal(key, "is refused. \(error)")
        }
    }

    /// An exact decimal that must be there.
    func decimal(_ key: String, like example: String) throws(CommandError) -> ExactDecimal {
        guard let value = try decimal(key) else { throw missing(key, like: example) }
        return value
    }

    /// A rate.
    func rate(_ key: String) throws(CommandError) -> Rate? {
        guard let value = try decimal(key) else { return nil }
        do {
            return try Rate(value)
        } catch {
            throw refusal(key, "is refused. \(error)")
        }
    }

    /// An instant.
    func time(_ key: String) throws(CommandError) -> Timestamp? {
        guard let value = table[key] else { return nil }
        guard let text = value.timeText else {
            throw wrongKind(key, value, "a date like \"2004-08-19\"")
        }
        do throws(FieldFault) {
            return Timestamp(nanoseconds: try CivilTime.nanoseconds(text))
        } catch {
            switch error {
            case .timeOutOfRange:
                throw refusal(key, "is \"\(text)\", outside the years 1678 to 2261.")
            default:
                throw refusal(
                    key,
                    "is \"\(text)\", which is no date. Write 2004-08-19 or 2004-08-19T16:30:00Z.")
            }
        }
    }

    /// The instant that a text tells; nil when it is none.
    static func instant(_ text: String) -> Timestamp? {
        (try? CivilTime.nanoseconds(text)).map { Timestamp(nanoseconds: $0) }
    }

    /// One of the values of a type that has a few, each with its own text.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type
    ) throws(CommandError) -> Value? where Value.RawValue == String {
        guard let text = try text(key) else { return nil }
        if let value = Value(rawValue: text) { return value }
        throw unknown(key, text, Value.allCases.map(\.rawValue))
    }

    /// A word of several that are known.
    func word(_ key: String, _ known: [String]) throws(CommandError) -> String? {
        guard let text = try text(key) else { return nil }
        if known.contains(text) { return text }
        throw unknown(key, text, known)
    }

    private func unknown(_ key: String, _ text: String, _ known: [String]) -> CommandError {
        refusal(
            key,
            "must be one of \(known.map { "\"\($0)\"" }.joined(separator: ", ")), not \"\(text)\"."
                + NearestName.suggestion(for: text, among: known))
    }

    /// The position, from 0, of what a key names.
    func reference(
        _ key: String, to names: [String], _ what: String, like example: String
    ) throws(CommandError) -> Int {
        let text = try text(key, like: example)
        if let position = names.firstIndex(of: text) { return position }
        throw refusal(
            key,
            "names \"\(text)\", but there is no such \(what)."
                + NearestName.suggestion(for: text, among: names)
                + (names.isEmpty
                    ? " There is none at all." : " Known: \(names.joined(separator: ", "))."))
    }

    /// A table below this one.
    func table(_ key: String, known: [String]?) throws(CommandError) -> Self? {
        guard let value = table[key] else { return nil }
        return try Self(value, name(key), known: known)
    }

    /// The tables of a list, each named by one of its keys where it has that.
    func tables(
        _ key: String, namedBy nameKey: String, known: [String]?
    ) throws(CommandError) -> [Self] {
        guard let value = table[key] else { return [] }
        guard case .array(let elements) = value.content else {
            throw .configuration(
                place: "\(value.place)",
                message: "\(key) must be a list. Write [[\(key)]] in double brackets.")
        }
        var tables: [Self] = []
        for (position, element) in elements.enumerated() {
            let name = element.table?[nameKey]?.string ?? String(position)
            tables.append(try Self(element, "\(key).\(name)", known: known))
        }
        return tables
    }
}
