import FoundationEssentials

/// How results are shown: in colour and page by page on a terminal, plain elsewhere.
struct Screen {
    /// What the commands that show results understand.
    static let options: [CommandSyntax.Option] = [
        .value(
            "color", "WHEN", "auto (default), always or never.",
            of: .words(Palette.Choice.allCases.map(\.rawValue))),
        .flag("no-pager", "Show everything at once, also on a terminal."),
    ]

    private let console: Console
    private let environment: [String: String]
    private let pager: (words: [String], isWished: Bool)?

    /// Decides how.
    ///
    /// - Parameters:
    ///   - arguments: What was found on the command line: `--color` and `--no-pager`.
    ///   - console: Where results and messages go.
    ///   - isPaged: Whether the text may be long.
    ///   - environment: The variables of the process.
    /// - Throws: ``CommandError/usage(command:message:)``.
    init(
        _ arguments: Arguments, _ console: Console, isPaged: Bool,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CommandError) {
        let isTerminal = console.output.isTerminal
        let choice: Palette.Choice = try arguments.choice("color", .auto)
        var console = console
        console.palette = Palette(choice, environment: environment, isTerminal: isTerminal)
        self.console = console
        self.environment = environment
        pager = Pager.command(
            environment: environment, isTerminal: isTerminal,
            isRefused: !isPaged || arguments.has("no-pager"))
    }

    /// Shows what a command says.
    ///
    /// Messages wait until the pager has ended, so that they do not stand in its text.
    ///
    /// - Parameter body: The command; gets the console it writes to.
    /// - Returns: What the command returns.
    /// - Throws: What the command throws.
    func show(_ body: (Console) throws -> ExitCode) throws -> ExitCode {
        guard let pager else { return try body(console) }
        let running: Pager
        do {
            running = try Pager(pager.words, environment: environment)
        } catch {
            if pager.isWished {
                let name = pager.words.first ?? ""
                console.complain(
                    "\(name): cannot start the pager (errno \(error.code)). Check PAGER.")
            }
            return try body(console)
        }
        var paged = Console(output: running.channel, error: .memory())
        paged.palette = console.palette
        defer {
            running.finish()
            // Nothing is left to be done when not even the messages can be written.
            _ = try? console.error.write(paged.error.text)
            _ = try? console.error.flush()
        }
        return try body(paged)
    }
}
