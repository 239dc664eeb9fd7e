/// How a command is called: what it takes, and what its help says.
struct CommandSyntax: Sendable {
    /// What a value may be, for those who complete what is typed.
    enum Values: Hashable, Sendable {
        /// Nothing that could be known beforehand.
        case anything
        /// One of these words; others may be allowed too.
        case words([String])
        /// A file that is there.
        case files
        /// A directory that is there, or lies above what is to be made.
        case directories
    }

    /// An option with a value, or a flag.
    struct Option: Sendable {
        /// The long name, without hyphens.
        let name: String
        /// The letter that stands for it after one hyphen.
        let short: Character?
        /// What stands for the value in the help; nil for a flag.
        let value: String?
        /// Whether it may be given more than once.
        let isRepeated: Bool
        /// What it does.
        let summary: String
        /// What its value may be.
        let values: Values

        /// An option with a value.
        static func value(
            _ name: String, short: Character? = nil, _ value: String, _ summary: String,
            isRepeated: Bool = false, of values: Values = .anything
        ) -> Self {
            Self(
                name: name, short: short, value: value, isRepeated: isRepeated, summary: summary,
                values: values)
        }

        /// An option that is there or not.
        static func flag(
            _ name: String, short: Character? = nil, _ summary: String
        ) -> Self {
            Self(
                name: name, short: short, value: nil, isRepeated: false, summary: summary,
                values: .anything)
        }
    }

    /// What stands on the command line without a name.
    struct Operand: Sendable {
        /// What stands for it in the help.
        let name: String
        /// Whether there may be several.
        let isRepeated: Bool
        /// Whether it may be left out; only the last one may.
        let isOptional: Bool
        /// What it is.
        let summary: String
        /// What it may be.
        let values: Values

        init(
            _ name: String, _ summary: String, isRepeated: Bool = false, isOptional: Bool = false,
            of values: Values = .anything
        ) {
            self.name = name
            self.summary = summary
            self.isRepeated = isRepeated
            self.isOptional = isOptional
            self.values = values
        }
    }

    /// A command line to copy, and what it does.
    struct Example: Sendable {
        /// What is typed after the name of the program.
        let line: String
        /// What it does, in a few words.
        let summary: String

        init(_ line: String, _ summary: String) {
            self.line = line
            self.summary = summary
        }
    }

    /// The word that calls it.
    let name: String
    /// One sentence on what it does.
    let summary: String
    /// What else there is to say, a paragraph each.
    var discussion: [String] = []
    /// What it takes without a name; all are required.
    var operands: [Operand] = []
    /// What it takes by name; `--help` is always there.
    var options: [Option] = []
    /// The commands below it; without one of them, their help is shown.
    var subcommands: [CommandSyntax] = []
    /// Command lines to copy.
    var examples: [Example] = []

    /// All options, with the one every command has.
    var allOptions: [Option] { options + [.flag("help", short: "h", "Show this help.")] }

    /// The same command with more options.
    func adding(_ options: [Option]) -> Self {
        var syntax = self
        syntax.options += options
        return syntax
    }
}
