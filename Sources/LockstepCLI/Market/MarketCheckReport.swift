import LockstepFiles
import LockstepModel
import LockstepOutcomeMarket
import LockstepReports

/// What a market check found, as text and as JSON.
struct MarketCheckReport {
    private let check: MarketCheck
    private let sizes: MarketCheck.Sizes
    private let market: ConfiguredMarket

    init(_ check: MarketCheck, _ sizes: MarketCheck.Sizes, of market: ConfiguredMarket) {
        self.check = check
        self.sizes = sizes
        self.market = market
    }

    /// The report.
    var text: String {
        let names = market.settings.outcomes
        var lines = ["Market   \(market.venue) (\(market.path)), \(names.count) outcomes"]
        if let opening = check.stages.first {
            lines.append(
                "Prices   YES together \(Millionths.price(opening.prices.yes)), NO together "
                    + Millionths.price(opening.prices.no))
        }
        lines += ["", "What one of each costs with fees, and what a patient buyer takes:"]
        lines += sets.lines
        lines += [
            "",
            "What a cycle of \(Millionths.tokens(sizes.block)) tokens brings with fees, one leg "
                + "at once, the other in \(sizes.parts) parts:",
        ]
        lines += cycles.lines
        lines += [""] + verdict
        return lines.joined(separator: "\n") + "\n"
    }

    /// The stages to show: choices that come out alike are shown once.
    private var shown: [MarketCheck.Stage] {
        guard !check.isPlanned, check.stages.count > 2,
            check.stages.dropFirst(2).allSatisfy({ isAlike($0, check.stages[1]) })
        else { return check.stages }
        return Array(check.stages.prefix(2))
    }

    private func isAlike(_ stage: MarketCheck.Stage, _ other: MarketCheck.Stage) -> Bool {
        func figures(_ stage: MarketCheck.Stage) -> [Int64?] {
            stage.sets.flatMap { [$0.cost, $0.pays, $0.harvest.profit] } + stage.cycles.map(\.gain)
        }
        // The first outcomes may have a millionth more of the subsidy.
        return zip(figures(stage), figures(other)).allSatisfy { one, two in
            guard let one, let two else { return one == two }
            return abs(one - two) <= 1000
        }
    }

    private func name(of stage: MarketCheck.Stage) -> String {
        if shown.count < check.stages.count, !stage.eliminated.isEmpty { return "without any one" }
        if stage.eliminated.isEmpty { return "opening" }
        return "without " + stage.eliminated.map(market.name).joined(separator: ", ")
    }

    private func text(_ amount: Int64?) -> String {
        amount.map { Millionths.text($0) } ?? FigureText.undefined
    }

    private func money(_ amount: Int64) -> String {
        FigureText.money(Money(units: amount), market.currency)
    }

    private var sets: TextTable {
        var table = TextTable([
            .words("State"), .figures("YES set"), .figures("pays"), .figures("NO set"),
            .figures("pays"), .figures("Pair"), .figures("pays"), .figures("Riskless profit"),
        ])
        for stage in shown {
            var cells = [name(of: stage)]
            for finding in stage.sets { cells += [text(finding.cost), tokens(finding.pays)] }
            while cells.count < 7 { cells += [FigureText.undefined, FigureText.undefined] }
            table.add(cells + [profit(stage)])
        }
        return table
    }

    private func tokens(_ amount: Int64) -> String { Millionths.tokens(amount) }

    private func profit(_ stage: MarketCheck.Stage) -> String {
        guard let best = stage.sets.max(by: { $0.harvest.profit < $1.harvest.profit }),
            best.harvest.profit > 0
        else { return "none" }
        return "\(money(best.harvest.profit)) (\(name(of: best.set)))"
    }

    private func name(of set: FreeLunches.TokenSet) -> String {
        switch set {
        case .yes: "YES"
        case .no: "NO"
        case .pair(let outcome): "pair \(market.name(outcome))"
        }
    }

    private var cycles: TextTable {
        var table = TextTable([
            .words("Block"), .words("weights at"), .figures("YES bought"), .figures("YES sold"),
            .figures("NO bought"), .figures("NO sold"),
        ])
        for stage in shown {
            var times: [Int64] = []
            for cycle in stage.cycles where !times.contains(cycle.time) { times.append(cycle.time) }
            for (place, time) in times.enumerated() {
                let gains = stage.cycles.filter { $0.time == time }.map { cycle in
                    cycle.gain.map(money) ?? FigureText.undefined
                }
                table.add(
                    [place == 0 ? name(of: stage) : "", Self.seconds(time)] + gains)
            }
        }
        return table
    }

    private static func seconds(_ nanoseconds: Int64) -> String {
        Millionths.tokens(nanoseconds / 1000) + " s"
    }

    private var verdict: [String] {
        guard check.givesAway else {
            return ["Nothing is free to take."]
        }
        var lines: [String] = []
        if let stage = check.stages.max(by: { $0.profit < $1.profit }), stage.profit > 0 {
            lines.append(
                "A patient buyer takes up to \(money(stage.profit)) USDC without risk, "
                    + "\(Millionths.tokens(sizes.slice)) tokens at a time (\(name(of: stage))).")
            if stage.eliminated.isEmpty, market.settings.opening != .coherent {
                lines.append("With opening = \"coherent\" sets cost what they pay, and the fees.")
            }
        }
        let gains = check.stages.flatMap(\.cycles).compactMap(\.gain)
        if let gain = gains.max(), gain > 0 {
            lines.append(
                "Blocks against slices pump up to \(money(gain)) USDC a cycle: set mu and nu equal."
            )
        }
        return lines
    }

    /// Everything that was looked at.
    var json: JSONValue {
        [
            "schema": 1, "venue": .string(market.venue),
            "outcomes": .array(market.settings.outcomes.map { .string($0) }),
            "slice": .string(Millionths.text(sizes.slice)),
            "block": .string(Millionths.text(sizes.block)), "parts": .integer(Int64(sizes.parts)),
            "planned": .boolean(check.isPlanned), "gives_away": .boolean(check.givesAway),
            "stages": .array(check.stages.map(json)),
        ]
    }

    private func json(_ stage: MarketCheck.Stage) -> JSONValue {
        [
            "eliminated": .array(stage.eliminated.map { .string(market.name($0)) }),
            "active": .array(stage.active.map { .string(market.name($0)) }),
            "seconds": .number(Double(stage.time) / 1e9),
            "yes_prices": .number(stage.prices.yes), "no_prices": .number(stage.prices.no),
            "least_pair": .number(stage.prices.pair),
            "riskless_profit": .string(Millionths.text(stage.profit)),
            "pumps": .boolean(stage.pumps),
            "sets": .array(
                stage.sets.map { finding in
                    [
                        "set": .string(name(of: finding.set)),
                        "cost": .optional(finding.cost.map { Millionths.text($0) }),
                        "pays": .string(Millionths.text(finding.pays)),
                        "bought_for": .string(Millionths.text(finding.harvest.cost)),
                        "paid_back": .string(Millionths.text(finding.harvest.pays)),
                        "profit": .string(Millionths.text(finding.harvest.profit)),
                    ]
                }),
            "cycles": .array(
                stage.cycles.map { cycle in
                    [
                        "token": cycle.token == .yes ? "yes" : "no",
                        "block": cycle.buysBlock ? "bought" : "sold",
                        "seconds": .number(Double(cycle.time) / 1e9),
                        "gain": .optional(cycle.gain.map { Millionths.text($0) }),
                    ]
                }),
        ]
    }
}
