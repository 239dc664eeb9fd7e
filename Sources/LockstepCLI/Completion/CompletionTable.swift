/// All commands of a program with the words that lead to them, as completion needs them.
struct CompletionTable {
    /// A command, and the words after the name of the program.
    struct Entry {
        /// The words, joined by blanks; empty for the program itself.
        let place: String
        /// The command.
        let syntax: CommandSyntax

        /// What its operands may be, each as a word; a plus stands behind one that is repeated.
        var operands: String {
            syntax.operands.map { operand in
                CompletionTable.quoted(operand.values.text + (operand.isRepeated ? "+" : ""))
            }.joined(separator: " ")
        }
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

    /// The cases of a script in which every option that takes a value tells what it may be.
    ///
    /// - Parameter result: What the script sets for such values.
    /// - Returns: A line for each option.
    func cases(_ result: (CommandSyntax.Values) -> String) -> String {
        entries.map { entry in
            entry.syntax.allOptions.filter { $0.value != nil }.map { option in
                let patterns = option.words.map { Self.quoted("\(entry.place) \($0)") }
                return "    \(patterns.joined(separator: " | "))) \(result(option.values)) ;;\n"
            }.joined()
        }.joined()
    }

    /// A text as one word for a shell.
    static func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: "'\\''")
            + "'"
    }
}

extension CommandSyntax.Values {
    /// What values may be, as the scripts have it: words, or the name of a kind.
    var text: String {
        switch self {
        case .anything: ""
        case .words(let words): words.joined(separator: " ")
        case .files: "files"
        case .directories: "directories"
        }
    }
}

extension CommandSyntax.Option {
    /// The forms in which the option is typed: `--out`, and `-o` where there is a letter.
    var words: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }
}
