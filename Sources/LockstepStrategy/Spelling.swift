/// Finds what a mistyped name was probably meant to be.
enum Spelling {
    /// The known name that differs least, if it is near; of equally near ones the first.
    static func nearest(to name: String, among known: [String]) -> String? {
        let typed = Array(name.lowercased().utf8.prefix(64))
        var best: (name: String, distance: Int)?
        for candidate in known {
            let letters = Array(candidate.lowercased().utf8.prefix(64))
            let far = distance(typed, letters)
            guard far <= max(1, max(typed.count, letters.count) / 3) else { continue }
            if far < best?.distance ?? .max { best = (candidate, far) }
        }
        return best?.name
    }

    /// A question to put at the end of a message, or an empty text.
    static func question(_ name: String, among known: [String]) -> String {
        nearest(to: name, among: known).map { " Did you mean \"\($0)\"?" } ?? ""
    }

    /// The least number of bytes to insert, delete or replace.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (line, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
