import LockstepFiles
import LockstepModel

/// What was found on a command line.
struct Arguments: Hashable, Sendable {
    /// The words of the command, the program first: `lockstep audit verify`.
    var command: [String]
    /// The values of options by name, in the order given.
    var values: [String: [String]] = [:]
    /// The flags that were given.
    var flags: Set<String> = []
    /// What stands without a name.
    var operands: [String] = []

    /// The value of an option that is given at most once.
    func value(_ name: String) -> String? { values[name]?.last }

    /// All values of an option, in the order given.
    func allValues(_ name: String) -> [String] { values[name] ?? [] }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The command as it is typed.
    var commandText: String { command.joined(separator: " ") }
}

/// Reads command lines by their declarations.
///
/// Options are `--name value` or `--name=value`, in any place, and some also `-n value` or `-nvalue`;
/// after `--` nothing is an option. A word that is not known is refused with the nearest one that is.
struct ArgumentReader {
    private var rest: ArraySlice<String>
    private var found: Arguments
    private var syntax: CommandSyntax

    /// Reads a command line.
    ///
    /// - Parameters:
    ///   - words: What was typed after the name of the program.
    ///   - root: The declaration of the program, under the name it was called by.
    /// - Returns: What was found, and the declaration of the command it is for.
    /// - Throws: ``CommandError/usage(command:message:)``.
    static func read(
        _ words: [String], _ root: CommandSyntax
    ) throws(CommandError) -> (Arguments, CommandSyntax) {
        var reader = Self(
            rest: words[...], found: Arguments(command: [root.name]), syntax: root)
        try reader.read()
        return (reader.found, reader.syntax)
    }

    private mutating func read() throws(CommandError) {
        while let word = rest.popFirst() {
            if word == "--" {
                for operand in rest { try take(operand: operand) }
                rest = []
            } else if word.hasPrefix("--") {
                try take(option: word.dropFirst(2))
            } else if word.hasPrefix("-"), word.count > 1 {
                try take(short: word)
            } else {
                try take(operand: word)
            }
        }
        if found.has("help") || found.has("version") { return }
        if !syntax.subcommands.isEmpty {
            // A group of commands that is named alone is asked what it has.
            if found.command.count > 1 {
                found.flags.insert("help")
                return
            }
            throw refusal(
                "A command is missing: one of "
                    + syntax.subcommands.map(\.name).joined(separator: ", ") + ".")
        }
        if found.operands.count < syntax.operands.count,
            !syntax.operands[found.operands.count].isOptional
        {
            throw refusal("\(syntax.operands[found.operands.count].name) is missing.")
        }
    }

    private mutating func take(operand word: String) throws(CommandError) {
        if !syntax.subcommands.isEmpty {
            // `help audit` is `audit --help`.
            if word == "help", found.command.count == 1 {
                found.flags.insert("help")
                return
            }
            let names = syntax.subcommands.map(\.name)
            guard let next = syntax.subcommands.first(where: { $0.name == word }) else {
                throw refusal(
                    "There is no command \"\(word)\"."
                        + NearestName.suggestion(for: word, among: names)
                        + " Known: \(names.joined(separator: ", ")).")
            }
            found.command.append(next.name)
            syntax = next
            return
        }
        let isRoom =
            found.operands.count < syntax.operands.count || syntax.operands.last?.isRepeated == true
        guard isRoom else { throw refusal("\"\(word)\" is one word too many.") }
        found.operands.append(word)
    }

    private mutating func take(option word: Substring) throws(CommandError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        guard let option = syntax.allOptions.first(where: { $0.name == name }) else {
            throw refusal(
                "There is no option \"--\(name)\"."
                    + NearestName.suggestion(
                        for: "--\(name)", among: syntax.allOptions.map { "--\($0.name)" }))
        }
        try take(option, parts.count > 1 ? String(parts[1]) : nil)
    }

    /// An option by its letter: `-o PATH`, `-oPATH` or a flag.
    private mutating func take(short word: String) throws(CommandError) {
        let letter = word.dropFirst().first
        guard let option = syntax.allOptions.first(where: { $0.short == letter }) else {
            throw refusal("There is no option \"\(word)\"; options begin with two hyphens.")
        }
        let value = word.dropFirst(2)
        try take(option, value.isEmpty ? nil : String(value))
    }

    /// An option with the value that stands in the same word, if one does.
    private mutating func take(
        _ option: CommandSyntax.Option, _ text: String?
    ) throws(CommandError) {
        let name = option.name
        guard let value = option.value else {
            if text != nil { throw refusal("--\(name) takes no value.") }
            found.flags.insert(name)
            return
        }
        if found.values[name] != nil, !option.isRepeated {
            throw refusal("--\(name) is given twice.")
        }
        if let text {
            found.values[name, default: []].append(text)
            return
        }
        // Another option is no value: `--out --quiet` lacks the directory.
        guard let next = rest.first, !next.hasPrefix("--") else {
            throw refusal("--\(name) lacks its value: --\(name) \(value).")
        }
        rest = rest.dropFirst()
        found.values[name, default: []].append(next)
    }

    private func refusal(_ message: String) -> CommandError {
        .usage(command: found.commandText, message: message)
    }
}
