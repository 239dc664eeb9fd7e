import Foundation

let usage = """
    usage: Benchmarks [--filter TEXT] [--json FILE] [--data FOLDER]

      --filter TEXT   only benchmarks whose name contains the text
      --json FILE     also write the figures to a file
      --data FOLDER   the works' data, as Benchmarks/make_data.py makes them
                      (default: .build/benchmark-data)
    """

/// Reads the command line and runs what it asks for.
func benchmark(_ arguments: [String]) throws {
    if arguments.first == "--peak-memory", arguments.count == 3, let bars = Int(arguments[1]) {
        return try MemoryBenchmarks.child(bars: bars, scratch: arguments[2])
    }
    var options = ["--filter": "", "--json": "", "--data": ".build/benchmark-data"]
    var rest = arguments[...]
    while let name = rest.popFirst() {
        guard options[name] != nil, let value = rest.popFirst() else {
            print(usage)
            exit(name == "--help" ? 0 : 64)
        }
        options[name] = value
    }
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
        "lockstep-benchmarks-\(ProcessInfo.processInfo.processIdentifier)"
    ).path
    try FileManager.default.createDirectory(
        atPath: scratch, withIntermediateDirectories: true)
    defer {
        do { try FileManager.default.removeItem(atPath: scratch) } catch { print(error) }
    }

    print(Machine.description)
    var suite = Suite(filter: options["--filter"] ?? "")
    try BusBenchmarks.run(&suite)
    let data = options["--data"] ?? ""
    if FileManager.default.fileExists(atPath: "\(data)/one_500k.csv") {
        try EngineBenchmarks(data: data, scratch: scratch).run(&suite)
    } else {
        print("engine/W1 to W5 are left out: \(data) has no data. Make them with make bench.")
    }
    try MemoryBenchmarks.run(&suite, scratch: scratch)
    if let file = options["--json"], !file.isEmpty {
        let command = (["Benchmarks"] + arguments).joined(separator: " ")
        try suite.json(command: command).write(toFile: file, atomically: true, encoding: .utf8)
    }
}

do { try benchmark(Array(CommandLine.arguments.dropFirst())) } catch {
    print("error: \(error)")
    exit(70)
}
