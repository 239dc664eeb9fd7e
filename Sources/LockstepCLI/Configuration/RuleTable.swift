import LockstepBookMarket
import LockstepModel

/// The rules of a bar market in a configuration, each a key of its venue.
enum RuleTable {
    /// The keys that a venue may have for them.
    static let keys = [
        "participation", "matcher", "queue", "post_only", "oco", "same_close", "children",
        "passed_stop", "stop_limit", "trailing", "funds_mark", "session_start", "session_end",
        "halts", "bands",
    ]

    /// Reads the rules that a venue changes.
    ///
    /// - Parameters:
    ///   - table: The venue.
    ///   - rules: The rules as they are unless told.
    /// - Returns: The rules.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    static func rules(
        _ table: ConfigurationTable, unless rules: ExecutionRules
    ) throws(CommandError) -> ExecutionRules {
        var rules = rules
        rules.participation = try table.rate("participation") ?? rules.participation
        rules.matcher = try table.choice("matcher", BarMatcher.self) ?? rules.matcher
        rules.queue = try table.choice("queue", QueueRule.self) ?? rules.queue
        rules.postOnly = try table.choice("post_only", PostOnlyRule.self) ?? rules.postOnly
        rules.oco = try table.choice("oco", GroupRule.self) ?? rules.oco
        rules.sameClose = try table.choice("same_close", SameClose.self) ?? rules.sameClose
        rules.children = try table.choice("children", ChildRule.self) ?? rules.children
        rules.passedStop = try table.choice("passed_stop", PassedStop.self) ?? rules.passedStop
        rules.stopLimit = try table.choice("stop_limit", StopLimitRule.self) ?? rules.stopLimit
        rules.trailing = try table.choice("trailing", TrailingRule.self) ?? rules.trailing
        rules.fundsMark = try table.choice("funds_mark", FundsMark.self) ?? rules.fundsMark
        rules.sessionStart = try time("session_start", table) ?? rules.sessionStart
        rules.sessionEnd = try time("session_end", table) ?? rules.sessionEnd
        rules.halts = try halts(table)
        rules.bands = try bands(table)
        return rules
    }

    private static func time(
        _ key: String, _ table: ConfigurationTable
    ) throws(CommandError) -> TimeOfDay? {
        guard let text = try table.text(key) else { return nil }
        if let time = TimeOfDay(text) { return time }
        throw table.refusal(
            key,
            "is \"\(text)\", which is no time of the day. Write \"HH:MM\" in UTC, from \"00:00\" "
                + "to \"24:00\".")
    }

    private static func halts(
        _ table: ConfigurationTable
    ) throws(CommandError) -> [TradingPause] {
        var halts: [TradingPause] = []
        let known = ["instrument", "start", "end", "orders"]
        for halt in try table.tables("halts", namedBy: "instrument", known: known) {
            let (start, end) = try span(halt)
            halts.append(
                TradingPause(
                    instrument: try halt.text("instrument", like: "\"AAPL\""), start: start,
                    end: end, rejects: try halt.word("orders", ["wait", "reject"]) == "reject"))
        }
        return halts
    }

    private static func bands(_ table: ConfigurationTable) throws(CommandError) -> [PriceBand] {
        var bands: [PriceBand] = []
        let known = ["instrument", "start", "end", "low", "high"]
        for band in try table.tables("bands", namedBy: "instrument", known: known) {
            let (start, end) = try span(band)
            bands.append(
                PriceBand(
                    instrument: try band.text("instrument", like: "\"AAPL\""), start: start,
                    end: end, low: try band.decimal("low", like: "\"90\""),
                    high: try band.decimal("high", like: "\"110\"")))
        }
        return bands
    }

    private static func span(
        _ table: ConfigurationTable
    ) throws(CommandError) -> (start: Timestamp, end: Timestamp) {
        guard let start = try table.time("start") else {
            throw table.missing("start", like: "\"2024-01-02T14:30:00Z\"")
        }
        guard let end = try table.time("end") else {
            throw table.missing("end", like: "\"2024-01-02T15:00:00Z\"")
        }
        return (start, end)
    }
}
