extension JSONValue {
    /// The value a codable type writes of itself, with its members in the order of writing.
    ///
    /// - Parameter value: Any value; whole numbers up to 64 bits.
    /// - Throws: What the value throws, or `EncodingError` for a number beyond Int64.
    package init(encoding value: some Encodable) throws {
        let node = JSONNode()
        try value.encode(to: JSONNodeEncoder(node: node, codingPath: []))
        self = node.value
    }
}

/// A place in the tree being built, filled by whoever encodes there.
private final class JSONNode {
    enum Content {
        case empty
        case scalar(JSONValue)
        case object([(String, JSONNode)])
        case array([JSONNode])
    }

    var content = Content.empty

    var value: JSONValue {
        switch content {
        case .empty: .object([])
        case .scalar(let value): value
        case .object(let members): .object(members.map { JSONMember($0.0, $0.1.value) })
        case .array(let elements): .array(elements.map(\.value))
        }
    }

    func member(_ name: String) -> JSONNode {
        let child = JSONNode()
        if case .object(let members) = content {
            content = .object(members.filter { $0.0 != name } + [(name, child)])
        } else {
            content = .object([(name, child)])
        }
        return child
    }

    func element() -> JSONNode {
        let child = JSONNode()
        if case .array(let elements) = content {
            content = .array(elements + [child])
        } else {
            content = .array([child])
        }
        return child
    }

    func put<Value: Encodable>(_ value: Value, _ path: [any CodingKey]) throws {
        switch value {
        case let value as Bool: content = .scalar(.boolean(value))
        case let value as String: content = .scalar(.string(value))
        case let value as Double: content = .scalar(.number(value))
        case let value as Float: content = .scalar(.number(Double(value)))
        case let value as any FixedWidthInteger:
            guard let number = Int64(exactly: value) else {
                throw EncodingError.invalidValue(
                    value,
                    .init(codingPath: path, debugDescription: "\(value) does not fit 64 bits"))
            }
            content = .scalar(.integer(number))
        default: try value.encode(to: JSONNodeEncoder(node: self, codingPath: path))
        }
    }
}

private struct JSONNodeEncoder: Encoder {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .empty = node.content { node.content = .object([]) }
        return KeyedEncodingContainer(Keyed<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .empty = node.content { node.content = .array([]) }
        return Unkeyed(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        Single(node: node, codingPath: codingPath)
    }

    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let node: JSONNode
        let codingPath: [any CodingKey]

        func encodeNil(forKey key: Key) { node.member(key.stringValue).content = .scalar(.null) }

        func encode(_ value: some Encodable, forKey key: Key) throws {
            try node.member(key.stringValue).put(value, codingPath + [key])
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            JSONNodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
                .container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            JSONNodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
                .unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            JSONNodeEncoder(node: node.member("super"), codingPath: codingPath)
        }

        func superEncoder(forKey key: Key) -> any Encoder {
            JSONNodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
        }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let node: JSONNode
        let codingPath: [any CodingKey]

        var count: Int {
            if case .array(let elements) = node.content { elements.count } else { 0 }
        }

        func encodeNil() { node.element().content = .scalar(.null) }

        func encode(_ value: some Encodable) throws { try node.element().put(value, codingPath) }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedEncodingContainer<Nested> {
            JSONNodeEncoder(node: node.element(), codingPath: codingPath).container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            JSONNodeEncoder(node: node.element(), codingPath: codingPath).unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            JSONNodeEncoder(node: node.element(), codingPath: codingPath)
        }
    }

    private struct Single: SingleValueEncodingContainer {
        let node: JSONNode
        let codingPath: [any CodingKey]

        func encodeNil() { node.content = .scalar(.null) }

        func encode(_ value: some Encodable) throws { try node.put(value, codingPath) }
    }
}
