import Foundation
import LockstepSpecimens

/// Runs kept inputs of the fuzzer again, or makes the first ones.
enum Replay {
    /// Runs every file of a folder's `raw`, `signed` and `schema`.
    ///
    /// - Returns: Whether nothing was found.
    static func run(_ folder: String) throws -> Bool {
        var isFine = true
        for target in FuzzTarget.allCases {
            let place = folder + "/" + target.rawValue
            let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
            for name in names {
                let input = [UInt8](try Data(contentsOf: URL(fileURLWithPath: place + "/" + name)))
                do { try target.run(input) } catch {
                    isFine = false
                    print("\(target) \(name): \(error)")
                }
            }
            print("\(target): \(names.count) inputs")
        }
        return isFine
    }

    /// Writes what the fuzzer begins with: logs, their records, and bytes of a fixed sequence.
    static func seed(_ folder: String) throws {
        for (target, inputs) in try FuzzSeeds.all() {
            let place = folder + "/" + target.rawValue
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true)
            for (name, input) in inputs {
                try Data(input).write(to: URL(fileURLWithPath: place + "/" + name))
            }
        }
    }
}
