/// What a strategy of the cases does, read from the section that describes it.
///
/// A description is taken as a whole or not at all: text that is not known may change everything.
enum StrategyRule: Hashable {
    /// Long while the fast average is above the slow one, else flat.
    case averageLong(fast: Int, slow: Int, lots: Int64)
    /// Long or short as the fast average is above or below the slow one.
    case averageReverse(fast: Int, slow: Int, lots: Int64)
    /// With all that there is, long or short, turned by each cross.
    case allInCross(fast: Int, slow: Int)
    /// At market by a cross, with stops and targets about the close: those of purchases first.
    case crossBracket(fast: Int, slow: Int, lots: Int64, levels: [String])
    /// At a limit, with a stop and a target about it: those of purchases first.
    case limitBracket(period: Int, lots: Int64, levels: [String])
    /// At the last low; out at a stop below the entry, or at the last high.
    case channelExits(period: Int, lots: Int64, stop: String)
    /// At the last low; out at a stop below the entry, or at market above it.
    case lowLimit(period: Int, lots: Int64, loss: String, gain: String)
    /// A stop beyond the last extremes, in and out, long only.
    case stopBreakout(high: Int, low: Int, lots: Int64, offset: String)
    /// Limits against the last close, closed after some bars.
    case limitFade(period: Int, age: Int, lots: Int64, below: String, above: String)
    /// A share of the account's worth in each instrument, restored every month.
    case monthlyTargets(symbols: [String], percent: Int)

    /// Reads the text of the section, its lines joined by spaces.
    init(_ text: String) throws {
        let plain = Self.plain(text)
        if let found = Self.averageLong.values(in: plain) {
            try found.expectSame("lots", "sold")
            self = .averageLong(
                fast: try found.number("fast"), slow: try found.number("slow"),
                lots: try found.number("lots"))
        } else if let found = Self.averageLongClosing.values(in: plain) {
            self = .averageLong(
                fast: try found.number("fast"), slow: try found.number("slow"),
                lots: try found.number("lots"))
        } else if let found = Self.averageReverse.values(in: plain) {
            try found.expectSame("lots", "sold")
            self = .averageReverse(
                fast: try found.number("fast"), slow: try found.number("slow"),
                lots: try found.number("lots"))
        } else if let found = Self.allInCross.values(in: plain) {
            self = .allInCross(fast: try found.number("fast"), slow: try found.number("slow"))
        } else if let found = Self.crossBracket.values(in: plain) {
            try found.expectSame("lots", "sold")
            self = .crossBracket(
                fast: try found.number("fast"), slow: try found.number("slow"),
                lots: try found.number("lots"),
                levels: try ["longStop", "longTarget", "shortStop", "shortTarget"].map(found.text))
        } else if let found = Self.limitBracket.values(in: plain) {
            self = .limitBracket(
                period: try found.number("period"), lots: try found.number("lots"),
                levels: try [
                    "longEntry", "longStop", "longTarget", "shortEntry", "shortStop",
                    "shortTarget",
                ].map(found.text))
        } else if let found = Self.channelExits.values(in: plain) {
            try found.expectSame("lots", "sold")
            try found.expectSame("lots", "limited")
            self = .channelExits(
                period: try found.number("period"), lots: try found.number("lots"),
                stop: try found.text("stop"))
        } else if let found = Self.lowLimit.values(in: plain) {
            try found.expectSame("period", "again")
            self = .lowLimit(
                period: try found.number("period"), lots: try found.number("lots"),
                loss: try found.text("loss"), gain: try found.text("gain"))
        } else if let found = Self.stopBreakout.values(in: plain) {
            try found.expectSame("above", "below")
            self = .stopBreakout(
                high: try found.number("high"), low: try found.number("low"),
                lots: try found.number("lots"), offset: try found.text("above"))
        } else if let found = Self.limitFade.values(in: plain) {
            try found.expectSame("lots", "sold")
            self = .limitFade(
                period: try found.number("period"), age: try found.number("age"),
                lots: try found.number("lots"), below: try found.text("below"),
                above: try found.text("above"))
        } else if let found = Self.monthlyTargets.values(in: plain) {
            let percent: Int = try found.number("percent")
            guard Double(try found.text("share")) == Double(percent) / 100 else {
                throw LeftOut("its target is told twice, differently: \(text)")
            }
            self = .monthlyTargets(
                symbols: try found.text("symbols").split(separator: ", ").map(String.init),
                percent: percent)
        } else {
            throw LeftOut("its strategy needs more than these tests know: \(text)")
        }
    }

    /// The index of the first bar at which every indicator has a value; nil without indicators.
    var firstValue: Int? {
        switch self {
        case .averageLong(let fast, let slow, _), .averageReverse(let fast, let slow, _):
            max(fast, slow) - 1
        case .stopBreakout(let high, let low, _, _): max(high, low) - 1
        case .limitFade(let period, _, _, _, _), .limitBracket(let period, _, _),
            .channelExits(let period, _, _):
            period - 1
        case .allInCross(let fast, let slow), .crossBracket(let fast, let slow, _, _):
            max(fast, slow) - 1
        case .monthlyTargets, .lowLimit: nil
        }
    }

    /// Whether it may go short.
    var goesShort: Bool {
        switch self {
        case .averageReverse, .limitFade, .allInCross, .crossBracket, .limitBracket: true
        case .averageLong, .stopBreakout, .monthlyTargets, .channelExits, .lowLimit: false
        }
    }

    /// The factors by which it multiplies prices, and the distances it adds to them.
    var levels: (factors: [String], distances: [String]) {
        switch self {
        case .averageLong, .averageReverse, .monthlyTargets, .allInCross: ([], [])
        case .crossBracket(_, _, _, let levels): (levels, [])
        // An exit's level is a part of the entry's: twice as many decimals.
        case .limitBracket(_, _, let levels):
            (["0." + String(repeating: "0", count: 2 * Self.decimals(levels) - 1) + "1"], [])
        case .channelExits(_, _, let stop): ([stop], [])
        case .lowLimit(_, _, let loss, let gain): ([], [loss, gain])
        case .stopBreakout(_, _, _, let offset): ([], [offset])
        case .limitFade(_, _, _, let below, let above): ([below, above], [])
        }
    }

    private static func decimals(_ levels: [String]) -> Int {
        levels.map { $0.split(separator: ".").last?.count ?? 0 }.max() ?? 0
    }

    /// Whether it cancels what works at every bar.
    var cancelsEachBar: Bool {
        switch self {
        case .channelExits: true
        default: false
        }
    }

    /// The text with one spelling for what is told in several.
    private static func plain(_ text: String) -> String {
        var text = text.replacing(") of close.", with: ").")
        text = text.replacing(#/\) on \S+ bars\./#, with: ").")
        text = text.replacing("while the position is ", with: "while position ")
        text = text.replacing("|; fast", with: "|. Fast")
        // Neither sentence changes a fill: of two orders each is filled as that part of one is.
        text = text.replacing(
            " One order does both the closing of the old trade and the opening of the new one.",
            with: "")
        text = text.replacing(#/ Leverage \d+\./#, with: "")
        return text.replacing(" Market orders.", with: "")
    }

    private static let averageLong = TextTemplate(
        "SMA({fast}), SMA({slow}). Flat and fast > slow: buy {lots}. "
            + "Long and fast < slow: sell {sold}.")

    private static let averageLongClosing = TextTemplate(
        "SMA({fast}), SMA({slow}). Flat and fast > slow: buy {lots}. "
            + "Long and fast < slow: close the position at market.")

    private static let averageReverse = TextTemplate(
        "SMA({fast}), SMA({slow}). Fast > slow while position <= 0: buy {lots} + |position|. "
            + "Fast < slow while position >= 0: sell {sold} + |position|.")

    private static let allInCross = TextTemplate(
        "Simple moving averages of close, {fast} and {slow} bars. When fast was strictly below "
            + "slow on the previous bar and is strictly above now: buy (default size, all-in). "
            + "The mirrored cross: sell. `exclusive_orders` on: each new order first cancels "
            + "pending orders and queues a market close of every open trade (executed before the "
            + "new order, same bar).")

    private static let crossBracket = TextTemplate(
        "SMA({fast}), SMA({slow}). Only when flat: on a strict upward cross (previous fast < slow, "
            + "now fast > slow) buy {lots} at market with stop-loss {longStop}*close and "
            + "take-profit {longTarget}*close; on a strict downward cross sell {sold} with "
            + "stop-loss {shortStop}*close and take-profit {shortTarget}*close (close = the "
            + "signal bar's). No other exit. Stop-loss and take-profit also act in the entry bar.")

    private static let limitBracket = TextTemplate(
        "SMA({period}). When flat and no order of a previous bracket is alive (neither pending nor "
            + "accepted): if close > SMA, a buy bracket of {lots}: entry limit p = "
            + "{longEntry}*close, stop {longStop}*p, profit limit {longTarget}*p; otherwise the "
            + "mirrored sell bracket: p = {shortEntry}*close, stop {shortStop}*p, profit limit "
            + "{shortTarget}*p. The split-unadjusted Close column is used.")

    private static let channelExits = TextTemplate(
        "H/L = highest high / lowest low of {period} bars. Each call: request cancel of every "
            + "order still pending. If flat: buy limit {lots} at L. Otherwise: sell stop {sold} "
            + "at {stop}*entry price and sell limit {limited} at H, linked one-cancels-other "
            + "(stop submitted first).")

    private static let lowLimit = TextTemplate(
        "Each bar, first cancel every resting order. With at least {period} bars seen: when flat "
            + "place a buy limit of {lots} at the lowest low of the last {again} bars; when long "
            + "(entry price e) place a sell stop at round(e-{loss}, 5), and if close > e+{gain} "
            + "cancel it and sell at market instead.")

    private static let stopBreakout = TextTemplate(
        "H = highest high of the last {high} bars, L = lowest low of the last {low} (current bar "
            + "included). Each call: cancel all pending orders; when flat place a buy stop for "
            + "{lots} at H + {above}, when long place a sell stop for the whole position at "
            + "L - {below}.")

    private static let limitFade = TextTemplate(
        "SMA({period}). Each call: cancel every pending non-contingent order; close at market "
            + "every open trade whose age (current bar index - entry bar index) is >= {age} (the "
            + "cancel happens first, so a close queued on the previous bar has already been "
            + "executed); if flat and close > SMA place a buy limit for {lots} at {below}*close, "
            + "if flat and not above place a sell limit for {sold} at {above}*close (unrounded). "
            + "\"Flat\" is judged at call time, so on the bar where a close is queued no new order "
            + "is placed.")

    private static let monthlyTargets = TextTemplate(
        "Three instruments, one cash account. On the first bar and on the first bar of each new "
            + "calendar month, for {symbols} in that order, order to a target of {percent}% of "
            + "account value: target value v = {share}*value (at this bar's closes); current "
            + "exposure e = size*close; if v > e buy trunc((v-e)/close) shares, if v < e sell "
            + "trunc((e-v)/close), nothing when that is 0 (integer shares).")
}
