public import LockstepModel

/// Strategies by name, for configurations and the command line.
public struct StrategyRegistry: Sendable {
    /// What can be told of a strategy: its name, and its parameters with their defaults.
    public struct Listing: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The parameters with their defaults, in the order of their declaration.
        public let parameters: [ParameterEntry]
    }

    private struct Maker: Sendable {
        let listing: Listing
        let plan: @Sendable (ParameterValue, AccountID, String) throws -> StrategyPlan
    }

    private var makers: [Maker] = []

    /// Makes a registry without strategies.
    public init() {}

    /// The strategies that come with Lockstep.
    ///
    /// - Throws: ``StrategyError/duplicateStrategy(name:)`` never happens, since they differ.
    /// - Returns: A registry with ``BuyAndHold``, ``MovingAverageCross``, ``StrengthRotation`` and
    ///   ``TopQuoter``.
    public static func builtIn() throws(StrategyError) -> Self {
        var registry = Self()
        try registry.register(BuyAndHold.self)
        try registry.register(MovingAverageCross.self)
        try registry.register(StrengthRotation.self)
        try registry.register(TopQuoter.self)
        try registry.registerAgents()
        return registry
    }

    /// The strategies, by name.
    public var listings: [Listing] {
        makers.map(\.listing).sorted { $0.name < $1.name }
    }

    /// Adds a strategy under its name.
    ///
    /// - Parameter type: The strategy.
    /// - Throws: ``StrategyError/duplicateStrategy(name:)``, or
    ///   ``StrategyError/refusedParameters(strategy:reason:)`` when the defaults cannot be written
    ///   down.
    @inlinable
    public mutating func register<S: Strategy>(_ type: S.Type) throws(StrategyError) {
        try add(
            S.name, defaults: ParameterEntry.list(of: S.Parameters(), strategy: S.name)
        ) { tree, account, name in
            let parameters = try Self.decode(S.Parameters.self, from: tree)
            return try StrategyPlan(type, parameters, account: account, name: name)
        }
    }

    /// Plans a strategy from parameters that were written down.
    ///
    /// Parameters that are not given have their defaults.
    ///
    /// - Parameters:
    ///   - use: The strategy's name in the registry.
    ///   - parameters: The parameters given.
    ///   - account: The account it trades on.
    ///   - name: The name in this run; nil for the strategy's own.
    /// - Returns: The plan.
    /// - Throws: ``StrategyError`` naming the strategy, or the parameter with its place.
    public func plan(
        _ use: String, _ parameters: [ParameterEntry] = [], account: AccountID = AccountID(1),
        name: String? = nil
    ) throws(StrategyError) -> StrategyPlan {
        guard let maker = makers.first(where: { $0.listing.name == use }) else {
            throw .unknownStrategy(name: use, known: listings.map(\.name))
        }
        let merged = try Self.merge(parameters, over: maker.listing.parameters, of: use)
        do {
            return try maker.plan(.table(merged), account, name ?? use)
        } catch let fault as ParameterFault {
            let first = fault.path.first
            throw .wrongParameter(
                strategy: use, key: fault.path.joined(separator: "."),
                place: parameters.first { $0.key == first }?.place, expected: fault.expected,
                found: fault.found)
        } catch let error as StrategyError {
            throw error
        } catch {
            throw .refusedParameters(strategy: use, reason: Self.reason(error))
        }
    }

    @usableFromInline
    mutating func add(
        _ name: String, defaults: [ParameterEntry],
        _ plan: @escaping @Sendable (ParameterValue, AccountID, String) throws -> StrategyPlan
    ) throws(StrategyError) {
        guard !makers.contains(where: { $0.listing.name == name }) else {
            throw .duplicateStrategy(name: name)
        }
        makers.append(Maker(listing: Listing(name: name, parameters: defaults), plan: plan))
    }

    @usableFromInline
    static func decode<Parameters: StrategyParameters>(
        _ type: Parameters.Type, from tree: ParameterValue
    ) throws -> Parameters { try ParameterDecoder(tree).read(type) }

    /// The defaults with what was given in their place; tables are merged in turn.
    private static func merge(
        _ given: [ParameterEntry], over defaults: [ParameterEntry], of strategy: String,
        path: String = ""
    ) throws(StrategyError) -> [ParameterEntry] {
        var merged = defaults
        var seen: Set<String> = []
        for entry in given {
            let key = path + entry.key
            guard let place = merged.firstIndex(where: { $0.key == entry.key }) else {
                throw .unknownParameter(
                    strategy: strategy, key: key, place: entry.place,
                    known: defaults.map { path + $0.key })
            }
            guard seen.insert(entry.key).inserted else {
                throw .duplicateParameter(strategy: strategy, key: key, place: entry.place)
            }
            if case .table(let inner) = entry.value, case .table(let known) = merged[place].value {
                let part = try merge(inner, over: known, of: strategy, path: key + ".")
                merged[place].value = .table(part)
            } else {
                merged[place].value = entry.value
            }
        }
        return merged
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .keyNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty
                ? context.debugDescription : "\(path): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}
