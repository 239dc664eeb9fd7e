public import LockstepModel

/// One strategy of a run before the run: its type, its parameters, its account.
///
/// A plan makes a fresh strategy for every run.
public struct StrategyPlan: Sendable {
    /// The name in this run.
    public let name: String
    /// The name of the strategy's type.
    public let use: String
    /// The account it trades on.
    public let account: AccountID
    /// All parameters with their values, in the order of their declaration.
    public let parameters: [ParameterEntry]
    /// Whether it is one of a crowd rather than what a run is about.
    public var isAgent = false
    @usableFromInline let make: @Sendable (Instruments) throws -> HostedStrategy

    /// Plans a strategy.
    ///
    /// - Parameters:
    ///   - type: The strategy.
    ///   - parameters: Its parameters.
    ///   - account: The account it trades on.
    ///   - name: The name in this run; nil for the strategy's own.
    /// - Throws: ``StrategyError/refusedParameters(strategy:reason:)`` when the parameters cannot
    ///   be written down.
    @inlinable
    public init<S: Strategy>(
        _ type: S.Type, _ parameters: S.Parameters = S.Parameters(),
        account: AccountID = AccountID(1), name: String? = nil
    ) throws(StrategyError) {
        self.init(
            name: name ?? S.name, use: S.name, account: account,
            parameters: try ParameterEntry.list(of: parameters, strategy: S.name)
        ) { instruments in
            HostedStrategy.host(try S(parameters, instruments))
        }
    }

    @usableFromInline
    init(
        name: String, use: String, account: AccountID, parameters: [ParameterEntry],
        make: @escaping @Sendable (Instruments) throws -> HostedStrategy
    ) {
        self.name = name
        self.use = use
        self.account = account
        self.parameters = parameters
        self.make = make
    }

    /// Makes the strategy for a run.
    func strategy(for instruments: Instruments) throws(StrategyError) -> HostedStrategy {
        do {
            return try make(instruments)
        } catch let error as StrategyError {
            throw error
        } catch {
            throw .refusedParameters(strategy: name, reason: "\(error)")
        }
    }
}
