/// Finds what a mistyped name was probably meant to be.
package enum NearestName {
    /// The known name nearest to a mistyped one, or nothing when none is near.
    ///
    /// Distance is counted in inserted, dropped, changed and swapped neighbouring characters, without
    /// regard to case; at most a third of the longer name's length, and at least one, is near.
    ///
    /// - Parameters:
    ///   - name: What was typed.
    ///   - known: The names there are; of equally near ones the first is told.
    /// - Returns: A known name, or `nil`.
    /// - Complexity: O(k·n²) for k names of n characters; names above 64 characters are not compared.
    package static func of(_ name: String, among known: some Sequence<String>) -> String? {
        let typed = Array(name.lowercased())
        guard !typed.isEmpty, typed.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in known {
            let letters = Array(candidate.lowercased())
            guard letters.count <= 64 else { continue }
            let far = distance(typed, letters)
            if far <= max(1, max(typed.count, letters.count) / 3), far < best?.distance ?? .max {
                best = (candidate, far)
            }
        }
        return best?.name
    }

    /// A question to put at the end of a message, or an empty text.
    package static func suggestion(
        for name: String, among known: some Sequence<String>
    ) -> String {
        of(name, among: known).map { " Did you mean \"\($0)\"?" } ?? ""
    }

    /// The distance of Damerau and Levenshtein, with swaps of untouched neighbours only.
    package static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var twoAbove = [Int](repeating: 0, count: right.count + 1)
        var above = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let change = left[row] == right[column] ? 0 : 1
                var least = min(
                    above[column + 1] + 1, current[column] + 1, above[column] + change)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    least = min(least, twoAbove[column - 1] + 1)
                }
                current.append(least)
            }
            (twoAbove, above) = (above, current)
        }
        return above[right.count]
    }
}
