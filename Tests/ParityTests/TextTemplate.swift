/// A text with named gaps in braces, to read values out of texts that differ in those alone.
struct TextTemplate {
    /// What stood in the gaps.
    struct Values {
        fileprivate var byName: [String: String] = [:]

        func text(_ name: String) throws -> String {
            guard let text = byName[name] else { throw LeftOut("no \(name) is told") }
            return text
        }

        func number<Number: FixedWidthInteger>(_ name: String) throws -> Number {
            guard let number = Number(try text(name)) else {
                throw LeftOut("\(name) is no whole number: \(try text(name))")
            }
            return number
        }

        /// Two gaps must hold the same; else the rule is another one.
        func expectSame(_ first: String, _ second: String) throws {
            guard try text(first) == text(second) else {
                throw LeftOut("\(first) and \(second) differ, which these tests do not know")
            }
        }
    }

    private let opening: String
    /// Each gap with the fixed text behind it.
    private let gaps: [(name: String, after: String)]

    init(_ text: String) {
        let parts = text.split(separator: "{", omittingEmptySubsequences: false)
        opening = String(parts[0])
        gaps = parts.dropFirst().map { part in
            let halves = part.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
        }
    }

    /// The values in a text; nil unless all of it fits.
    func values(in text: String) -> Values? {
        guard text.hasPrefix(opening) else { return nil }
        var rest = text.dropFirst(opening.count)
        var values = Values()
        for (place, gap) in gaps.enumerated() {
            if place == gaps.count - 1 {
                guard rest.hasSuffix(gap.after) else { return nil }
                values.byName[gap.name] = String(rest.dropLast(gap.after.count))
            } else {
                guard let next = rest.firstRange(of: gap.after) else { return nil }
                values.byName[gap.name] = String(rest[..<next.lowerBound])
                rest = rest[next.upperBound...]
            }
        }
        return values
    }
}
