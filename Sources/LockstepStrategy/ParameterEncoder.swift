/// Writes parameters down as neutral values.
final class ParameterEncoder: Encoder {
    private enum Content {
        case empty
        case value(ParameterValue)
        case keyed([(key: String, part: ParameterEncoder)])
        case unkeyed([ParameterEncoder])
    }

    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private var content = Content.empty

    init(_ codingPath: [any CodingKey] = []) { self.codingPath = codingPath }

    var value: ParameterValue {
        switch content {
        case .empty: .nothing
        case .value(let value): value
        case .keyed(let parts): .table(parts.map { ParameterEntry($0.key, $0.part.value) })
        case .unkeyed(let parts): .list(parts.map(\.value))
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .keyed = content {} else { content = .keyed([]) }
        return KeyedEncodingContainer(Keyed<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .unkeyed = content {} else { content = .unkeyed([]) }
        return Unkeyed(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

    fileprivate func part(_ key: some CodingKey) -> ParameterEncoder {
        let part = ParameterEncoder(codingPath + [key])
        if case .keyed(var parts) = content {
            parts.removeAll { $0.key == key.stringValue }
            parts.append((key.stringValue, part))
            content = .keyed(parts)
        }
        return part
    }

    fileprivate func nextPart() -> ParameterEncoder {
        let part = ParameterEncoder(codingPath + [PlaceKey(count)])
        if case .unkeyed(let parts) = content { content = .unkeyed(parts + [part]) }
        return part
    }

    fileprivate var count: Int {
        if case .unkeyed(let parts) = content { parts.count } else { 0 }
    }

    fileprivate func write(_ value: some Encodable) throws {
        switch value {
        case let flag as Bool: content = .value(.boolean(flag))
        case let text as String: content = .value(.string(text))
        case let number as Double: content = .value(.number(number))
        case let number as Float: content = .value(.number(Double(number)))
        case let number as any FixedWidthInteger:
            guard let narrow = Int64(exactly: number) else {
                throw EncodingError.invalidValue(
                    value,
                    .init(codingPath: codingPath, debugDescription: "beyond 64 bits with sign"))
            }
            content = .value(.integer(narrow))
        default: try value.encode(to: self)
        }
    }

    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: ParameterEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        mutating func encodeNil(forKey key: Key) throws { _ = encoder.part(key) }
        mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
            try encoder.part(key).write(value)
        }
        // A parameter without a value is a known key all the same.
        mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: Float?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: Int8?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: Int16?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: Int32?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: UInt?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
            try put(value, key)
        }
        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy keyType: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> { encoder.part(key).container(keyedBy: keyType) }
        mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            encoder.part(key).unkeyedContainer()
        }
        mutating func superEncoder() -> any Encoder { encoder.part(PlaceKey("super")) }
        mutating func superEncoder(forKey key: Key) -> any Encoder { encoder.part(key) }

        private func put(_ value: (some Encodable)?, _ key: Key) throws {
            let part = encoder.part(key)
            if let value { try part.write(value) }
        }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let encoder: ParameterEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }
        var count: Int { encoder.count }

        mutating func encodeNil() throws { _ = encoder.nextPart() }
        mutating func encode<T: Encodable>(_ value: T) throws {
            try encoder.nextPart().write(value)
        }
        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy keyType: Nested.Type
        ) -> KeyedEncodingContainer<Nested> { encoder.nextPart().container(keyedBy: keyType) }
        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            encoder.nextPart().unkeyedContainer()
        }
        mutating func superEncoder() -> any Encoder { encoder.nextPart() }
    }

    private struct Single: SingleValueEncodingContainer {
        let encoder: ParameterEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        mutating func encodeNil() throws {}
        mutating func encode<T: Encodable>(_ value: T) throws { try encoder.write(value) }
    }
}

/// A key made of a place in a list, or of a text.
struct PlaceKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ place: Int) {
        stringValue = "\(place)"
        intValue = place
    }

    init(_ text: String) {
        stringValue = text
        intValue = nil
    }

    init?(intValue: Int) { self.init(intValue) }
    init?(stringValue: String) { self.init(stringValue) }
}
