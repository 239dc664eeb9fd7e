import Foundation
import LockstepSpecimens

/// Makes the vectors of the audit log, and damages, kills and fuzzes logs.
@main
struct AuditCampaign {
    static let usage = """
        usage: AuditCampaign record FOLDER
               AuditCampaign schemas FOLDER
               AuditCampaign damage FOLDER
               AuditCampaign kills N CONFIGURATION
               AuditCampaign seed FOLDER | replay FOLDER
        record  writes the specimens, the released log and the registry of schemas anew
        schemas compares the fields of this program with those of every released version
        damage  damages every log of the folder in every way, and reads it
        kills   kills so many runs of a configuration, and reads what they leave
        seed    writes what the fuzzer begins with; replay runs kept inputs of it again
        """

    static func main() {
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            switch (words.first, words.count) {
            case ("record", 2): try Vectors(words[1]).record()
            case ("schemas", 2): exit(try compareSchemas(Vectors(words[1])) ? 0 : 1)
            case ("kills", 3):
                guard let count = Int(words[1]), count > 0 else {
                    tell(usage)
                    exit(64)
                }
                var campaign = try KillCampaign(configuration: words[2])
                exit(try campaign.run(count) ? 0 : 1)
            case ("seed", 2): try Replay.seed(words[1])
            case ("replay", 2): exit(try Replay.run(words[1]) ? 0 : 1)
            case ("damage", 2): exit(try DamageCampaign.run(Vectors(words[1])) ? 0 : 1)
            default:
                tell(usage)
                exit(64)
            }
        } catch {
            tell("\(error)")
            exit(70)
        }
    }

    /// Whether every log of a released version can still be read.
    private static func compareSchemas(_ vectors: Vectors) throws -> Bool {
        let current = SchemaListing(ReleasedLog.topics)
        var isFine = true
        for (version, released) in try vectors.released() {
            let problems = SchemaComparison.problems(
                current, released: released, renames: try vectors.renames())
            for problem in problems { tell("version \(version): \(problem)") }
            isFine = isFine && problems.isEmpty
            print("version \(version): \(released.entries.count) fields, \(problems.count) broken")
        }
        return isFine
    }

    static func tell(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
