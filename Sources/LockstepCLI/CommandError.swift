import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepFeed
import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepRisk
import LockstepStrategy

/// What keeps a command from doing its work, with the exit code that says so.
enum CommandError: Error, Hashable {
    /// The command line cannot be understood; `command` is what `--help` explains.
    case usage(command: String, message: String)
    /// A configuration is refused at a place: a file with line and column, or an override.
    case configuration(place: String, message: String)
    /// Something else; the message says what, where and what to do.
    case other(ExitCode, message: String)
    /// Nobody reads what is written any more.
    case closedPipe

    var exitCode: ExitCode {
        switch self {
        case .usage: .usage
        case .configuration: .configuration
        case .other(let code, _): code
        case .closedPipe: .success
        }
    }
}

extension CommandError: CustomStringConvertible {
    var description: String {
        switch self {
        case .usage(let command, let message): "\(message) See '\(command) --help'."
        case .configuration(let place, let message): "\(place): \(message)"
        case .other(_, let message): message
        case .closedPipe: "The reader of the output has ended."
        }
    }
}

extension ExitCode {
    /// The code that tells an error of any room.
    init(of error: any Error) {
        switch error {
        case let error as CommandError: self = error.exitCode
        case let error as BacktestError: self.init(of: error)
        case let error as FilesError: self.init(of: error)
        case let error as FeedError: self.init(of: error)
        case let error as AuditError: self.init(of: error)
        case BusError.serviceFailed(_, let inner): self.init(of: inner)
        case is StrategyError, is ModelError, is RiskError: self = .configuration
        case MarketError.invalidSetting: self = .configuration
        default: self = .runFailed
        }
    }

    private init(of error: BacktestError) {
        switch error {
        case .configuration: self = .configuration
        case .data(let inner), .output(let inner): self.init(of: inner)
        case .runFailed(let result):
            guard let cause = result.failure?.cause else {
                self = .runFailed
                return
            }
            let code = Self(of: cause)
            // Inside a run a strategy or a limit that throws is a failed run, whatever its error.
            self = code == .configuration ? .runFailed : code
        case .endlessWakes: self = .runFailed
        @unknown default: self = .runFailed
        }
    }

    private init(of error: FilesError) {
        if error.isWriteFailure {
            self = .writeError
        } else if error.isAboutTarget {
            self = .cannotCreate
        } else {
            switch error {
            case .system, .badPath, .notAFile: self = .inputMissing
            case .toml, .override: self = .configuration
            case .libraryFailed: self = .runFailed
            default: self = .badData
            }
        }
    }

    private init(of error: FeedError) {
        switch error {
        case .file(let inner): self.init(of: inner)
        case .noThread: self = .runFailed
        default: self = .badData
        }
    }

    private init(of error: AuditError) {
        switch error {
        case .files(let inner): self.init(of: inner)
        case .notALog, .otherFields: self = .notALog
        case .setting: self = .configuration
        case .unknownTopic, .unknownInstrument, .unknownField, .sameFile, .noRecord: self = .usage
        case .damaged(_, .torn), .nothingToRecover: self = .finding
        case .damaged, .undecodable, .noSchema, .changed: self = .corrupt
        case .beforeEpoch: self = .badData
        default: self = .runFailed
        }
    }
}
