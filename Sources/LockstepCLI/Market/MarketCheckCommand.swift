import LockstepFiles
import LockstepModel
import LockstepOutcomeMarket
import LockstepReports

/// `market check`: what a market gives away at its opening and after eliminations.
struct MarketCheckCommand {
    static let syntax = CommandSyntax(
        name: "check",
        summary: "Tell what an outcome market sells too cheaply, and to whom.",
        discussion: [
            "Exactly one outcome wins. So a NO of each of n outcomes pays n - 1 for certain, a YES of "
                + "each pays 1, and so do YES and NO of one outcome. The check buys these sets "
                + "from the market maker, fees paid: one of each, and as a patient buyer in slices "
                + "of each token in turn, until a set costs what it pays. It looks at the opening "
                + "and behind each elimination: the planned ones, or every choice of one.",
            "A cycle buys a block at once and sells it in parts, or the other way round. Where mu "
                + "and nu differ it may bring more than it costs, again and again.",
            "Exit codes: 0 nothing is free to take, 1 something is, 64 usage, 66 input missing, 78 "
                + "configuration.",
        ],
        operands: [.init("CONFIG", "A configuration in TOML.", of: .files)],
        options: MarketCommand.options + [
            .value("slice", "TOKENS", "The slice of a patient buyer; 5 unless told."),
            .value("block", "TOKENS", "The block of a cycle; 1000 unless told."),
            .value("parts", "N", "The parts of a cycle's other leg; 50 unless told."),
            .flag("json", "Print everything that was looked at as JSON."),
        ])

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Checks.
    ///
    /// - Returns: ``ExitCode/finding`` when something is free to take.
    /// - Throws: ``CommandError``.
    func run() throws(CommandError) -> ExitCode {
        var sizes = MarketCheck.Sizes()
        sizes.slice = try arguments.tokens("slice", sizes.slice)
        sizes.block = try arguments.tokens("block", sizes.block)
        sizes.parts = try arguments.number("parts", from: 1) ?? sizes.parts
        guard sizes.parts <= 1_000_000, sizes.block / Int64(sizes.parts) > 0 else {
            throw arguments.refusal(
                "--parts must be at most 1000000 and leave a part of the block.")
        }
        let market = try ConfiguredMarket(arguments)
        let check: MarketCheck
        do throws(OutcomeMarketError) {
            check = try MarketCheck(
                market.engine, sizes: sizes, planned: market.plannedEliminations)
        } catch {
            throw .other(.badData, message: "\(market.path): \(error)")
        }
        let report = MarketCheckReport(check, sizes, of: market)
        try console.output.write(
            arguments.has("json") ? report.json.text(pretty: true) + "\n" : report.text)
        try console.output.flush()
        return check.givesAway ? .finding : .success
    }
}
