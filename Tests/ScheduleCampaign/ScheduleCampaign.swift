import Foundation
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepFiles
import LockstepModel
import LockstepScenarios
import Synchronization

/// Runs the scenarios under many schedules and compares each with the reference engine.
@main
struct ScheduleCampaign {
    static func main() {
        do {
            let options = try CampaignOptions(Array(CommandLine.arguments.dropFirst()))
            #if PLANTED_DEFECTS
                if options.searchesDefects { exit(try DefectSearch.run(options) ? 0 : 1) }
                if let name = options.defect {
                    guard let defect = PlantedDefect.allCases.first(where: { "\($0)" == name })
                    else { throw CampaignOptions.Misuse(description: "No defect \(name).") }
                    try DefectCampaign.search(defect, schedules: options.schedules)
                    exit(0)
                }
            #else
                if options.searchesDefects || options.defect != nil {
                    throw CampaignOptions.Misuse(
                        description: "This build has no planted defects; make defects makes one.")
                }
            #endif
            exit(try run(options) ? 0 : 1)
        } catch let error as CampaignOptions.Misuse {
            tell("\(error)\n\(CampaignOptions.usage)")
            exit(64)
        } catch {
            tell("\(error)")
            exit(70)
        }
    }

    /// Whether every schedule gave what the reference engine gives.
    private static func run(_ options: CampaignOptions) throws -> Bool {
        let scenarios = try options.chosen(from: ScenarioBank.all())
        let stages = try scenarios.map(Stand.init)
        if let seed = options.seed { return try replay(stages, seed) }
        let tallies = try Campaign(stages, options).tallies()
        var isFine = true
        print(CampaignTable.head)
        for (stage, tally) in zip(stages, tallies) {
            print(CampaignTable.line(stage.scenario.name, tally))
            for finding in tally.findings {
                isFine = false
                print("  seed \(finding.seed): \(finding.what)")
            }
            if let finding = tally.findings.first {
                print(try stage.firstDifference(finding.seed))
            }
        }
        print(CampaignTable.sum(tallies))
        return isFine
    }

    /// One schedule of every scenario, in detail.
    private static func replay(_ stages: [Stand], _ seed: UInt64) throws -> Bool {
        var isFine = true
        print(Schedule(seed: seed))
        for stage in stages {
            let run = try stage.backtest.runHere(schedule: Schedule(seed: seed))
            var tally = ScheduleTally()
            tally.add(run, seed: seed, expected: stage.expected)
            let digest = run.result.digest.map { "\($0)" } ?? "no digest"
            print("\(stage.scenario.name): \(digest), \(run.trace.choices) choices")
            guard let finding = tally.findings.first else { continue }
            isFine = false
            print("  \(finding.what)\n\(try stage.firstDifference(seed))")
        }
        return isFine
    }

    static func tell(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
