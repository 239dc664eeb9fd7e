import LockstepFiles
import LockstepModel
import LockstepOutcomeMarket
import LockstepReports

/// `market quote`: what a trade would cost or bring, and what it would do to the prices.
struct MarketQuoteCommand {
    static let syntax = CommandSyntax(
        name: "quote",
        summary: "Price a trade against an outcome market.",
        discussion: [
            "A market order of the size is tried on a copy of the market: through the book, the "
                + "opposite token and the market maker, with fees. Whoever asks is taken to have "
                + "the cash and the tokens.",
            "The market is that of a configuration at its opening. With --log it is that of a run: "
                + "rebuilt from the audit log alone, as it stood after the last step up to --at, "
                + "after --step, or at the end. Orders that wait for a batch have not traded.",
            "Exit codes: 0 fine, 1 the market refuses the trade or the log is torn, 2 corrupt, 3 "
                + "not an audit log, 64 usage, 65 the log is of no such run, 66 input missing, 78 "
                + "configuration.",
        ],
        operands: [.init("CONFIG", "A configuration in TOML.", isOptional: true, of: .files)],
        options: [
            .value("outcome", "NAME", "The outcome; required."),
            .value("token", "TOKEN", "yes (default) or no.", of: .words(["yes", "no"])),
            .value("side", "SIDE", "buy (default) or sell.", of: .words(["buy", "sell"])),
            .value("size", "TOKENS", "How many tokens; required."),
            .value(
                "max-slippage", "RATE",
                "How much worse than the price the whole may be, such as 0.05; any unless told."),
            .value("log", "FILE", "The audit log of a run, instead of CONFIG.", of: .files),
            .value(
                "at", "TIME",
                "The time; of a configuration only the weights change with it. The opening, or "
                    + "the end of the log, unless told."),
            .value("step", "N", "The step after which the run stands, from 1; only with --log."),
        ] + MarketCommand.options + [.flag("json", "Print the quote as JSON.")])

    private enum Token: String, CaseIterable {
        case yes, no
    }

    private enum Direction: String, CaseIterable {
        case buy, sell
    }

    private let arguments: Arguments
    private let console: Console

    init(_ arguments: Arguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Prices the trade.
    ///
    /// - Returns: ``ExitCode/finding`` when the market refuses it.
    /// - Throws: ``CommandError``.
    func run() throws(CommandError) -> ExitCode {
        let token: Token = try arguments.choice("token", .yes)
        let direction: Direction = try arguments.choice("side", .buy)
        let size = try arguments.tokens("size", nil)
        var slippage: Int64?
        if let text = arguments.value("max-slippage") {
            guard let rate = try? Rate(text), rate >= .zero else {
                throw arguments.refusal(
                    "--max-slippage must be a rate from 0, such as 0.05, not \"\(text)\".")
            }
            slippage = rate.trillionths
        }
        let market = try market()
        let order = OutcomeMarketOrder(
            outcome: try outcome(of: market), token: token == .yes ? .yes : .no,
            side: direction == .buy ? .buy : .sell, size: size, maxSlippage: slippage)
        let elapsed = try market.elapsed("at", arguments)
        let preview: TradePreview
        let guarded: TradePreview
        do throws(OutcomeMarketError) {
            preview = try TradePreview(order, on: market.engine, at: elapsed)
            var asked = order
            asked.maxSlippage = order.maxSlippage ?? market.guards.maxSlippage?.trillionths
            asked.withinRedemption = market.guards.redemption
            guarded = try TradePreview(asked, on: market.engine, at: elapsed)
        } catch {
            throw .other(.runFailed, message: "\(market.path): \(error)")
        }
        let report = MarketQuoteReport(preview, guarded, order, of: market)
        try console.output.write(
            arguments.has("json") ? report.json.text(pretty: true) + "\n" : report.text)
        try console.output.flush()
        return preview.refusal == nil ? .success : .finding
    }

    /// The market of the log, or of the configuration.
    private func market() throws(CommandError) -> QuotedMarket {
        guard let log = arguments.value("log") else {
            if arguments.operands.isEmpty {
                throw arguments.refusal("CONFIG is missing, or --log FILE.")
            }
            if arguments.value("step") != nil {
                throw arguments.refusal("--step is the step of a run: name its log with --log.")
            }
            return QuotedMarket(try ConfiguredMarket(arguments))
        }
        if let path = arguments.operands.first {
            throw arguments.refusal(
                "\(path) is one word too many: the log has its own configuration.")
        }
        if !arguments.allValues("set").isEmpty {
            throw arguments.refusal("--set changes a configuration, and a run has happened.")
        }
        let step: UInt64? = try arguments.number("step", from: 1)
        let time = try arguments.time("at")
        if step != nil, time != nil {
            throw arguments.refusal("--at and --step both name a moment. Keep one.")
        }
        let wish: LoggedMarket.Wish =
            if let step { .step(step) } else if let time { .time(time) } else { .end }
        return QuotedMarket(try LoggedMarket(reading: log, at: wish, arguments))
    }

    private func outcome(of market: QuotedMarket) throws(CommandError) -> Int {
        let names = market.outcomes
        guard let name = arguments.value("outcome") else {
            throw arguments.refusal(
                "--outcome is missing. Known: \(names.joined(separator: ", ")).")
        }
        guard let place = names.firstIndex(of: name) else {
            throw arguments.refusal(
                "--outcome names \"\(name)\", but \(market.venue) has no such outcome."
                    + NearestName.suggestion(for: name, among: names)
                    + " Known: \(names.joined(separator: ", ")).")
        }
        return place
    }
}

/// What a quote says, as text and as JSON.
struct MarketQuoteReport {
    private let preview: TradePreview
    /// Why the guards refuse it from a strategy that says no more than this.
    private let hindrance: OutcomeRefusal?
    private let order: OutcomeMarketOrder
    private let market: QuotedMarket

    init(
        _ preview: TradePreview, _ guarded: TradePreview, _ order: OutcomeMarketOrder,
        of market: QuotedMarket
    ) {
        self.preview = preview
        hindrance = preview.refusal == nil ? guarded.refusal : nil
        self.order = order
        self.market = market
    }

    private var isBuy: Bool { order.side == .buy }
    private var token: String { order.token == .yes ? "YES" : "NO" }
    /// What is paid, or got, with fees.
    private var total: Int64 { preview.notional + (isBuy ? preview.fee : -preview.fee) }

    /// What one token costs or brings, to a millionth.
    private var average: Int64 {
        let product = Int128(total) * 1_000_000
        return Int64(clamping: product / Int128(order.size))
    }

    /// The quote.
    var text: String {
        var lines = [
            "\(isBuy ? "Buy " : "Sell")     \(Millionths.tokens(order.size)) \(token) of "
                + "\(market.name(order.outcome)) on \(market.venue)"
        ]
        if let moment = market.moment {
            lines.append(
                "State    step \(moment.step) of \(market.path), \(moment.time), \(market.status)")
        }
        if let refusal = preview.refusal {
            lines.append("Refused  \(refusal.name)")
            return lines.joined(separator: "\n") + "\n"
        }
        lines += [
            "Amount   \(Millionths.text(preview.notional))",
            "Fee      \(Millionths.text(preview.fee))",
            "\(isBuy ? "Pays " : "Gets ")    \(Millionths.text(total)), "
                + "\(Millionths.text(average)) a token",
            "From     "
                + preview.parts.map { "\(name(of: $0.source)) \(Millionths.tokens($0.size))" }
                .joined(separator: ", "),
        ]
        if let hindrance {
            lines.append("Guard    \(hindrance.name): from a strategy the market refuses it")
        }
        if preview.autoFilled > 0 {
            lines.append("Fills    \(Millionths.tokens(preview.autoFilled)) resting elsewhere")
        }
        var table = TextTable([
            .words("Outcome"), .figures("YES before"), .figures("after"), .figures("NO before"),
            .figures("after"),
        ])
        for (before, after) in zip(preview.before, preview.after) {
            table.add([
                market.name(before.outcome), Millionths.price(before.yes),
                Millionths.price(after.yes), Millionths.price(before.no),
                Millionths.price(after.no),
            ])
        }
        return (lines + [""] + table.lines).joined(separator: "\n") + "\n"
    }

    private func name(of source: FillSource) -> String {
        switch source {
        case .book: "book"
        case .cross: "opposite token"
        case .maker: "market maker"
        case .autoFill: "auto-fill"
        }
    }

    /// The quote.
    var json: JSONValue {
        let isRefused = preview.refusal != nil
        func amount(_ value: Int64) -> JSONValue {
            isRefused ? .null : .string(Millionths.text(value))
        }
        return [
            "schema": 1, "venue": .string(market.venue),
            "step": market.moment.map { .integer(Int64(clamping: $0.step)) } ?? .null,
            "time": .optional(market.moment.map { "\($0.time)" }),
            "status": .string(market.status),
            "outcome": .string(market.name(order.outcome)), "token": .string(token.lowercased()),
            "side": isBuy ? "buy" : "sell", "size": .string(Millionths.text(order.size)),
            "refused": .optional(preview.refusal?.name), "guard": .optional(hindrance?.name),
            "amount": amount(preview.notional),
            "fee": amount(preview.fee), "total": amount(total), "average": amount(average),
            "parts": .array(
                preview.parts.map { part in
                    [
                        "source": .string(name(of: part.source)),
                        "size": .string(Millionths.text(part.size)),
                        "amount": .string(Millionths.text(part.notional)),
                        "fee": .string(Millionths.text(part.fee)),
                    ]
                }),
            "auto_filled": .string(Millionths.text(preview.autoFilled)),
            "prices": .array(
                zip(preview.before, preview.after).map { before, after in
                    [
                        "outcome": .string(market.name(before.outcome)),
                        "yes_before": .number(before.yes), "yes_after": .number(after.yes),
                        "no_before": .number(before.no), "no_after": .number(after.no),
                    ]
                }),
        ]
    }
}
