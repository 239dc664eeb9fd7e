/// One line of the report: the median and the worst of some samples.
struct Measurement: Codable {
    let name: String
    let unit: String
    /// The size of the work of one sample: events, bars, orders.
    let n: Int
    let median: Double
    let worst: Double

    /// Whether a larger figure is the better one: rates, but not seconds, memory or allocations.
    var isRate: Bool { unit.hasSuffix("/s") }

    /// Whether the figure depends on the speed of the machine.
    var isOfTime: Bool { isRate || unit == "s" || unit == "ns" }

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
        let rounded = (scaled * digits).rounded() / digits
        if suffix.isEmpty, rounded == rounded.rounded(), abs(rounded) < 1e4 {
            return String(Int(rounded))
        }
        return "\(rounded)\(suffix)"
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
