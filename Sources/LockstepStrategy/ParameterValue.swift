/// The value of a parameter, as files and command lines write it.
public indirect enum ParameterValue: Hashable, Sendable {
    /// A text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// A number.
    case number(Double)
    /// True or false.
    case boolean(Bool)
    /// A list.
    case list([ParameterValue])
    /// Named values, in the order in which they were written.
    case table([ParameterEntry])
    /// Nothing: a parameter that may be left out and has no default.
    case nothing
}

/// A parameter with its value and, where it was written in a file, its place there.
public struct ParameterEntry: Hashable, Sendable {
    /// The name of the parameter.
    public var key: String
    /// The value.
    public var value: ParameterValue
    /// Where it was written, as messages shall tell it, such as `run.toml:12`.
    public var place: String?

    /// Makes the entry.
    public init(_ key: String, _ value: ParameterValue, place: String? = nil) {
        self.key = key
        self.value = value
        self.place = place
    }
}

extension ParameterValue: CustomStringConvertible {
    /// The value as it would be written in a configuration.
    public var description: String {
        switch self {
        case .string(let text): "\"\(text)\""
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .table(let entries):
            "{\(entries.map { "\($0.key) = \($0.value)" }.joined(separator: ", "))}"
        case .nothing: "nothing"
        }
    }
}

extension ParameterEntry {
    /// All parameters with their values, in the order of their declaration.
    @usableFromInline
    static func list(
        of parameters: some Encodable, strategy: String
    ) throws(StrategyError) -> [ParameterEntry] {
        let encoder = ParameterEncoder()
        do {
            try parameters.encode(to: encoder)
        } catch {
            throw .refusedParameters(strategy: strategy, reason: "\(error)")
        }
        switch encoder.value {
        case .table(let entries): return entries
        case .nothing: return []
        default:
            throw .refusedParameters(
                strategy: strategy, reason: "they are not a list of named values")
        }
    }
}
