/// Says what a change of fields breaks for those who have logs of a released version.
package enum SchemaComparison: Sendable {
    /// Compares the fields of this program with those of a released version.
    ///
    /// Allowed are further topics, fields at the end of a row, cases, more bits for them, and other
    /// names where they are declared.
    ///
    /// - Parameters:
    ///   - current: The fields of this program.
    ///   - released: Those of a version that was released.
    ///   - renames: Declared renames, each `PATH OLD NEW`, as `9.4 side direction`.
    /// - Returns: One line for each forbidden change.
    package static func problems(
        _ current: SchemaListing, released: SchemaListing, renames: [String] = []
    ) -> [String] {
        var problems: [String] = []
        let now = Dictionary(current.entries.map { ($0.path, $0) }) { first, _ in first }
        for old in released.entries {
            let what = "\(title(old, released)) (number \(old.path))"
            guard let new = now[old.path] else {
                problems.append("\(what) is gone. A number stays for ever: put the field back.")
                continue
            }
            if new.type != old.type {
                problems.append(
                    "\(what) has type \(new.type), released as \(old.type). "
                        + "Append a field of the new type instead.")
            } else if new.bits < old.bits {
                problems.append("\(what) has \(new.bits) bits, released with \(old.bits).")
            }
            if new.name != old.name, !renames.contains("\(old.path) \(old.name) \(new.name)") {
                problems.append(renamed(what, old, new, current))
            }
            problems += cases(what, old, new)
        }
        return problems
    }

    private static func renamed(
        _ what: String, _ old: SchemaListing.Entry, _ new: SchemaListing.Entry,
        _ current: SchemaListing
    ) -> String {
        if let place = current.entries.first(where: {
            $0.name == old.name && parent($0.path) == parent(old.path)
        }) {
            return
                "\(what) has moved to number \(place.path), as \(new.name) was put in its place. "
                + "Append new fields at the end of their row."
        }
        return "\(what) is now called \(new.name). If it means the same, declare the rename: "
            + "\(old.path) \(old.name) \(new.name). If not, its number is used again: append a field."
    }

    private static func cases(
        _ what: String, _ old: SchemaListing.Entry, _ new: SchemaListing.Entry
    ) -> [String] {
        old.cases.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }.compactMap { number, name in
            guard let other = new.cases[number] else {
                return "\(what): case \(number) \(name) is gone. Old logs hold it: put it back."
            }
            guard other != name, new.cases.values.contains(name) else { return nil }
            return "\(what): case \(number) was \(name) and is now \(other), and \(name) has "
                + "another number. Give the new case a number of its own."
        }
    }

    /// The topic and the names of a field, for people.
    private static func title(
        _ entry: SchemaListing.Entry, _ listing: SchemaListing
    ) -> String {
        var names: [String] = []
        var path = entry.path
        while !path.isEmpty {
            if let found = listing.entries.first(where: { $0.path == path }) {
                names.insert(found.name, at: 0)
            }
            path = parent(path)
        }
        return names.joined(separator: ".")
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: ".").map { String(path[..<$0]) } ?? ""
    }
}
