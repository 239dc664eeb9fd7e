/// Runs benchmarks whose name contains a text, prints them, and keeps the figures.
struct Suite {
    let filter: String
    /// Samples taken of every benchmark, after one to warm up.
    let samples: Int
    private(set) var results: [Measurement] = []
    /// What did not come out as it must.
    private(set) var faults: [String] = []
    /// How many results were compared with what they must be.
    private(set) var checks = 0

    init(filter: String, samples: Int) {
        self.filter = filter
        self.samples = samples
    }

    func wants(_ name: String) -> Bool {
        // A name with a sign of equality before it is meant as a whole: a profile of one work.
        filter.hasPrefix("=") ? filter.dropFirst() == name : name.contains(filter)
    }

    /// Measures how many pieces of work are done in a second.
    ///
    /// - Parameters:
    ///   - name: The name of the benchmark.
    ///   - unit: What a piece is.
    ///   - count: How many pieces one sample does.
    ///   - body: Does them and returns the seconds it took.
    /// - Throws: What the body throws.
    mutating func rate(
        _ name: String, unit: String, count: Int, _ body: () throws -> Double
    ) throws {
        guard wants(name) else { return }
        _ = try body()
        var seconds: [Double] = []
        for _ in 0..<samples { seconds.append(try body()) }
        addRate(name, unit: unit, count: count, seconds)
    }

    /// Notes how many pieces of work were done in a second.
    mutating func addRate(_ name: String, unit: String, count: Int, _ seconds: [Double]) {
        let rates = seconds.map { Double(count) / $0 }.sorted()
        add(
            Measurement(
                name: name, unit: "\(unit)/s", n: count, median: rates[rates.count / 2],
                worst: rates[0]))
    }

    /// Measures an amount of which less is better.
    mutating func amount(
        _ name: String, unit: String, count: Int, samples: Int? = nil,
        _ body: () throws -> Double
    ) throws {
        guard wants(name) else { return }
        var amounts: [Double] = []
        for _ in 0..<(samples ?? self.samples) { amounts.append(try body()) }
        addAmount(name, unit: unit, count: count, amounts)
    }

    /// Notes an amount of which less is better.
    mutating func addAmount(_ name: String, unit: String, count: Int, _ amounts: [Double]) {
        let sorted = amounts.sorted()
        add(
            Measurement(
                name: name, unit: unit, n: count, median: sorted[sorted.count / 2],
                worst: sorted[sorted.count - 1]))
    }

    /// Prints something beside the figures.
    func note(_ text: String) { say("    \(text)") }

    /// Notes that a result was as it must be.
    mutating func pass(_ text: String) {
        checks += 1
        note(text)
    }

    /// Notes that something is not as it must be; the program then ends with 1.
    mutating func fail(_ fault: String) {
        faults.append(fault)
        say("    WRONG: \(fault)")
    }

    func report(command: String) -> Report {
        Report(machine: Machine.description, command: command, results: results)
    }

    private mutating func add(_ result: Measurement) {
        results.append(result)
        var line =
            "\(result.name.padding(to: 40)) \(Measurement.text(result.median).leftPadding(to: 10)) "
            + "\(result.unit.padding(to: 12)) worst "
            + "\(Measurement.text(result.worst).padding(to: 8)) n = \(result.n)"
        if result.isRate, result.name.hasPrefix("bus/"),
            let floor = results.first(where: { $0.name == Floor.name })
        {
            let ratio = Measurement.text(floor.median / result.median)
            line += ", \(ratio) times the floor's time"
        }
        say(line)
    }
}
