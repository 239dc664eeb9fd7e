import LockstepModel

extension TOMLValue {
    /// Sets a value deep in the tree, as `--set strategies.cross.parameters.fast=5` does.
    ///
    /// A step is a key of a table, or, in an array of tables, the name of an entry or its number from
    /// 0. Missing tables are made. A step that has a dot in it is written in double quotes.
    ///
    /// - Parameters:
    ///   - path: Steps with dots between them.
    ///   - value: What to put there.
    ///   - names: The keys an entry of an array may be named by, the first present one counts.
    /// - Throws: ``FilesError/override(path:message:)``; then the tree is as before.
    package mutating func set(
        _ path: String, to value: TOMLValue,
        namedBy names: [String] = ["name", "symbol", "instrument", "code"]
    ) throws(FilesError) {
        guard let steps = Self.steps(path), !steps.isEmpty else {
            throw .override(
                path: path, message: "this is not a path. Write keys with dots between them.")
        }
        var copy = self
        try copy.set(steps[...], to: value, path: path, names: names)
        self = copy
    }

    /// The value at a path, if there is one; the steps are as in ``set(_:to:namedBy:)``.
    package func value(
        at path: String, namedBy names: [String] = ["name", "symbol", "instrument", "code"]
    ) -> TOMLValue? {
        guard let steps = Self.steps(path) else { return nil }
        var current = self
        for step in steps {
            switch current.content {
            case .table(let table):
                guard let value = table[step] else { return nil }
                current = value
            case .array(let elements):
                guard let index = Self.index(of: step, in: elements, names) else { return nil }
                current = elements[index]
            default: return nil
            }
        }
        return current
    }

    private mutating func set(
        _ steps: ArraySlice<String>, to value: TOMLValue, path: String, names: [String]
    ) throws(FilesError) {
        guard let step = steps.first else {
            self = value
            return
        }
        switch content {
        case .table(var table):
            var inner = table[step] ?? TOMLValue(.table(TOMLTable()), at: value.place)
            try inner.set(steps.dropFirst(), to: value, path: path, names: names)
            let keyPlace = table.entry(step)?.keyPlace ?? value.place
            table.set(TOMLTable.Entry(key: step, keyPlace: keyPlace, value: inner))
            content = .table(table)
        case .array(var elements):
            guard let index = Self.index(of: step, in: elements, names) else {
                let known = elements.compactMap { Self.name(of: $0, names) }
                throw .override(
                    path: path,
                    message: "there is no entry \"\(step)\" at \(place); known are "
                        + (known.isEmpty ? "none" : known.joined(separator: ", ")) + "."
                        + NearestName.suggestion(for: step, among: known))
            }
            try elements[index].set(steps.dropFirst(), to: value, path: path, names: names)
            content = .array(elements)
        default:
            throw .override(
                path: path,
                message: "\"\(step)\" lies in \(kind) (\(place)), not in a table. Shorten the path."
            )
        }
    }

    private static func index(
        of step: String, in elements: [TOMLValue], _ names: [String]
    ) -> Int? {
        if let index = elements.firstIndex(where: { name(of: $0, names) == step }) { return index }
        guard let index = Int(step), elements.indices.contains(index) else { return nil }
        return index
    }

    private static func name(of element: TOMLValue, _ names: [String]) -> String? {
        guard let table = element.table else { return nil }
        for name in names {
            if let text = table[name]?.string { return text }
        }
        return nil
    }

    /// Splits at dots outside quotes; nothing for an empty step or an open quote.
    private static func steps(_ path: String) -> [String]? {
        var steps: [String] = []
        var current = ""
        var isQuoted = false
        var wasQuoted = false
        for character in path {
            if character == "\"" {
                isQuoted.toggle()
                wasQuoted = true
            } else if character == ".", !isQuoted {
                if current.isEmpty && !wasQuoted { return nil }
                steps.append(current)
                current = ""
                wasQuoted = false
            } else {
                current.append(character)
            }
        }
        if isQuoted || (current.isEmpty && !wasQuoted) { return nil }
        steps.append(current)
        return steps.count <= TOMLReader.depthLimit ? steps : nil
    }
}
