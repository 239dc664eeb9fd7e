/// A value that does not fit the parameter it is meant for.
struct ParameterFault: Error, Sendable {
    let path: [String]
    let expected: String
    let found: String
}

/// Reads parameters from neutral values.
struct ParameterDecoder: Decoder {
    let value: ParameterValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: ParameterValue, _ codingPath: [any CodingKey] = []) {
        self.value = value
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        guard case .table(let entries) = value else { throw fault("a table") }
        var values: [String: ParameterValue] = [:]
        for entry in entries { values[entry.key] = entry.value }
        return KeyedDecodingContainer(Keyed<Key>(values: values, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let values) = value else { throw fault("a list") }
        return Unkeyed(values: values, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { Single(decoder: self) }

    /// Reads the value as a type.
    func read<T: Decodable>(_ type: T.Type) throws -> T {
        let result: Any? =
            switch type {
            case is Bool.Type: boolean
            case is String.Type: text
            case is Double.Type: number
            case is Float.Type: number.map { Float($0) }
            case let integer as any (FixedWidthInteger & Decodable).Type: try whole(integer)
            default: try T(from: self)
            }
        guard let typed = result as? T else { throw fault(Self.expectation(type)) }
        return typed
    }

    private var boolean: Bool? { if case .boolean(let flag) = value { flag } else { nil } }
    private var text: String? { if case .string(let text) = value { text } else { nil } }
    private var number: Double? {
        switch value {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }

    private func whole<I: FixedWidthInteger>(_ type: I.Type) throws -> I? {
        guard case .integer(let number) = value else { return nil }
        guard let fitting = I(exactly: number) else {
            throw fault("a whole number from \(I.min) to \(I.max)")
        }
        return fitting
    }

    private static func expectation(_ type: Any.Type) -> String {
        switch type {
        case is Bool.Type: "true or false"
        case is String.Type: "a text in quotes"
        case is Double.Type, is Float.Type: "a number"
        case is any FixedWidthInteger.Type: "a whole number"
        default: "a \(type)"
        }
    }

    func fault(_ expected: String) -> ParameterFault {
        ParameterFault(
            path: codingPath.map(\.stringValue), expected: expected, found: value.description)
    }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let values: [String: ParameterValue]
        let codingPath: [any CodingKey]
        var allKeys: [Key] { values.keys.sorted().compactMap { Key(stringValue: $0) } }

        func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }
        func decodeNil(forKey key: Key) throws -> Bool {
            values[key.stringValue] ?? .nothing == .nothing
        }
        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try part(key).read(type)
        }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { try part(key).container(keyedBy: type) }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try part(key).unkeyedContainer()
        }
        func superDecoder() throws -> any Decoder {
            ParameterDecoder(values["super"] ?? .nothing, codingPath + [PlaceKey("super")])
        }
        func superDecoder(forKey key: Key) throws -> any Decoder { part(key) }

        private func part(_ key: Key) -> ParameterDecoder {
            ParameterDecoder(values[key.stringValue] ?? .nothing, codingPath + [key])
        }
    }

    private struct Unkeyed: UnkeyedDecodingContainer {
        let values: [ParameterValue]
        let codingPath: [any CodingKey]
        var currentIndex = 0
        var count: Int? { values.count }
        var isAtEnd: Bool { currentIndex >= values.count }

        init(values: [ParameterValue], codingPath: [any CodingKey]) {
            self.values = values
            self.codingPath = codingPath
        }

        mutating func decodeNil() throws -> Bool {
            guard !isAtEnd, values[currentIndex] == .nothing else { return false }
            currentIndex += 1
            return true
        }
        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().read(type) }
        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try next().unkeyedContainer()
        }
        mutating func superDecoder() throws -> any Decoder { try next() }

        private mutating func next() throws -> ParameterDecoder {
            let value = isAtEnd ? ParameterValue.nothing : values[currentIndex]
            defer { currentIndex += 1 }
            return ParameterDecoder(value, codingPath + [PlaceKey(currentIndex)])
        }
    }

    private struct Single: SingleValueDecodingContainer {
        let decoder: ParameterDecoder
        var codingPath: [any CodingKey] { decoder.codingPath }

        func decodeNil() -> Bool { decoder.value == .nothing }
        func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.read(type) }
    }
}
