import LockstepBacktest
import LockstepBus
import LockstepStrategy

/// Makes every strategy of a run once, so that one that refuses is told by its place before
/// anything is written.
enum StrategyCheck {
    /// Checks the strategies of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: The configuration.
    ///   - places: Where the strategies stand in the file, by name.
    ///   - path: The file.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    static func check(
        _ configuration: BacktestConfiguration, places: [String: String], path: String
    ) throws(CommandError) {
        let loop = RunExecutor()
        for plan in configuration.strategies {
            do throws(StrategyError) {
                _ = try StrategyRunner(
                    [plan], configuration.strategySetup, on: loop)
            } catch {
                throw .configuration(
                    place: places[plan.name] ?? path, message: message(error, of: plan.name))
            }
        }
    }

    private static func message(_ error: StrategyError, of name: String) -> String {
        if case .refusedParameters(_, let reason) = error {
            return "strategies.\(name) refuses its parameters. \(reason)"
        }
        return "strategies.\(name) cannot be made: \(error)"
    }
}
