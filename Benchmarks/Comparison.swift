/// Two reports, figure by figure.
struct Comparison {
    enum Verdict: String {
        case same
        case better
        case worse
        /// Speeds of two machines, without the floor of both.
        case unknown = "not comparable"
    }

    /// One figure in both reports.
    struct Row {
        let before: Measurement
        let now: Measurement
        /// How much better it is now: 2 is twice the rate, or half the seconds or memory.
        let plain: Double
        /// The same in units of each report's own floor; nil without it, and where speed is not what
        /// is measured.
        let byFloor: Double?
        let verdict: Verdict
    }

    let rows: [Row]
    /// Names in one report alone.
    let missing: [String]
    let added: [String]
    let isOneMachine: Bool
    let tolerance: Double

    /// Compares two reports.
    ///
    /// On one machine a figure is worse only if it is so plainly and by the floor too: a machine that
    /// is slower for a while slows both, which the floor's own row then tells, and a floor that was
    /// measured in a bad moment is no fault of the others. Between machines only the floor counts.
    ///
    /// - Parameters:
    ///   - baseline: The report to compare with.
    ///   - report: The report that is judged.
    ///   - tolerance: By how many percent a figure may be worse.
    /// - Throws: ``BenchmarkError/nothingToCompare``.
    init(_ baseline: Report, _ report: Report, tolerance: Double) throws {
        self.tolerance = tolerance
        let isOneMachine = baseline.machine == report.machine
        self.isOneMachine = isOneMachine
        let floors = (before: baseline[Floor.name]?.median, now: report[Floor.name]?.median)
        var rows: [Row] = []
        for now in report.results {
            guard let before = baseline[now.name], before.unit == now.unit else { continue }
            let plain = Self.gain(before, now)
            var byFloor: Double?
            if now.isOfTime, now.name != Floor.name, let old = floors.before, let new = floors.now {
                byFloor = plain * old / new
            }
            let judged: Double? =
                if !now.isOfTime {
                    plain
                } else if isOneMachine {
                    max(plain, byFloor ?? plain)
                } else {
                    byFloor
                }
            let verdict = Self.verdict(judged, tolerance)
            rows.append(
                Row(before: before, now: now, plain: plain, byFloor: byFloor, verdict: verdict))
        }
        if rows.isEmpty { throw BenchmarkError.nothingToCompare }
        self.rows = rows
        missing = baseline.results.map(\.name).filter { report[$0] == nil }
        added = report.results.map(\.name).filter { baseline[$0] == nil }
    }

    /// Whether nothing is worse than the tolerance allows.
    var isGood: Bool { !rows.contains { $0.verdict == .worse } }

    private static func gain(_ before: Measurement, _ now: Measurement) -> Double {
        if now.isRate { return before.median == 0 ? 1 : now.median / before.median }
        // Amounts may be zero; a few allocations in a thousand bars are no ratio to speak of.
        let slack = now.unit == "allocations" ? 0.005 : 0
        if abs(now.median - before.median) <= slack { return 1 }
        if now.median <= 0 { return .infinity }
        return before.median <= 0 ? 0 : before.median / now.median
    }

    private static func verdict(_ gain: Double?, _ tolerance: Double) -> Verdict {
        guard let gain else { return .unknown }
        let allowed = 1 - tolerance / 100
        return gain < allowed ? .worse : gain > 1 / allowed ? .better : .same
    }

    var text: String {
        var lines = [
            "figure".padding(to: 42) + "before".leftPadding(to: 10) + "now".leftPadding(to: 10)
                + " "
                + "unit".padding(to: 14) + "gain".leftPadding(to: 7)
                + "by floor".leftPadding(to: 10)
        ]
        for row in rows {
            let verdict =
                row.verdict == .same || row.verdict == .better
                ? row.verdict.rawValue : row.verdict.rawValue.uppercased()
            lines.append(
                row.now.name.padding(to: 42)
                    + Measurement.text(row.before.median).leftPadding(to: 10)
                    + Measurement.text(row.now.median).leftPadding(to: 10) + " "
                    + row.now.unit.padding(to: 14) + Self.ratio(row.plain).leftPadding(to: 7)
                    + (row.byFloor.map(Self.ratio) ?? "-").leftPadding(to: 10) + "  \(verdict)")
        }
        if !missing.isEmpty { lines.append("Not measured now: \(missing.joined(separator: ", "))") }
        if !added.isEmpty { lines.append("Not in the baseline: \(added.joined(separator: ", "))") }
        if !isOneMachine {
            lines.append("Other machines: speeds are judged by each machine's floor alone.")
        }
        if rows.contains(where: { $0.now.name == Floor.name && $0.verdict == .worse }) {
            lines.append(
                "The machine itself was slower than for the baseline: measure again at a quiet time."
            )
        }
        let worse = rows.count { $0.verdict == .worse }
        lines.append(
            worse == 0
                ? "Nothing is worse by more than \(Measurement.text(tolerance)) %."
                : "\(worse) of \(rows.count) figures are worse by more than "
                    + "\(Measurement.text(tolerance)) %.")
        return lines.joined(separator: "\n")
    }

    /// A ratio with two digits after the point.
    private static func ratio(_ value: Double) -> String {
        guard value.isFinite, value < 1e6 else { return "-" }
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
    }
}
