import LockstepBacktest
import LockstepFiles
import LockstepModel
import LockstepReports

/// What a person is shown of an event that was run.
struct MarketRunReport {
    private let result: BacktestResult
    private let sight: MarketWatch.Sight
    private let participants: Participants
    private let directory: String?
    private let shown: Int

    /// Prepares a report.
    ///
    /// - Parameters:
    ///   - result: The run.
    ///   - sight: What was seen of its markets.
    ///   - configuration: What was run.
    ///   - directory: The directory of the run's files.
    ///   - shown: How many of the best and of the worst participants are listed.
    init(
        _ result: BacktestResult, _ sight: MarketWatch.Sight,
        _ configuration: BacktestConfiguration, directory: String?, shown: Int
    ) {
        self.result = result
        self.sight = sight
        participants = Participants(result, configuration)
        self.directory = directory
        self.shown = shown
    }

    /// The report.
    var text: String {
        var sections = [heading, Self.prices(sight, columns: 40)]
        if !decisions.isEmpty { sections.append(decisions) }
        sections += [volumes, crowds, holders, house, end]
        return sections.filter { !$0.isEmpty }
            .map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var heading: [String] {
        var lines = ["\(result.name) · seed \(result.seed) · \(result.status.rawValue)"]
        if let start = result.start, let end = result.end {
            lines.append(
                "\(start) – \(end) · \(FigureText.count(result.counters.steps)) steps · "
                    + "\(FigureText.count(sight.batches)) batches · "
                    + "\(FigureText.count(participants.members.count)) participants")
        }
        return lines
    }

    /// The outcomes with their prices and how these went.
    static func prices(_ sight: MarketWatch.Sight, columns: Int) -> [String] {
        guard !sight.outcomes.isEmpty else { return [] }
        var table = TextTable([
            .words("Outcome"), .words("is"), .figures("YES"), .words("course"), .figures("NO"),
            .words("course"),
        ])
        let venues = Set(sight.outcomes.map(\.venue)).count
        for (place, outcome) in sight.outcomes.enumerated() {
            let course = sight.course(of: place, columns: columns / 2)
            let last = outcome.course.last
            table.add([
                venues > 1 ? "\(outcome.venue)/\(outcome.name)" : outcome.name,
                "\(outcome.status)", last.map { Millionths.price($0.yes) } ?? FigureText.undefined,
                Sparkline(shares: course.map(\.yes)).text,
                last.map { Millionths.price($0.no) } ?? FigureText.undefined,
                Sparkline(shares: course.map(\.no)).text,
            ])
        }
        return table.lines
    }

    private func name(_ outcome: UInt32, of venue: VenueID) -> String {
        let own = sight.outcomes.filter { $0.venueID == venue }
        let place = Int(outcome) - 1
        return own.indices.contains(place) ? own[place].name : "outcome \(outcome)"
    }

    private func money(_ amount: Money) -> String {
        participants.currency.map { FigureText.money(amount, $0) } ?? "\(amount.units)"
    }

    private func money(_ units: Int64) -> String { money(Money(units: units)) }

    private var decisions: [String] {
        var lines: [String] = []
        for decision in sight.decisions {
            let event = decision.event
            let what: String
            switch event.kind {
            case .frozen: what = "trading stops"
            case .resumed: what = "trading goes on"
            case .eliminated:
                what =
                    "\(name(event.outcome, of: event.venue)) leaves: NO holders get "
                    + "\(money(event.amount)), \(money(event.rest)) goes to the others"
            case .settled:
                what =
                    "\(name(event.outcome, of: event.venue)) "
                    + (event.count == 1 ? "wins" : "loses")
                    + ": holders get \(money(event.amount))"
            default: continue
            }
            lines.append("\(decision.time)  \(what)")
        }
        return lines
    }

    private var volumes: [String] {
        guard !sight.volumes.isEmpty else { return [] }
        var table = TextTable([
            .words("Source"), .figures("fills"), .figures("traded"), .figures("fees"),
        ])
        for (point, name) in [
            (FillPoint.pool, "book"), (.cross, "opposite token"), (.amm, "market maker"),
            (.autoFill, "auto-fill"),
        ] {
            let volume = sight.volumes[point] ?? MarketWatch.Volume()
            table.add([
                name, FigureText.count(volume.fills), money(volume.notional), money(volume.fees),
            ])
        }
        return table.lines + [
            "Pairs    \(pairs(sight.minted)) minted, \(pairs(sight.merged)) merged",
            "Orders   \(FigureText.count(sight.accepted)) taken, "
                + "\(FigureText.count(sight.refused)) refused by the market",
        ]
    }

    /// Pairs by the tokens of both sides.
    private func pairs(_ tokens: Int64) -> String {
        participants.currency.map { FigureText.money(Money(units: tokens / 2), $0) }
            ?? Millionths.tokens(tokens / 2)
    }

    private var crowds: [String] {
        var table = TextTable([
            .words("Participants"), .figures("count"), .figures("at the start"),
            .figures("at the end"), .figures("fees"), .figures("profit"),
        ])
        for crowd in participants.crowds {
            table.add([
                crowd.name, FigureText.count(crowd.count), money(crowd.start), money(crowd.end),
                money(crowd.fees), money(crowd.profit),
            ])
        }
        return table.lines
    }

    /// The best and the worst, with what they were paid at the end.
    private var holders: [String] {
        let ranked = participants.ranked
        guard shown > 0, ranked.count > 1 else { return [] }
        var table = TextTable([
            .words("Holder"), .figures("held at prices"), .figures("maker would pay"),
            .figures("paid for tokens"), .figures("profit"),
        ])
        let worths = worths
        var paid = [Int64](repeating: 0, count: participants.accounts + 1)
        for decision in sight.decisions where decision.event.kind == .payout {
            let account = Int(decision.event.account.rawValue)
            if paid.indices.contains(account) { paid[account] += decision.event.amount.units }
        }
        let places = Dictionary(
            participants.members.map { ($0.name, Int($0.account.rawValue)) },
            uniquingKeysWith: { first, _ in first })
        let isCut = ranked.count > 2 * shown
        let best = isCut ? Array(ranked.prefix(shown)) : ranked
        func add(_ member: Participants.Member) {
            let place = places[member.name] ?? 0
            table.add([
                member.name, money(worths[place].marked), money(worths[place].paid),
                money(paid[place]), money(member.profit),
            ])
        }
        best.forEach(add)
        if isCut {
            table.add(["… \(ranked.count - 2 * shown) more"])
            ranked.suffix(shown).forEach(add)
        }
        guard let stop = sight.stop else { return table.lines }
        return table.lines + ["What was held is of \(stop), when trading stopped last."]
    }

    /// By account, what was held when trading stopped last.
    private var worths: [MarketWatch.Worth] {
        var worths = [MarketWatch.Worth](
            repeating: MarketWatch.Worth(), count: participants.accounts + 1)
        for (holding, worth) in sight.worths {
            let place = Int(holding.account.rawValue)
            guard worths.indices.contains(place) else { continue }
            worths[place].marked += worth.marked
            worths[place].paid += worth.paid
        }
        return worths
    }

    private var house: [String] {
        guard sight.isSettled else {
            return ["House    open: the event was not settled"]
        }
        // After the settlement all money is the users' or the house's.
        let result = participants.start - participants.end
        return [
            "House    \(result < 0 ? "loses" : "wins") \(money(abs(result))), "
                + "fees of \(money(participants.fees)) in it"
        ]
    }

    private var end: [String] {
        var lines = ["Digest   \(result.digest?.description ?? "none")"]
        if let directory { lines.append("Files    \(directory)") }
        return lines
    }

    /// The same for other programs.
    var json: JSONValue {
        func text(_ units: Int64) -> JSONValue { .string(Millionths.text(units)) }
        let worths = worths
        return [
            "settled": .boolean(sight.isSettled),
            "outcomes": .array(
                sight.outcomes.map { outcome in
                    [
                        "venue": .string(outcome.venue), "name": .string(outcome.name),
                        "status": .string("\(outcome.status)"),
                        "yes": .optional(outcome.course.last?.yes),
                        "no": .optional(outcome.course.last?.no),
                    ]
                }),
            "batches": .integer(Int64(sight.batches)),
            "pairs": [
                "minted": text(sight.minted / 2), "merged": text(sight.merged / 2),
            ],
            "sources": .object(
                [
                    (FillPoint.pool, "book"), (.cross, "cross"), (.amm, "amm"),
                    (.autoFill, "auto_fill"),
                ]
                .map { point, name in
                    let volume = sight.volumes[point] ?? MarketWatch.Volume()
                    return JSONMember(
                        name,
                        [
                            "fills": .integer(volume.fills),
                            "notional": text(volume.notional.units),
                            "fees": text(volume.fees.units),
                        ])
                }),
            "participants": .array(
                participants.members.map { member in
                    [
                        "name": .string(member.name), "crowd": .optional(member.crowd),
                        "start": text(member.start.units), "end": text(member.end.units),
                        "fees": text(member.fees.units), "profit": text(member.profit.units),
                        "held_at_prices": text(worths[Int(member.account.rawValue)].marked),
                        "maker_would_pay": text(worths[Int(member.account.rawValue)].paid),
                    ]
                }),
            "house": sight.isSettled ? text(participants.start - participants.end) : .null,
        ]
    }
}
