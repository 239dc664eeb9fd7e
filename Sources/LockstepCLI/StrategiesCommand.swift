import LockstepFiles
import LockstepStrategy

/// `strategies`: what a configuration may use.
struct StrategiesCommand {
    static let syntax = CommandSyntax(
        name: "strategies",
        summary: "List the strategies with their parameters and defaults.",
        options: [.flag("json", "Print the list as JSON.")])

    private let arguments: Arguments
    private let registry: StrategyRegistry
    private let console: Console

    init(_ arguments: Arguments, _ registry: StrategyRegistry, _ console: Console) {
        self.arguments = arguments
        self.registry = registry
        self.console = console
    }

    func run() throws(CommandError) -> ExitCode {
        let listings = registry.listings
        if arguments.has("json") {
            let list = listings.map { listing -> JSONValue in
                [
                    "name": .string(listing.name),
                    "parameters": .object(
                        listing.parameters.map { JSONMember($0.key, JSONValue($0.value)) }),
                ]
            }
            try console.output.write(JSONValue.array(list).text(pretty: true) + "\n")
        } else {
            for listing in listings {
                try console.output.write(listing.name + "\n")
                for parameter in listing.parameters {
                    try console.output.write("    \(parameter.key) = \(parameter.value)\n")
                }
            }
            if listings.isEmpty { try console.output.write("There are no strategies.\n") }
        }
        try console.output.flush()
        return .success
    }
}

extension JSONValue {
    /// The value of a parameter.
    init(_ value: ParameterValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .boolean(let flag): self = .boolean(flag)
        case .list(let values): self = .array(values.map { JSONValue($0) })
        case .table(let entries):
            self = .object(entries.map { JSONMember($0.key, JSONValue($0.value)) })
        case .nothing: self = .null
        }
    }
}
