/// All commands of a program with the words that lead to them, as completion needs them.
struct CompletionTable {
    /// A command, and the words after the name of the program.
    struct Entry {
        /// The words, joined by blanks; empty for the program itself.
        let place: String
        /// The command.
        let syntax: CommandSyntax
    }

    /// The name of the program.
    let program: String
    /// The commands, each before those below it.
    let entries: [Entry]

    init(_ root: CommandSyntax) {
        program = root.name
        var entries: [Entry] = []
        Self.add(root, place: "", to: &entries)
        self.entries = entries
    }

    private static func add(_ syntax: CommandSyntax, place: String, to entries: inout [Entry]) {
        entries.append(Entry(place: place, syntax: syntax))
        for command in syntax.subcommands {
            add(
                command, place: place.isEmpty ? command.name : "\(place) \(command.name)",
                to: &entries)
        }
    }

    /// The name of the program's function in a script: an underscore, then letters and digits.
    var function: String {
        "_"
            + String(
                program.unicodeScalars.map { scalar in
                    scalar.isASCII && scalar.properties.isAlphabetic
                        || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
                })
    }

    /// A text as one word for a shell.
    static func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: "'\\''")
            + "'"
    }
}

extension CommandSyntax.Option {
    /// The forms in which the option is typed: `--out`, and `-o` where there is a letter.
    var words: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }
}
