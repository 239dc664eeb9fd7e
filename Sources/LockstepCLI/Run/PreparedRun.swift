import LockstepBacktest
import LockstepFiles
import LockstepStrategy

/// A run whose configuration was read and checked, before anything is written.
struct PreparedRun: Sendable {
    /// What is asked of every run of one command line.
    struct Demands: Sendable {
        /// Overrides in their order.
        var overrides: [String] = []
        /// The seed, above everything else; nil for the configuration's.
        var seed: UInt64?
        /// Whether equal runs shall write equal logs, byte for byte.
        var isReproducible = false
        /// The program, as it was called.
        var program = "lockstep"
        /// What the program adds to the run.
        var own = OwnParts()
    }

    /// The path of the configuration, as it was typed.
    let path: String
    /// The run.
    let backtest: Backtest
    /// The files of its data.
    let files: [DataFile]
    private let program: String

    /// The name of the run.
    var name: String { backtest.configuration.name }

    /// Reads a configuration and sees whether its inputs are there.
    ///
    /// - Parameters:
    ///   - path: The configuration.
    ///   - demands: What the command line asks for.
    ///   - registry: The strategies there are.
    /// - Throws: ``CommandError``.
    init(
        reading path: String, _ demands: Demands, _ registry: StrategyRegistry
    ) throws(CommandError) {
        let file = try ConfigurationFile(reading: path, overrides: demands.overrides)
        try self.init(try file.run(registry), path: path, demands)
    }

    /// Takes what a configuration says; see ``init(reading:_:_:)``.
    init(_ run: ConfiguredRun, path: String, _ demands: Demands) throws(CommandError) {
        var configuration = run.configuration
        if let seed = demands.seed { configuration.seed = seed }
        configuration.services += demands.own.services
        configuration.invariants += demands.own.invariants
        if demands.isReproducible { configuration.audit.isReproducible = true }
        self.path = path
        files = run.files
        program = demands.program
        do throws(BacktestError) {
            backtest = try Backtest(configuration)
        } catch {
            throw .configuration(place: path, message: error.description)
        }
        try StrategyCheck.check(configuration, places: run.strategyPlaces, path: path)
        for input in run.files.map(\.path) + configuration.feeds.compactMap(\.path) {
            do throws(FilesError) {
                _ = try File(reading: input)
            } catch {
                throw .other(.inputMissing, message: "\(path): \(error)")
            }
        }
    }

    /// Runs on the calling thread.
    ///
    /// - Parameters:
    ///   - target: The directory to make; nil for the next free one below `runs`.
    ///   - progress: Tells others how far the run has come.
    ///   - cancellation: Lets others end it.
    /// - Returns: How it came out; of a run that never began nothing is left.
    func execute(
        in target: String?, progress: RunProgress, cancellation: RunCancellation
    ) -> RunOutcome {
        let directory: RunDirectory
        do throws(FilesError) {
            directory =
                if let target { try .create(exactly: target) } else {
                    try .nextFree(below: "runs", name: name)
                }
        } catch {
            return .refused(message: error.description, .cannotCreate)
        }
        do {
            let result = try backtest.runHere(
                in: directory, facts: MachineFacts.run(program: program, configuration: path),
                progress: progress, cancellation: cancellation)
            return .ended(result, directory)
        } catch BacktestError.runFailed(let result) {
            return .ended(result, directory)
        } catch {
            UnbegunRun.remove(directory, after: error)
            return .refused(message: Self.message(of: error, in: path), ExitCode(of: error))
        }
    }

    /// The message of an error before the first step.
    static func message(of error: any Error, in path: String) -> String {
        switch error {
        case BacktestError.data(let inner), BacktestError.output(let inner): "\(inner)"
        default: "\(path): \(error)"
        }
    }
}
