/// What the command line asks for.
struct Options {
    static let usage = """
        usage: Benchmarks [--filter TEXT] [--json FILE] [--data FOLDER] [--samples COUNT]
                          [--compare BASELINE [--with FILE]] [--tolerance PERCENT]
                          [--baselines FOLDER] [--record FOLDER]
               Benchmarks --memory-events COUNT

          --filter TEXT          only benchmarks whose name contains the text; =NAME for one
          --json FILE            also write the figures to a file
          --data FOLDER          the works' data (default: .build/benchmark-data, made when missing)
          --samples COUNT        samples of each figure, 1 to 99 (default: 5)
          --compare BASELINE     compare with an earlier file; end with 1 when something is slower
          --with FILE            compare this file instead of measuring now
          --tolerance PERCENT    how much slower is too slow (default: 10)
          --baselines FOLDER     show the comparison with the folder's baseline of this machine
          --record FOLDER        write the figures into the folder as this machine's baseline
          --memory-events COUNT  run until so many events are published, 1e6 to 5e9, and print the
                                 resident memory on the way; nothing else is measured

        It ends with 0 when all is well, with 1 when something is slower than the baseline or when
        orders or equities are not those they must be, and with 64 for a command line like none above.
        """

    var filter = ""
    var json: String?
    var data = Options.defaultData
    var baseline: String?
    var with: String?
    var tolerance = 10.0
    var samples = 5
    var baselines: String?
    var record: String?
    var memoryEvents: UInt64?
    var isHelp = false

    static let defaultData = ".build/benchmark-data"

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        while let name = rest.popFirst() {
            if name == "--help" || name == "-h" {
                isHelp = true
                continue
            }
            guard Self.names.contains(name) else {
                throw BenchmarkError.usage(
                    name.hasPrefix("-")
                        ? "\(name) is no option." : "\(name) is not preceded by an option.")
            }
            guard let value = rest.popFirst(), !value.isEmpty, !value.hasPrefix("--") else {
                throw BenchmarkError.usage("\(name) needs a value.")
            }
            try take(name, value)
        }
        if with != nil, baseline == nil {
            throw BenchmarkError.usage("--with needs --compare: the file to compare with.")
        }
        if record != nil, !filter.isEmpty {
            throw BenchmarkError.usage("--record needs all figures: leave out --filter.")
        }
    }

    /// The command that repeats the measurement, without anybody's folders.
    var command: String {
        "swift run -c release Benchmarks" + (samples == 5 ? "" : " --samples \(samples)")
            + (filter.isEmpty ? "" : " --filter \(filter)")
    }

    private static let names = [
        "--filter", "--json", "--data", "--compare", "--with", "--tolerance", "--baselines",
        "--record", "--memory-events", "--samples",
    ]

    private mutating func take(_ name: String, _ value: String) throws {
        switch name {
        case "--filter": filter = value
        case "--json": json = value
        case "--data": data = value
        case "--compare": baseline = value
        case "--with": with = value
        case "--baselines": baselines = value
        case "--record": record = value
        case "--samples":
            guard let count = Int(value), (1...99).contains(count) else {
                throw BenchmarkError.usage("--samples needs a number from 1 to 99.")
            }
            samples = count
        case "--tolerance":
            guard let percent = Double(value), percent >= 0, percent < 100 else {
                throw BenchmarkError.usage("--tolerance needs a number from 0 to below 100.")
            }
            tolerance = percent
        default:
            guard let count = Double(value), (1e6...5e9).contains(count) else {
                throw BenchmarkError.usage("--memory-events needs a number from 1e6 to 5e9.")
            }
            memoryEvents = UInt64(count)
        }
    }
}
