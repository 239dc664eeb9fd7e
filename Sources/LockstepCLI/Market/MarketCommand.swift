/// `market`: questions to outcome markets.
enum MarketCommand {
    /// `market` with the commands below it.
    static let syntax = CommandSyntax(
        name: "market",
        summary: "Run outcome markets, and look into them.",
        discussion: [
            "An outcome market is a venue of kind \"outcome\" in a configuration. Of several, "
                + "--venue names one."
        ],
        subcommands: [
            MarketRunCommand.syntax, MarketQuoteCommand.syntax, MarketRunCommand.replay,
            MarketFlowCommand.syntax, MarketCheckCommand.syntax,
        ],
        examples: [
            .init("market run event.toml", "A whole event, from its opening to its payout."),
            .init("market check event.toml", "Whether the opening sells a set too cheaply."),
            .init(
                "market quote event.toml --outcome A --token yes --size 100",
                "What 100 YES of A cost at the opening."),
            .init(
                "market quote --log runs/event-001/audit.lka --step 60 --outcome A --size 100",
                "What they cost after step 60 of a run."),
        ])

    /// What every question to a configured market understands.
    static let options: [CommandSyntax.Option] = [
        .value("venue", "NAME", "The venue, where the configuration has several of the kind."),
        .value("set", "PATH=VALUE", "Override a value of the configuration.", isRepeated: true),
    ]

    /// Does what one of the commands says.
    ///
    /// - Parameters:
    ///   - name: The command, such as `check`.
    ///   - arguments: What was found on the command line.
    ///   - console: Where results and messages go.
    /// - Returns: How it ended.
    /// - Throws: ``CommandError``.
    static func run(
        _ name: String, _ arguments: Arguments, _ console: Console
    ) throws(CommandError) -> ExitCode {
        switch name {
        case "check": try MarketCheckCommand(arguments, console).run()
        case "flow": try MarketFlowCommand(arguments, console).run()
        default: try MarketQuoteCommand(arguments, console).run()
        }
    }
}
