/// How many columns text takes on a terminal: two for wide East Asian characters and pictures,
/// one for any other character, however many scalars it is made of.
enum DisplayWidth {
    /// The columns of a text without line breaks.
    static func columns(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + columns($1) }
    }

    /// The text, cut with `…` where it would take more columns.
    static func clipped(_ text: String, to limit: Int) -> String {
        if columns(text) <= limit { return text }
        var (kept, used) = ("", 0)
        for character in text {
            used += columns(character)
            if used > limit - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    private static func columns(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        return switch first.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
