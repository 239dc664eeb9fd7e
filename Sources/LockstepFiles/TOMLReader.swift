import CTOML

/// Reads a TOML 1.0 configuration into a tree of values with their places.
package enum TOMLReader {
    /// How deep tables and arrays may lie in one another.
    package static let depthLimit = 64

    /// The most bytes a file may have.
    package static let sizeLimit = 16 << 20

    /// Reads a file.
    ///
    /// - Parameter path: The file; the root of the tree is a table.
    /// - Returns: The tree.
    /// - Throws: ``FilesError/toml(_:message:)`` and errors of the system.
    package static func read(path: String) throws(FilesError) -> TOMLValue {
        try read(bytes: File.contents(of: path, limit: sizeLimit), file: path)
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: The whole configuration.
    ///   - file: What it is called in places.
    /// - Returns: The tree.
    /// - Throws: ``FilesError/toml(_:message:)``.
    package static func read(text: String, file: String) throws(FilesError) -> TOMLValue {
        try read(bytes: Array(text.utf8), file: file)
    }

    /// Reads the value of an override, such as `5`, `"text"` or `{ a = 1 }`; what is no TOML value is
    /// taken as a string.
    ///
    /// - Parameters:
    ///   - text: What stands after the `=`.
    ///   - name: What the override is called in messages, such as `--set run.seed=5`.
    /// - Returns: The value; all its places are the override's.
    package static func overrideValue(_ text: String, name: String) -> TOMLValue {
        let place = TOMLPlace(file: name)
        guard !text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }),
            let root = try? read(text: "value = " + text, file: name).table,
            root.entries.count == 1, let value = root["value"]
        else { return TOMLValue(.string(text), at: place) }
        return moved(value, to: place)
    }

    private static func read(bytes: [UInt8], file: String) throws(FilesError) -> TOMLValue {
        if bytes.count > sizeLimit {
            throw .tooLarge(path: file, size: Int64(bytes.count), limit: Int64(sizeLimit))
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        try TOMLDepth.check(text.span, file: file, limit: depthLimit)
        let document = try TOMLDocument(text, file: file)
        var builder = TOMLBuilder(document: document, source: text, file: file)
        return builder.value()
    }

    private static func moved(_ value: TOMLValue, to place: TOMLPlace) -> TOMLValue {
        switch value.content {
        case .array(let elements):
            return TOMLValue(.array(elements.map { moved($0, to: place) }), at: place)
        case .table(let table):
            let entries = table.entries.map {
                TOMLTable.Entry(key: $0.key, keyPlace: place, value: moved($0.value, to: place))
            }
            return TOMLValue(.table(TOMLTable(entries)), at: place)
        default: return TOMLValue(value.content, at: place)
        }
    }
}

/// Builds the tree from the list of nodes; the depth is bounded.
private struct TOMLBuilder {
    private let document: TOMLDocument
    private let source: [UInt8]
    private let file: String
    private let lineStarts: [Int]
    private var next = 0

    init(document: TOMLDocument, source: [UInt8], file: String) {
        self.document = document
        self.source = source
        self.file = file
        var starts = [0]
        for (index, byte) in source.enumerated() where byte == 0x0A { starts.append(index + 1) }
        lineStarts = starts
    }

    mutating func value() -> TOMLValue {
        let node = document.nodes[next]
        next += 1
        let place = place(node.line, node.column)
        switch Int(node.kind) {
        case CTOML_TABLE:
            var table = TOMLTable()
            for _ in 0..<node.children {
                let child = document.nodes[next]
                table.set(
                    TOMLTable.Entry(
                        key: document.string(child.key_offset, child.key_length),
                        keyPlace: self.place(child.key_line, child.key_column), value: value()))
            }
            return TOMLValue(.table(table), at: place)
        case CTOML_ARRAY:
            var elements: [TOMLValue] = []
            for _ in 0..<node.children { elements.append(value()) }
            return TOMLValue(.array(elements), at: place)
        case CTOML_STRING:
            return TOMLValue(
                .string(document.string(node.text_offset, node.text_length)), at: place)
        case CTOML_INTEGER: return TOMLValue(.integer(node.integer), at: place)
        case CTOML_FLOAT:
            return TOMLValue(.float(node.number, text: written(node)), at: place)
        case CTOML_BOOLEAN: return TOMLValue(.boolean(node.integer != 0), at: place)
        default: return TOMLValue(.date(written(node)), at: place)
        }
    }

    private func place(_ line: UInt32, _ column: UInt32) -> TOMLPlace {
        TOMLPlace(file: file, line: max(1, Int(line)), column: max(1, Int(column)))
    }

    /// A value as it stands in the file: the library keeps floats and dates only in its own form.
    private func written(_ node: ctoml_node) -> String {
        let start = offset(node.line, node.column)
        let end = offset(node.end_line, node.end_column)
        guard start < end else { return "" }
        return String(decoding: source[start..<end], as: UTF8.self)
    }

    private func offset(_ line: UInt32, _ column: UInt32) -> Int {
        guard line >= 1, Int(line) <= lineStarts.count else { return source.count }
        var at = lineStarts[Int(line) - 1]
        var left = Int(column) - 1
        while left > 0, at < source.count {
            at += 1
            // Bytes that go on a character do not count as columns.
            while at < source.count, source[at] & 0xC0 == 0x80 { at += 1 }
            left -= 1
        }
        return at
    }
}
