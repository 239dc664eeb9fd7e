import LockstepScenarios

/// The figures of a campaign as lines of text.
enum CampaignTable {
    static let head = line("scenario", ["schedules", "digests", "interleavings", "choices"])

    static func line(_ name: String, _ tally: ScheduleTally) -> String {
        line(
            name,
            [tally.schedules, tally.digests.count, tally.interleavings.count, Int(tally.choices)]
                .map { "\($0)" })
    }

    static func sum(_ tallies: [ScheduleTally]) -> String {
        var sum = (schedules: 0, interleavings: 0, choices: UInt64(0), most: 0)
        for tally in tallies {
            sum.schedules += tally.schedules
            sum.interleavings += tally.interleavings.count
            sum.choices += tally.choices
            sum.most = max(sum.most, tally.digests.count)
        }
        return line(
            "\(tallies.count) scenarios",
            ["\(sum.schedules)", "\(sum.most)", "\(sum.interleavings)", "\(sum.choices)"])
    }

    private static func line(_ name: String, _ cells: [String]) -> String {
        let padding = String(repeating: " ", count: max(1, 28 - name.count))
        return name + padding
            + cells.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }.joined()
    }
}
