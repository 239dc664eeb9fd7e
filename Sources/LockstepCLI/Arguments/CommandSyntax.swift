/// How a command is called: what it takes, and what its help says.
struct CommandSyntax: Sendable {
    /// An option with a value, or a flag.
    struct Option: Sendable {
        /// The long name, without hyphens.
        let name: String
        /// What stands for the value in the help; nil for a flag.
        let value: String?
        /// Whether it may be given more than once.
        let isRepeated: Bool
        /// What it does.
        let summary: String

        /// An option with a value.
        static func value(
            _ name: String, _ value: String, _ summary: String, isRepeated: Bool = false
        ) -> Self {
            Self(name: name, value: value, isRepeated: isRepeated, summary: summary)
        }

        /// An option that is there or not.
        static func flag(_ name: String, _ summary: String) -> Self {
            Self(name: name, value: nil, isRepeated: false, summary: summary)
        }
    }

    /// What stands on the command line without a name.
    struct Operand: Sendable {
        /// What stands for it in the help.
        let name: String
        /// Whether there may be several.
        let isRepeated: Bool
        /// What it is.
        let summary: String

        init(_ name: String, _ summary: String, isRepeated: Bool = false) {
            self.name = name
            self.summary = summary
            self.isRepeated = isRepeated
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
    /// The commands below it; with any, one of them must be given.
    var subcommands: [CommandSyntax] = []

    /// All options, with the one every command has.
    var allOptions: [Option] { options + [.flag("help", "Show this help.")] }
}
