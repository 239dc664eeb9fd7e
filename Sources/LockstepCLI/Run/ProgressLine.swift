/// One line that tells how far runs have come.
struct ProgressLine: Hashable {
    /// What runs: the name of the run, or how many of how many have ended.
    var title: String
    /// The share that is done, 0 to 1; nil when the end is not known.
    var share: Double?
    /// Steps so far.
    var steps: UInt64
    /// Seconds since the beginning, real ones.
    var seconds: Double

    /// The line, at most 79 characters long.
    var text: String {
        var parts = [String(title.prefix(24))]
        if let share {
            let done = min(1, max(0, share))
            let cells = 16
            let full = Int(done * Double(cells))
            parts.append(
                "[" + String(repeating: "#", count: full)
                    + String(repeating: "-", count: cells - full) + "]")
            parts.append("\(Int(done * 100)) %")
        }
        parts.append("\(Self.short(Double(steps))) steps")
        if seconds > 0 { parts.append("\(Self.short(Double(steps) / seconds)) steps/s") }
        if let share, share > 0.01, share < 1, seconds >= 0.5 {
            parts.append("\(Self.clock(seconds * (1 - share) / share)) left")
        }
        return String(parts.joined(separator: "  ").prefix(79))
    }

    /// A number in at most four characters and a unit.
    static func short(_ number: Double) -> String {
        for (limit, unit) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where number >= limit {
            let scaled = number / limit
            let tenths = Int(scaled * 10)
            return scaled < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(scaled)) \(unit)"
        }
        return String(Int(number))
    }

    /// Seconds as minutes and seconds, or hours, minutes and seconds.
    static func clock(_ seconds: Double) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let whole = Int(min(seconds.rounded(.up), 359_999))
        let minutes = "\(whole / 60 % 60)"
        return whole < 3600
            ? "\(minutes):\(two(whole % 60))"
            : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}
