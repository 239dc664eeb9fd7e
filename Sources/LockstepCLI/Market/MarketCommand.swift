/// `market`: questions to outcome markets.
enum MarketCommand {
    /// `market` with the commands below it.
    static let syntax = CommandSyntax(
        name: "market",
        summary: "Look into outcome markets: what they give away, what a trade costs.",
        discussion: [
            "An outcome market is a venue of kind \"outcome\" in a configuration. Of several, "
                + "--venue names one."
        ],
        subcommands: [MarketCheckCommand.syntax, MarketQuoteCommand.syntax],
        examples: [
            .init("market check event.toml", "Whether the opening sells a set too cheaply."),
            .init(
                "market quote event.toml --outcome A --token yes --size 100",
                "What 100 YES of A cost at the opening."),
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
        default: try MarketQuoteCommand(arguments, console).run()
        }
    }
}
