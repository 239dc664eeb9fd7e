/// Runs benchmarks whose name contains a text, prints them, and keeps the figures.
struct Suite {
    let filter: String
    private(set) var results: [Measurement] = []

    /// Samples taken of every benchmark, after one to warm up.
    static let samples = 5

    init(filter: String) { self.filter = filter }

    func wants(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }

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
        var rates: [Double] = []
        for _ in 0..<Self.samples { rates.append(Double(count) / (try body())) }
        rates.sort()
        add(
            Measurement(
                name: name, unit: "\(unit)/s", count: count, median: rates[rates.count / 2],
                worst: rates[0]))
    }

    /// Measures an amount of which less is better.
    mutating func amount(
        _ name: String, unit: String, count: Int, samples: Int = Self.samples,
        _ body: () throws -> Double
    ) throws {
        guard wants(name) else { return }
        var amounts: [Double] = []
        for _ in 0..<samples { amounts.append(try body()) }
        amounts.sort()
        add(
            Measurement(
                name: name, unit: unit, count: count, median: amounts[amounts.count / 2],
                worst: amounts[amounts.count - 1]))
    }

    private mutating func add(_ result: Measurement) {
        results.append(result)
        let name = result.name.padding(to: 34)
        print(
            "\(name) \(Self.text(result.median).leftPadding(to: 12)) "
                + "\(result.unit.padding(to: 12)) worst \(Self.text(result.worst)), "
                + "n = \(result.count)")
    }

    /// A figure with four significant digits and a power of a thousand.
    static func text(_ value: Double) -> String {
        let (scaled, suffix) =
            switch abs(value) {
            case 1e9...: (value / 1e9, " G")
            case 1e6...: (value / 1e6, " M")
            case 1e4...: (value / 1e3, " k")
            default: (value, "")
            }
        let digits = abs(scaled) >= 100 ? 10.0 : abs(scaled) >= 10 ? 100 : 1000
        return "\((scaled * digits).rounded() / digits)\(suffix)"
    }

    /// The figures as JSON.
    func json(command: String) -> String {
        func quoted(_ text: String) -> String {
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        let rows = results.map { result in
            "    {\"name\": \(quoted(result.name)), \"unit\": \(quoted(result.unit)), "
                + "\"n\": \(result.count), \"median\": \(result.median), "
                + "\"worst\": \(result.worst)}"
        }
        return """
            {
              "machine": \(quoted(Machine.description)),
              "command": \(quoted(command)),
              "results": [
            \(rows.joined(separator: ",\n"))
              ]
            }

            """
    }
}

extension String {
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    func leftPadding(to width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }
}
