import LockstepFiles
import LockstepModel

/// What the manifest says of the machine and the program; never compared between runs.
package struct RunFacts: Sendable {
    /// The name and version of the program.
    package var program: String
    /// Versions of what it is built on, by name.
    package var versions: [(name: String, version: String)]
    /// The machine.
    package var host: String
    /// The wall-clock time, in nanoseconds since 1970 UTC.
    package var now: @Sendable () -> Int64
    /// The file the configuration was read from; nil without one.
    package var configurationPath: String?

    /// Makes facts.
    package init(
        program: String, versions: [(name: String, version: String)], host: String,
        now: @escaping @Sendable () -> Int64, configurationPath: String? = nil
    ) {
        self.program = program
        self.versions = versions
        self.host = host
        self.now = now
        self.configurationPath = configurationPath
    }
}

/// The directory of one run and what is written to it beside the audit log.
struct RunOutput: Sendable {
    let directory: RunDirectory
    let facts: RunFacts

    /// Writes what went in, before anything else is done.
    func writeManifest(_ configuration: BacktestConfiguration) throws(BacktestError) {
        var inputs: [JSONValue] = []
        let files =
            configuration.data.compactMap(\.path) + configuration.feeds.compactMap(\.path)
            + configuration.inputs + [facts.configurationPath].compactMap(\.self)
        for path in files {
            do {
                let (digest, size) = try Digest.sha256(ofFile: path)
                inputs.append([
                    "path": .string(path), "size": .integer(size),
                    "sha256": .string(digest.description),
                ])
            } catch { throw .data(error) }
        }
        do {
            let manifest: JSONValue = [
                "schema": 1,
                "name": .string(configuration.name),
                "program": .string(facts.program),
                "versions": .object(
                    facts.versions.map { JSONMember($0.name, .string($0.version)) }),
                "host": .string(facts.host),
                "started": .string(CivilTime.text(facts.now())),
                "inputs": .array(inputs),
                "audit": try JSONValue(encoding: configuration.audit),
                "periods_per_year": .number(configuration.periodsPerYear),
                "configuration": try configuration.decidingPart(),
            ]
            try AtomicWrite.write(
                manifest.text(pretty: true) + "\n", to: directory.path(of: "manifest.json"))
        } catch { throw .output(error) }
    }

    /// Writes what came out, after everything else is done.
    func writeResult(_ result: BacktestResult) throws(BacktestError) {
        let path = directory.path(of: "result.json")
        do {
            try AtomicWrite.write(result.json.text(pretty: true) + "\n", to: path)
        } catch {
            // The presence of a result means that it may be relied upon. What cannot be taken away
            // either is told by the error all the same.
            try? File.remove(path)
            throw .output(error)
        }
    }
}
