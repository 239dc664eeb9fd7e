import LockstepFiles
import LockstepModel
import LockstepStrategy

extension ConfigurationFile {
    /// The strategies, with the accounts they trade on.
    func strategies(
        _ registry: StrategyRegistry, _ accounts: [String], isNeeded: Bool
    ) throws(CommandError) -> [StrategyPlan] {
        let (tables, names) = try Self.named(
            root, "strategies", by: "name", known: ["name", "use", "account", "parameters"],
            like: "\"cross\"", isNeeded: isNeeded)
        var plans: [StrategyPlan] = []
        for (position, table) in tables.enumerated() {
            let use = try table.text("use", like: "\"MovingAverageCross\"")
            let account = try table.reference(
                "account", to: accounts, "account", like: "\"main\"")
            let parameters = try table.table("parameters", known: nil)?.entries ?? []
            do throws(StrategyError) {
                plans.append(
                    try registry.plan(
                        use, parameters.map { ParameterEntry($0) },
                        account: AccountID(UInt32(account + 1)), name: names[position]))
            } catch {
                throw Self.refusal(error, of: table)
            }
        }
        return plans
    }

    /// What is wrong with a strategy, at its place in the file.
    static func refusal(_ error: StrategyError, of table: ConfigurationTable) -> CommandError {
        switch error {
        case .unknownParameter(_, _, .some, _), .duplicateParameter(_, _, .some),
            .wrongParameter(_, _, .some, _, _):
            // The message begins with the place.
            return .other(.configuration, message: error.description)
        case .unknownStrategy:
            let message = error.description
            return .configuration(
                place: "\(table["use"]?.place ?? table.place)",
                message: message.prefix(1).uppercased() + message.dropFirst()
                    + " See 'lockstep strategies'.")
        default:
            return .configuration(
                place: "\(table["parameters"]?.place ?? table.place)",
                message: "\(table.path): \(error)")
        }
    }

    /// Where a strategy stands in the file.
    func place(ofStrategy name: String) -> TOMLPlace? {
        let value = tree.value(at: "strategies.\"\(name)\"")
        return value?.table?["parameters"]?.place ?? value?.place
    }
}

extension ParameterEntry {
    /// A parameter as it stands in a file.
    init(_ entry: TOMLTable.Entry) {
        self.init(entry.key, ParameterValue(entry.value), place: "\(entry.value.place)")
    }
}

extension ParameterValue {
    init(_ value: TOMLValue) {
        switch value.content {
        case .string(let text), .date(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .float(let number, _): self = .number(number)
        case .boolean(let flag): self = .boolean(flag)
        case .array(let elements): self = .list(elements.map { ParameterValue($0) })
        case .table(let table): self = .table(table.entries.map { ParameterEntry($0) })
        }
    }
}
