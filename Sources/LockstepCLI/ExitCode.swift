/// How a command ends, as other programs see it.
@nonexhaustive
public enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
    /// All went well.
    case success = 0
    /// Something was found: a log is torn.
    case finding = 1
    /// A log is corrupt, or its digest is another one.
    case corrupt = 2
    /// The file is no audit log.
    case notALog = 3
    /// The command line cannot be understood.
    case usage = 64
    /// The data of a run are wrong.
    case badData = 65
    /// A file to be read is missing or unreadable.
    case inputMissing = 66
    /// The run began and failed: a service threw, a number left its range, a check did not hold.
    case runFailed = 70
    /// The target exists already or cannot be made.
    case cannotCreate = 73
    /// What was to be written cannot be written.
    case writeError = 74
    /// The configuration is refused.
    case configuration = 78
    /// SIGINT ended the command.
    case interrupted = 130
    /// SIGTERM ended the command.
    case terminated = 143
}
