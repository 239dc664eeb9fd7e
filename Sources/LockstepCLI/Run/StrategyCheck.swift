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
        // Agents come by the thousand: those that differ by name and account alone are made once.
        var crowd: Set<Kind> = []
        for plan in configuration.strategies {
            if plan.isAgent, !crowd.insert(Kind(plan)).inserted { continue }
            do throws(StrategyError) {
                _ = try StrategyRunner(
                    [plan], configuration.strategySetup, on: loop)
            } catch {
                throw .configuration(
                    place: places[plan.name] ?? path, message: message(error, of: plan.name))
            }
        }
    }

    /// What agents of one kind have in common.
    private struct Kind: Hashable {
        let use: String
        let parameters: [ParameterEntry]

        init(_ plan: StrategyPlan) {
            use = plan.use
            parameters = plan.parameters
        }
    }

    private static func message(_ error: StrategyError, of name: String) -> String {
        if case .refusedParameters(_, let reason) = error {
            return "strategies.\(name) refuses its parameters. \(reason)"
        }
        return "strategies.\(name) cannot be made: \(error)"
    }
}
