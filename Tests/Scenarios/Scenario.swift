package import LockstepBacktest

/// A small backtest with a name, whose services are known as values.
package struct Scenario: Sendable {
    package let name: String
    /// The run, its services included.
    package let configuration: BacktestConfiguration
    /// The services of the scenario's own, in the order of registration.
    package let parts: [ScenarioPart]

    package init(
        _ name: String, _ configuration: BacktestConfiguration, _ parts: [ScenarioPart] = []
    ) {
        self.name = name
        self.parts = parts
        var configuration = configuration
        configuration.name = name
        configuration.services = parts.map(\.plan)
        // Nobody reads these logs from a disk.
        configuration.audit.synchronization = .none
        self.configuration = configuration
    }

    /// The run, which can be repeated.
    package func make() throws -> Backtest { try Backtest(configuration) }
}
