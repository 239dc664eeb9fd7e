/// Splits a command that stands in a variable into words, without a shell.
///
/// Words are separated by blanks; quotation marks and backslashes keep blanks in a word. Nothing is
/// expanded and nothing is run.
enum ShellWords {
    /// The words of a command; nil where a quotation mark or an escaped character is missing.
    static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word = ""
        var isWord = false
        var quote: Character?
        var rest = text[...]
        while let character = rest.popFirst() {
            switch (character, quote) {
            case ("\\", let mark) where mark != "'":
                guard let next = rest.popFirst() else { return nil }
                word.append(next)
                isWord = true
            case ("'", nil), ("\"", nil):
                quote = character
                isWord = true
            case (_, .some(let mark)) where character == mark: quote = nil
            case (" ", nil), ("\t", nil), ("\n", nil):
                if isWord { words.append(word) }
                word = ""
                isWord = false
            default:
                word.append(character)
                isWord = true
            }
        }
        if quote != nil { return nil }
        if isWord { words.append(word) }
        return words
    }
}
