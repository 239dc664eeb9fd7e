import LockstepModel

/// `completion`: a script with which a shell completes what is typed.
struct CompletionCommand {
    static let syntax = CommandSyntax(
        name: "completion",
        summary: "Print a script that completes command lines in bash or zsh.",
        discussion: [
            "The script is made of the same table as this help. In bash put the line 'source "
                + "<(lockstep completion bash)' into ~/.bashrc; in zsh put 'source <(lockstep "
                + "completion zsh)' into ~/.zshrc, below the line with compinit."
        ],
        operands: [
            .init("SHELL", "bash or zsh.", of: .words(Shell.allCases.map(\.rawValue)))
        ])

    /// The shells there are scripts for.
    private enum Shell: String, CaseIterable {
        case bash, zsh
    }

    private let arguments: Arguments
    private let root: CommandSyntax
    private let console: Console

    /// Takes the arguments.
    ///
    /// - Parameters:
    ///   - arguments: What was found on the command line.
    ///   - root: The declaration of the program.
    ///   - console: Where results and messages go.
    init(_ arguments: Arguments, _ root: CommandSyntax, _ console: Console) {
        self.arguments = arguments
        self.root = root
        self.console = console
    }

    /// Prints the script.
    func run() throws(CommandError) -> ExitCode {
        let word = arguments.operands[0]
        guard let shell = Shell(rawValue: word) else {
            let names = Shell.allCases.map(\.rawValue)
            throw arguments.refusal(
                "There is no script for \"\(word)\", only for \(names.joined(separator: " and "))."
                    + NearestName.suggestion(for: word, among: names))
        }
        let table = CompletionTable(root)
        switch shell {
        case .bash: try console.output.write(BashCompletion(table).script)
        case .zsh: try console.output.write(ZshCompletion(table).script)
        }
        try console.output.flush()
        return .success
    }
}
