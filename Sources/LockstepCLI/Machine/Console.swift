/// What a command says: results on one channel, everything else on the other.
struct Console: Sendable {
    /// Results alone, so that other programs can read them.
    let output: Channel
    /// Messages and the progress bar.
    let error: Channel
    /// How results are coloured.
    var palette = Palette.plain

    /// The console of the process.
    static var standard: Self { Self(output: .output, error: .error) }

    /// A message on one line; where it cannot be shown there is nobody to tell.
    func complain(_ message: String) {
        // Nothing is left to be done when not even the complaint can be written.
        _ = try? error.writeLine(Self.line(message))
    }

    /// A text as one line without control characters, which files may carry.
    static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t": line += " "
            case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                line += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
