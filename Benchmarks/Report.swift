import FoundationEssentials

/// The figures of one run of the benchmarks, as they are written to a file.
struct Report: Codable {
    let machine: String
    let command: String
    let results: [Measurement]

    /// The figure of a name; nil when it was not measured.
    subscript(name: String) -> Measurement? { results.first { $0.name == name } }

    /// The file name of a baseline of this machine.
    var fileName: String {
        let kept = machine.lowercased().map {
            $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : " "
        }
        return String(kept).split(separator: " ").joined(separator: "-") + ".json"
    }

    /// Keys in a fixed order and a line for each figure, so that files can be compared by eye.
    var json: String {
        let rows = results.map { result in
            "    {\"name\": \(Self.quoted(result.name)), \"unit\": \(Self.quoted(result.unit)), "
                + "\"n\": \(result.n), \"median\": \(result.median), \"worst\": \(result.worst)}"
        }
        return """
            {
              "machine": \(Self.quoted(machine)),
              "command": \(Self.quoted(command)),
              "results": [
            \(rows.joined(separator: ",\n"))
              ]
            }

            """
    }

    /// Refuses a path in a folder that nothing can be written to.
    static func checkFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw BenchmarkError.unwritable(
                path: path, reason: "its folder is not there or closed.")
        }
    }

    func write(to path: String) throws {
        do {
            try json.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw BenchmarkError.unwritable(path: path, reason: "\(error)")
        }
    }

    static func read(_ path: String) throws -> Report {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BenchmarkError.unreadable(path: path, reason: "there is no such file")
        }
        do {
            return try JSONDecoder().decode(Report.self, from: data)
        } catch {
            throw BenchmarkError.unreadable(path: path, reason: "it is no report of Benchmarks")
        }
    }

    /// The reports of a folder that were made on a machine, by file name.
    static func reports(in folder: String, of machine: String) throws -> [(String, Report)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.filter { $0.hasSuffix(".json") }.sorted().map { name in
            (name, try read("\(folder)/\(name)"))
        }.filter { $0.1.machine == machine }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": quoted += "\\\(scalar)"
            case "\u{20}"...: quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}

/// What keeps the benchmarks from going on.
enum BenchmarkError: Error, CustomStringConvertible {
    /// The command line cannot be understood.
    case usage(String)
    /// A report cannot be read.
    case unreadable(path: String, reason: String)
    /// A report cannot be written.
    case unwritable(path: String, reason: String)
    /// A process that measures has failed.
    case childFailed(output: String)
    /// Two reports have nothing in common.
    case nothingToCompare

    var description: String {
        switch self {
        case .usage(let message): "\(message) See --help."
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
        case .childFailed(let output): "A process that measures memory has failed: \(output)"
        case .nothingToCompare:
            "The two reports have no figure in common. Measure with the same filter."
        }
    }

    /// The number with which the program ends.
    var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .unreadable: 66
        case .unwritable: 73
        case .childFailed, .nothingToCompare: 70
        }
    }
}
