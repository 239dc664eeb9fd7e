import LockstepBacktest
import LockstepBookMarket
import LockstepModel

/// What other rules of filling make of a backtest.
struct FillsTable {
    /// What makes two fills the same: when, where, which side, how much, at what price.
    private struct Key: Hashable {
        let label: Timestamp
        let account: AccountID
        let instrument: InstrumentID
        let side: Side
        let quantity: Quantity
        let price: Price

        init(_ fill: Fill) {
            label = fill.label
            account = fill.account
            instrument = fill.instrument
            side = fill.side
            quantity = fill.quantity
            price = fill.price
        }
    }

    private struct Row {
        let name: String
        let equity: String
        let differing: String
        let first: String
    }

    private let instruments: Instruments
    /// The backtest as configured.
    let plain: BacktestResult
    private var rows: [Row] = []
    /// The least and the greatest final equity, and by which rules.
    private var least: (equity: Money, name: String)
    private var greatest: (equity: Money, name: String)

    init(_ configuration: BacktestConfiguration, _ plain: BacktestResult) {
        instruments = configuration.instruments
        self.plain = plain
        let equity = Self.equity(plain)
        (least, greatest) = ((equity, "as configured"), (equity, "as configured"))
    }

    /// Adds what a rule came to.
    mutating func add(_ name: String, _ result: BacktestResult) {
        let equity = Self.equity(result)
        if equity < least.equity { least = (equity, name) }
        if equity > greatest.equity { greatest = (equity, name) }
        let lost = Self.missing(from: result.fills, of: plain.fills)
        let won = Self.missing(from: plain.fills, of: result.fills)
        let count = max(lost.count, won.count)
        rows.append(
            Row(
                name: name, equity: text(result), differing: String(count),
                first: first(lost.first, won.first)))
    }

    /// Adds a rule under which the backtest cannot be run.
    mutating func add(_ name: String, failure: String) {
        rows.append(Row(name: name, equity: "-", differing: "-", first: Console.line(failure)))
    }

    /// The final equity of all accounts.
    func text(_ result: BacktestResult) -> String { text(Self.equity(result)) }

    private func text(_ money: Money) -> String {
        plain.accounts.first.map { $0.currency.text(of: money) } ?? "0"
    }

    private static func equity(_ result: BacktestResult) -> Money {
        // Accounts share one currency, and their sum was the run's equity before.
        result.accounts.reduce(.zero) { (try? $0.adding($1.equityEnd)) ?? $0 }
    }

    /// The fills that have no equal in a list.
    private static func missing(from list: [Fill], of fills: [Fill]) -> [Fill] {
        var left: [Key: Int] = [:]
        for fill in list { left[Key(fill), default: 0] += 1 }
        return fills.filter { fill in
            guard let count = left[Key(fill)], count > 0 else { return true }
            left[Key(fill)] = count - 1
            return false
        }
    }

    /// The first fill that differs, on both sides where they are of one bar.
    private func first(_ lost: Fill?, _ won: Fill?) -> String {
        switch (lost, won) {
        case (nil, nil): return ""
        case (let lost?, nil): return "not \(words(lost))"
        case (nil, let won?): return words(won)
        case (let lost?, let won?):
            if lost.label == won.label { return "\(words(won)), not \(words(lost))" }
            return lost.label < won.label ? "not \(words(lost))" : words(won)
        }
    }

    private func words(_ fill: Fill) -> String {
        guard let instrument = instruments[fill.instrument] else { return "\(fill.label)" }
        return "\(fill.label) \(fill.side == .buy ? "buy" : "sell") "
            + "\(instrument.text(of: fill.quantity)) \(instrument.symbol) "
            + "at \(instrument.text(of: fill.price))"
    }

    /// The table, and the range.
    var lines: [String] {
        let head = Row(
            name: "With", equity: "Final equity", differing: "Fills that differ",
            first: "The first of them")
        let all = [head] + rows
        let widths = (
            all.map(\.name.count).max() ?? 0, all.map(\.equity.count).max() ?? 0,
            all.map(\.differing.count).max() ?? 0
        )
        func left(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: width - text.count)
        }
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: width - text.count) + text
        }
        let table = all.map { row in
            var line =
                left(row.name, widths.0) + "  " + right(row.equity, widths.1) + "  "
                + right(row.differing, widths.2)
            if !row.first.isEmpty { line += "  " + row.first }
            return line
        }
        return table + [range]
    }

    /// From where to where the final equity goes, and by which rules.
    var range: String {
        "Final equity from \(text(least.equity)) (\(least.name)) "
            + "to \(text(greatest.equity)) (\(greatest.name))"
    }

    /// The range, for who sees it beside the run alone.
    var sentence: String { "Under other rules of filling: \(range)." }

    /// Runs a backtest as configured, and under each of the other rules.
    ///
    /// - Parameter run: The backtest.
    /// - Throws: ``CommandError`` when it fails as configured.
    init(playing run: PreparedRun) throws(CommandError) {
        let configuration = run.backtest.configuration
        guard configuration.venues.contains(where: { $0.market is BarMarket }) else {
            throw .other(
                .configuration,
                message: "\(run.path): no venue is of kind \"bars\", so there is no rule to change."
            )
        }
        do {
            self.init(configuration, try Backtest(configuration, recording: .inMemory).runHere())
        } catch {
            throw .other(
                ExitCode(of: error), message: PreparedRun.message(of: error, in: run.path))
        }
        for variant in FillVariant.all {
            do {
                let other = variant.applied(to: configuration)
                add(variant.name, try Backtest(other, recording: .inMemory).runHere())
            } catch {
                add(variant.name, failure: PreparedRun.message(of: error, in: run.path))
            }
        }
    }
}
