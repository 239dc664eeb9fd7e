import Foundation
import LockstepSpecimens

/// Damages every log of a folder in every way, and prints what became of it.
enum DamageCampaign {
    /// - Returns: Whether nothing went unnoticed and nothing wrong was read.
    static func run(_ vectors: Vectors) throws -> Bool {
        let names = try vectors.names()
        let twin = try SpecimenBank.twin()
        var sum = DamageCheck.Tally()
        print(
            line("log", ["bytes", "damages", "refused", "torn", "corrupt", "undetected", "wrong"]))
        for name in names {
            let log = try vectors.log(name)
            var check = try DamageCheck(log, others: [twin, try vectors.log("blocks")])
            try check.run()
            let tally = check.tally
            print(line(name, [log.count] + numbers(tally)))
            for finding in tally.findings { print("  \(finding)") }
            sum.add(tally)
        }
        print(line("\(names.count) logs", [0] + numbers(sum)))
        return sum.undetected == 0 && sum.wrong == 0
    }

    private static func numbers(_ tally: DamageCheck.Tally) -> [Int] {
        [
            tally.damages, tally.refused, tally.torn, tally.corrupt, tally.undetected, tally.wrong,
        ]
    }

    private static func line(_ name: String, _ cells: [some CustomStringConvertible]) -> String {
        name.padding(toLength: 14, withPad: " ", startingAt: 0)
            + cells.map { cell in
                let text = cell.description
                return String(repeating: " ", count: max(1, 11 - text.count)) + text
            }.joined()
    }
}
