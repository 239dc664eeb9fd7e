import LockstepFeed
import LockstepFiles
import LockstepModel
import LockstepStrategy

/// Recorded orders that take part in a run.
struct FlowTable {
    /// What one entry of `[[flow]]` says.
    private struct Entry {
        let table: ConfigurationTable
        let flow: OrderFlow
        let cash: Money
    }

    private let currency: Currency
    private var entries: [Entry] = []
    /// The files.
    private(set) var paths: [String] = []

    /// Reads `[[flow]]` and the files it names.
    ///
    /// - Parameters:
    ///   - root: The configuration.
    ///   - file: Its path; those of the orders are relative to its directory.
    ///   - instruments: The instruments the orders are for.
    ///   - currency: The currency of the accounts.
    /// - Throws: ``CommandError``.
    init(
        _ root: ConfigurationTable, file: String, _ instruments: Instruments, _ currency: Currency
    ) throws(CommandError) {
        self.currency = currency
        for table in try root.tables("flow", namedBy: "path", known: ["path", "cash"]) {
            let name = try table.text("path", like: "\"orders.csv\"")
            if name.isEmpty { throw table.refusal("path", "is empty. Name the file.") }
            let base = directory(of: file)
            let path = name.hasPrefix("/") || base == "." ? name : base + "/" + name
            let cash = try currency.amount(table, "cash", like: "\"1000\"")
            do throws(FeedError) {
                entries.append(
                    Entry(
                        table: table, flow: try OrderFlow(path: path, instruments), cash: cash))
            } catch {
                throw .other(ExitCode(of: error), message: error.description)
            }
            paths.append(path)
        }
    }

    /// The accounts of participants that are not declared, numbered behind others.
    func accounts(behind others: [Account]) -> [Account] {
        var known = Set(others.map(\.name))
        var accounts: [Account] = []
        for entry in entries {
            for participant in entry.flow.participants
            where known.insert(participant.account).inserted {
                accounts.append(
                    Account(
                        id: AccountID(UInt32(others.count + accounts.count + 1)),
                        name: participant.account, currency: currency, startingCash: entry.cash,
                        kind: .cash))
            }
        }
        return accounts
    }

    /// The participants as strategies.
    ///
    /// - Parameters:
    ///   - accounts: All accounts of the run.
    ///   - taken: The names of the strategies before them.
    /// - Returns: The strategies, in the order of the files.
    /// - Throws: ``CommandError/configuration(place:message:)`` for a name that is taken.
    func strategies(
        _ accounts: [Account], taken: [String]
    ) throws(CommandError) -> [StrategyPlan] {
        var taken = Set(taken)
        let numbers = Dictionary(
            accounts.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
        var plans: [StrategyPlan] = []
        for entry in entries {
            for participant in entry.flow.participants {
                guard taken.insert(participant.name).inserted else {
                    throw entry.table.refusal(
                        "path",
                        "has a participant \"\(participant.name)\", but a strategy of that name "
                            + "is there already.")
                }
                do throws(StrategyError) {
                    var plan = try StrategyPlan(
                        replaying: participant.orders, name: participant.name,
                        account: numbers[participant.account] ?? AccountID(1))
                    plan.isAgent = true
                    plans.append(plan)
                } catch { throw .other(.configuration, message: "\(error)") }
            }
        }
        return plans
    }
}

extension Currency {
    /// An amount that must be there and is zero or more.
    func amount(
        _ table: ConfigurationTable, _ key: String, like example: String
    ) throws(CommandError) -> Money {
        let decimal = try table.decimal(key, like: example)
        let amount: Money
        do {
            amount = try money(from: decimal)
        } catch {
            throw table.refusal(key, "is refused. \(error)")
        }
        if amount < .zero { throw table.refusal(key, "must be zero or more.") }
        return amount
    }
}
