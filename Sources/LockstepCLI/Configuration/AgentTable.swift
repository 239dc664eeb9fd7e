import LockstepFeed
import LockstepFiles
import LockstepModel
import LockstepStrategy

/// Crowds of agents: accounts and strategies that a configuration names by the dozen.
struct AgentTable {
    /// An agent before it has an identity in the run.
    struct Agent {
        /// The name of the agent and of its account.
        let name: String
        let use: String
        let cash: Money
        let parameters: [ParameterEntry]
        /// The table it comes from.
        let group: Int
    }

    private let tables: [ConfigurationTable]
    /// The files of what agents are told, with the tables that name them.
    private(set) var files: [(path: String, group: Int)] = []
    /// The agents, in the order of the file.
    private(set) var agents: [Agent] = []

    /// Reads `[[agents]]`.
    ///
    /// - Parameters:
    ///   - root: The configuration.
    ///   - currency: The currency of the accounts.
    ///   - file: The path of the configuration; those of signals are relative to its directory.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    init(
        _ root: ConfigurationTable, _ currency: Currency, file: String
    ) throws(CommandError) {
        tables = try root.tables(
            "agents", namedBy: "name",
            known: ["name", "kind", "count", "cash", "parameters", "signals"])
        for (group, table) in tables.enumerated() {
            let kinds = StrategyRegistry.agents
            guard let kind = try table.word("kind", kinds.map(\.kind)),
                let use = kinds.first(where: { $0.kind == kind })?.use
            else { throw table.missing("kind", like: "\"noise\"") }
            let name = try table.text("name") ?? kind
            if name.isEmpty { throw table.refusal("name", "is empty. Write a name.") }
            let count = try table.integer("count", 1...100_000) ?? 1
            let cash = try currency.amount(table, "cash", like: "\"1000\"")
            let signals = try Self.signals(table, kind, file: file)
            let parameters = try table.table("parameters", known: nil)?.entries ?? []
            if let signals { files.append((path: signals, group: group)) }
            for number in 1...count {
                agents.append(
                    Agent(
                        name: "\(name)-\(number)", use: use, cash: cash,
                        parameters: parameters.map { ParameterEntry($0) }, group: group))
            }
        }
    }

    /// The file of what the agents of a table are told in private.
    private static func signals(
        _ table: ConfigurationTable, _ kind: String, file: String
    ) throws(CommandError) -> String? {
        guard let path = try table.text("signals") else { return nil }
        if path.isEmpty { throw table.refusal("signals", "is empty. Name the file.") }
        if kind != "informed" {
            throw table.refusal("signals", "is for informed agents, not for \(kind). Remove it.")
        }
        let base = directory(of: file)
        return path.hasPrefix("/") || base == "." ? path : base + "/" + path
    }

    /// What agents are told in private, in order of time.
    ///
    /// - Parameters:
    ///   - instruments: The instruments of the run.
    ///   - accounts: The accounts of the run, those of the agents among them.
    /// - Returns: The messages.
    /// - Throws: ``CommandError``.
    func signals(
        _ instruments: Instruments, _ accounts: [Account]
    ) throws(CommandError) -> [AgentSignal] {
        var signals: [AgentSignal] = []
        let numbers = Dictionary(
            accounts.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
        for (path, group) in files {
            let feed: SignalFeed
            do throws(FeedError) { feed = try SignalFeed(path: path, instruments) } catch {
                throw .other(ExitCode(of: error), message: error.description)
            }
            let names = agents.filter { $0.group == group }.map(\.name)
            for signal in feed.signals {
                guard names.contains(signal.agent), let account = numbers[signal.agent],
                    let token = instruments[signal.outcome]
                else {
                    throw .other(
                        .badData,
                        message: "\(path):\(signal.line): column \"agent\": \"\(signal.agent)\" is "
                            + "no agent of this kind."
                            + NearestName.suggestion(for: signal.agent, among: names))
                }
                // YES and NO of each outcome follow in turn, from the first token of the venue.
                let first = instruments.first { $0.venue == token.venue }?.id.rawValue ?? 1
                signals.append(
                    AgentSignal(
                        time: signal.time, account: account, venue: token.venue,
                        outcome: (signal.outcome.rawValue - first) / 2 + 1,
                        instrument: signal.outcome, belief: signal.belief))
            }
        }
        // Files are in order each; those of one instant keep the order of the configuration.
        return signals.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
    }

    /// The accounts of the agents, numbered behind others.
    ///
    /// - Parameters:
    ///   - others: The accounts that the configuration names itself.
    ///   - currency: The currency of all of them.
    /// - Returns: The accounts, in the order of the agents.
    /// - Throws: ``CommandError/configuration(place:message:)`` for a name that is taken.
    func accounts(
        behind others: [Account], _ currency: Currency
    ) throws(CommandError) -> [Account] {
        var taken = Set(others.map(\.name))
        var accounts: [Account] = []
        for agent in agents {
            guard taken.insert(agent.name).inserted else {
                throw tables[agent.group].refusal(
                    "name",
                    "makes an account \"\(agent.name)\", which is there already. "
                        + "Give each of [[agents]] a name of its own.")
            }
            accounts.append(
                Account(
                    id: AccountID(UInt32(others.count + accounts.count + 1)), name: agent.name,
                    currency: currency, startingCash: agent.cash, kind: .cash))
        }
        return accounts
    }

    /// The agents as strategies, each on its own account.
    ///
    /// - Parameters:
    ///   - registry: The strategies there are.
    ///   - first: How many accounts stand before those of the agents.
    ///   - taken: The names of the strategies before them.
    /// - Returns: The strategies, in the order of the agents.
    /// - Throws: ``CommandError``.
    func strategies(
        _ registry: StrategyRegistry, from first: Int, taken: [String]
    ) throws(CommandError) -> [StrategyPlan] {
        let taken = Set(taken)
        var plans: [StrategyPlan] = []
        for agent in agents {
            let table = tables[agent.group]
            if taken.contains(agent.name) {
                throw table.refusal(
                    "name", "makes a strategy \"\(agent.name)\", which is there already.")
            }
            do throws(StrategyError) {
                var plan = try registry.plan(
                    agent.use, agent.parameters,
                    account: AccountID(UInt32(first + plans.count + 1)), name: agent.name)
                plan.isAgent = true
                plans.append(plan)
            } catch {
                throw ConfigurationFile.refusal(error, of: table)
            }
        }
        return plans
    }

    /// Where the parameters of an agent stand in the file.
    func place(_ agent: Int) -> TOMLPlace {
        let table = tables[agents[agent].group]
        return table["parameters"]?.place ?? table.place
    }
}
