import LockstepBookMarket
import LockstepFeed
import LockstepFiles
import LockstepMarket
import LockstepModel

/// What a configuration says of order-book venues and their data.
enum BookTable {
    /// The keys that order-book venues alone have.
    static let keys = [
        "queue", "self_trade", "beyond_depth", "world", "stop_trigger", "post_only",
    ]
    /// The keys that they share with others.
    private static let shared = [
        "name", "kind", "fees", "latency", "initial_margin", "maintenance_margin",
        "liquidation_fee", "insufficient", "allows_non_positive_prices",
    ]

    /// The settings of a venue.
    static func settings(
        _ table: ConfigurationTable, fees: FeeSchedule
    ) throws(CommandError) -> BookSettings {
        for key in table.entries.map(\.key) where !(shared + keys).contains(key) {
            throw table.refusal(
                key,
                "is no setting of an order-book market. Those are "
                    + (keys + shared.dropFirst(2)).sorted().joined(separator: ", ") + ".")
        }
        var settings = BookSettings()
        settings.fees = fees
        settings.queue = try queue(table) ?? settings.queue
        settings.selfTrade = try table.choice("self_trade", SelfTrade.self) ?? settings.selfTrade
        settings.beyondDepth =
            try table.choice("beyond_depth", BeyondDepth.self) ?? settings.beyondDepth
        settings.world = try table.choice("world", BookWorld.self) ?? settings.world
        settings.stopTrigger =
            try table.choice("stop_trigger", StopTrigger.self) ?? settings.stopTrigger
        settings.postOnly = try table.choice("post_only", PostOnlyRule.self) ?? settings.postOnly
        settings.initialMargin = try table.rate("initial_margin") ?? settings.initialMargin
        settings.margin = try VenueTable.marginRules(table)
        settings.allowsNonPositivePrices = try table.flag("allows_non_positive_prices") ?? false
        settings.latency = try latency(table)
        try table.validate { () throws(MarketError) in try settings.validate() }
        return settings
    }

    private static func queue(
        _ table: ConfigurationTable
    ) throws(CommandError) -> QueueModel? {
        guard let queue = try table.table("queue", known: ["kind", "exponent"]) else { return nil }
        guard let kind = try queue.word("kind", QueueModel.kinds) else {
            throw queue.missing("kind", like: "\"riskAverse\"")
        }
        let rate = try queue.rate("exponent")
        let exponent = rate.flatMap { QueueExponent($0) }
        if rate != nil && exponent == nil {
            throw queue.refusal(
                "exponent", "must be a multiple of 0.5 from \"0.5\" to \"16\".")
        }
        if let model = QueueModel(kind, exponent: exponent) { return model }
        throw exponent == nil
            ? queue.missing("exponent", like: "\"2\"")
            : queue.refusal("exponent", "is none of \(kind). Remove it.")
    }

    private static func latency(_ table: ConfigurationTable) throws(CommandError) -> Latency {
        let known = ["order", "response", "feed"]
        guard let latency = try table.table("latency", known: known) else { return .none }
        return Latency(
            order: try delay(latency, "order"), response: try delay(latency, "response"),
            feed: try delay(latency, "feed"))
    }

    /// A delay: a span of time, or a table with a kind.
    private static func delay(
        _ table: ConfigurationTable, _ key: String
    ) throws(CommandError) -> LatencyModel {
        guard let value = table[key] else { return .none }
        if value.string != nil { return .constant(try table.duration(key) ?? 0) }
        guard let delay = try table.table(key, known: nil) else { return .none }
        guard let kind = try delay.word("kind", ["random", "recorded"]) else {
            throw delay.missing("kind", like: "\"random\" or \"recorded\"")
        }
        if kind == "random" {
            guard let exact = try table.table(key, known: ["kind", "least", "greatest"]),
                let least = try exact.duration("least"),
                let greatest = try exact.duration("greatest")
            else {
                throw delay.missing(
                    delay["least"] == nil ? "least" : "greatest", like: "\"2ms\"")
            }
            return .random(least: least, greatest: greatest)
        }
        guard let exact = try table.table(key, known: ["kind", "times", "delays"]) else {
            return .none
        }
        let times = try exact.instants("times")
        let delays = try exact.durations("delays") ?? []
        if times.isEmpty { throw exact.missing("times", like: "[\"2024-01-02T09:30:00Z\"]") }
        if times.count != delays.count {
            throw exact.refusal(
                "delays", "must have one span of time for each of times: \(times.count).")
        }
        return .recorded(
            zip(times, delays).map { LatencyMeasure(time: $0, delay: $1) })
    }

    /// The columns of a file with an order book.
    static func layout(
        _ table: ConfigurationTable, _ format: BookFormat
    ) throws(CommandError) -> BookLayout {
        for key in ["interval", "stamp", "off_grid"] where table[key] != nil {
            throw table.refusal(key, "is for bars alone. Remove it.")
        }
        var layout = BookLayout(format)
        if let time = try table.table("time", known: ["column", "format"]) {
            layout.timeColumn = try time.text("column") ?? layout.timeColumn
            layout.timeFormat =
                try time.choice("format", CSVBarLayout.TimeFormat.self) ?? layout.timeFormat
        }
        if let columns = try table.table("columns", known: format.columns) {
            for name in format.columns {
                if let other = try columns.text(name) { layout.names[name] = other }
            }
        }
        return layout
    }
}
