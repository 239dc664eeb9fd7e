import LockstepModel

/// The numbers of a few texts that a strategy uses again and again, as tags and names of notes.
///
/// The bus knows all of them; here one is found without making a hash of it.
struct KnownTexts {
    private static let greatestCount = 8

    private var entries: ContiguousArray<(text: String, symbol: SymbolID)> = []

    /// The number of a text; nil for one that is not among them.
    subscript(_ text: String) -> SymbolID? {
        let entries = entries.span
        let length = text.utf8.count
        for place in entries.indices where entries[place].text.utf8.count == length {
            if entries[place].text == text { return entries[place].symbol }
        }
        return nil
    }

    /// Keeps the number of a text, as long as there is room.
    mutating func add(_ text: String, _ symbol: SymbolID) {
        if entries.count < Self.greatestCount { entries.append((text, symbol)) }
    }
}
