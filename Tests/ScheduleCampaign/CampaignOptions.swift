import Foundation
import LockstepScenarios

/// What a campaign is told to do.
struct CampaignOptions {
    struct Misuse: Error, CustomStringConvertible {
        let description: String
    }

    static let usage = """
        usage: ScheduleCampaign [--schedules N] [--scenario NAME] [--seed S] [--threads T]
        Runs N schedules (100000), spread over all scenarios or of the one named, on T threads (one
        for each processor), and exits with 1 where one differs from the reference engine. With a
        seed, it runs that schedule of each alone. Built with planted defects, it searches with
        --defects for each of them in at most 10000 schedules.
        """

    private(set) var schedules = 100_000
    private(set) var scenario: String?
    private(set) var seed: UInt64?
    /// The planted defect to search for; only builds with planted defects have any.
    private(set) var defect: String?
    private(set) var searchesDefects = false
    private(set) var threads = ProcessInfo.processInfo.activeProcessorCount

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--defects" {
                searchesDefects = true
                continue
            }
            guard let value = rest.popFirst() else {
                throw Misuse(description: "\(option) needs a value, or is unknown.")
            }
            switch option {
            case "--schedules": schedules = try Self.count(value, option)
            case "--threads": threads = try Self.count(value, option)
            case "--scenario": scenario = value
            case "--defect": defect = value
            case "--seed":
                guard let number = UInt64(value) else {
                    throw Misuse(description: "\(option) \(value): a number from 0 is needed.")
                }
                seed = number
            default: throw Misuse(description: "\(option) is unknown.")
            }
        }
    }

    /// All scenarios, or the one that is named.
    func chosen(from bank: [Scenario]) throws -> [Scenario] {
        guard let scenario else { return bank }
        let found = bank.filter { $0.name == scenario }
        if found.isEmpty {
            throw Misuse(
                description: "There is no scenario \(scenario). There are: "
                    + bank.map(\.name).joined(separator: ", ") + ".")
        }
        return found
    }

    private static func count(_ text: String, _ option: String) throws -> Int {
        guard let number = Int(text), number > 0 else {
            throw Misuse(description: "\(option) \(text): a number from 1 is needed.")
        }
        return number
    }
}
