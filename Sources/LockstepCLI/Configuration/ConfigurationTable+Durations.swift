import LockstepFiles
import LockstepModel

extension ConfigurationTable {
    /// A span of time in nanoseconds: a whole number and one of ns, us, ms, s, m, h and d.
    func duration(_ key: String) throws(CommandError) -> Int64? {
        guard let text = try text(key) else { return nil }
        guard let duration = Self.nanoseconds(text) else { throw noDuration(key, text) }
        return duration
    }

    /// A list of spans of time in nanoseconds.
    func durations(_ key: String) throws(CommandError) -> [Int64]? {
        guard let value = self[key] else { return nil }
        guard case .array(let elements) = value.content else {
            throw refusal(key, "must be a list like [\"5m\", \"10m\"], not \(value.kind).")
        }
        var durations: [Int64] = []
        for element in elements {
            guard let text = element.string, let duration = Self.nanoseconds(text) else {
                throw noDuration(key, element.string ?? element.kind)
            }
            durations.append(duration)
        }
        return durations
    }

    private func noDuration(_ key: String, _ text: String) -> CommandError {
        refusal(
            key,
            "is \"\(text)\", which is no span of time. Write a whole number and its unit, such as "
                + "\"250ms\", \"1s\", \"15m\" or \"2h\".")
    }

    private static func nanoseconds(_ text: String) -> Int64? {
        let units: [(name: String, nanoseconds: Int64)] = [
            ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
            ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
        ]
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text.dropFirst(digits.count)
        guard let found = units.first(where: { $0.name == unit }), let count = Int64(digits) else {
            return nil
        }
        let (length, overflow) = count.multipliedReportingOverflow(by: found.nanoseconds)
        return overflow ? nil : length
    }

    /// A list of instants; an empty one where the key is missing.
    func instants(_ key: String) throws(CommandError) -> [Timestamp] {
        guard let value = self[key] else { return [] }
        guard case .array(let elements) = value.content else {
            throw refusal(key, "must be a list of instants, not \(value.kind).")
        }
        var times: [Timestamp] = []
        for element in elements {
            guard let text = element.timeText, let time = Self.instant(text) else {
                throw refusal(
                    key, "must hold instants like \"2024-01-02T09:30:00Z\", not \(element.kind).")
            }
            times.append(time)
        }
        return times
    }
}
