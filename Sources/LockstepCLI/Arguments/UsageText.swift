/// Writes the help of a command from its declaration.
enum UsageText {
    /// The longest line.
    private static let width = 79

    /// The whole help.
    ///
    /// - Parameters:
    ///   - syntax: The command.
    ///   - command: Its words, the program first.
    /// - Returns: The text, with a line break at its end.
    static func help(_ syntax: CommandSyntax, command: [String]) -> String {
        var text = syntax.summary + "\n\nUsage: " + usage(syntax, command: command) + "\n"
        text += section(
            "Commands", syntax.subcommands.map { ($0.name, $0.summary) })
        text += section("Arguments", syntax.operands.map { ($0.name, $0.summary) })
        text += section("Options", syntax.allOptions.map { (forms(of: $0), $0.summary) })
        text += examples(syntax.examples, program: command.first ?? "lockstep")
        for paragraph in syntax.discussion {
            text += "\n" + wrapped(paragraph, indent: 0) + "\n"
        }
        if !syntax.subcommands.isEmpty {
            text += "\nSee '\(command.joined(separator: " ")) COMMAND --help' for each.\n"
        }
        return text
    }

    /// One line: how the command is called.
    static func usage(_ syntax: CommandSyntax, command: [String]) -> String {
        var words = command
        if !syntax.subcommands.isEmpty { words.append("COMMAND") }
        for operand in syntax.operands {
            let word = operand.name + (operand.isRepeated ? "..." : "")
            words.append(operand.isOptional ? "[\(word)]" : word)
        }
        for option in syntax.options {
            words.append("[\(form(of: option))]" + (option.isRepeated ? "..." : ""))
        }
        return wrapped(words.joined(separator: " "), indent: 7, first: 7)
    }

    private static func form(of option: CommandSyntax.Option) -> String {
        "--\(option.name)" + (option.value.map { " \($0)" } ?? "")
    }

    /// The long form, with the letter in front where there is one.
    private static func forms(of option: CommandSyntax.Option) -> String {
        (option.short.map { "-\($0), " } ?? "") + form(of: option)
    }

    private static func examples(_ examples: [CommandSyntax.Example], program: String) -> String {
        if examples.isEmpty { return "" }
        return "\nExamples:\n"
            + examples.map { example in
                "  \(program) \(example.line)\n      "
                    + wrapped(example.summary, indent: 6, first: 6) + "\n"
            }.joined()
    }

    private static func section(_ title: String, _ rows: [(String, String)]) -> String {
        if rows.isEmpty { return "" }
        let column = min(26, (rows.map(\.0.count).max() ?? 0) + 4)
        var text = "\n\(title):\n"
        for (name, summary) in rows {
            let head = "  " + name
            let body = wrapped(summary, indent: column, first: column)
            if head.count + 2 > column {
                text += head + "\n" + String(repeating: " ", count: column) + body + "\n"
            } else {
                text += head + String(repeating: " ", count: column - head.count) + body + "\n"
            }
        }
        return text
    }

    /// Breaks a text into lines; those after the first are indented.
    private static func wrapped(_ text: String, indent: Int, first: Int = 0) -> String {
        var lines: [String] = []
        var line = ""
        var used = first
        var isBegun = false
        for word in text.split(separator: " ") {
            if isBegun, used + word.count + 1 > width {
                lines.append(line)
                line = String(repeating: " ", count: indent)
                used = indent
                isBegun = false
            }
            if isBegun {
                line += " "
                used += 1
            }
            line += word
            used += word.count
            isBegun = true
        }
        lines.append(line)
        return lines.joined(separator: "\n")
    }
}
