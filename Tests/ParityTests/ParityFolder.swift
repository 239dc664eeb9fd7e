import Foundation

/// The folder of cases that other backtesters have answered: data, rules, expected trades.
enum ParityFolder {
    /// The root of the package.
    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder that `LOCKSTEP_PARITY` names, or `../shared/parity`, from the package's root.
    static let url: URL = {
        let named = ProcessInfo.processInfo.environment["LOCKSTEP_PARITY"] ?? ""
        let path = named.isEmpty ? "../shared/parity" : named
        return URL(filePath: path, directoryHint: .isDirectory, relativeTo: package)
            .standardizedFileURL
    }()

    /// The folders of all cases, by name; empty where there are none.
    static let folders: [URL] = {
        let list = try? FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: nil)
        return (list ?? []).filter { folder in
            FileManager.default.fileExists(
                atPath: folder.appending(path: "expected.json").path(percentEncoded: false))
        }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }()

    static let isPresent = !folders.isEmpty

    /// Why nothing is compared where the folder is absent.
    static let absence =
        "There are no parity cases in \(url.path(percentEncoded: false)); "
        + "set LOCKSTEP_PARITY to the folder that has them."

    /// What each folder holds: a case that runs, or why it does not.
    static let readings: [(name: String, reading: Result<ParityCase, any Error>)] = folders.map {
        folder in
        (folder.lastPathComponent, Result { try ParityCase(folder) })
    }

    /// The cases whose rules are built.
    static let cases: [ParityCase] = readings.compactMap { try? $0.reading.get() }
}
