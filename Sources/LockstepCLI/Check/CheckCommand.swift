import LockstepStrategy

/// `check`: whether a backtest keeps what Lockstep promises.
enum CheckCommand {
    /// `check` with the commands below it.
    static let syntax = CommandSyntax(
        name: "check",
        summary: "Check that a backtest does not depend on what it must not.",
        subcommands: [ScheduleCommand.syntax, FillsCommand.syntax])
}
