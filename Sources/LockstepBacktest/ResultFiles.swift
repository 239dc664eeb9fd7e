import LockstepFiles
import LockstepModel

/// The text files of a run that grow while it runs: equity and fills.
struct ResultFiles {
    private var equity: CSVOutput
    private var fills: CSVOutput
    private var peaks: [Int64]
    /// Tags of orders that may still fill.
    private var tags: [OrderID: String] = [:]

    /// Creates both files in a run's directory.
    init(in directory: RunDirectory, accounts: Int) throws(FilesError) {
        equity = try CSVOutput(
            creating: directory.path(of: "equity.csv"),
            columns: ["time", "account", "cash", "equity", "gross", "net", "drawdown"])
        fills = try CSVOutput(
            creating: directory.path(of: "fills.csv"),
            columns: [
                "sequence", "time", "executed_at", "label", "strategy", "account", "order",
                "instrument", "side", "liquidity", "point", "rule", "quantity", "price",
                "reference", "notional", "fee", "slippage", "rebate", "tag",
            ])
        peaks = Array(repeating: .min, count: accounts)
    }

    mutating func note(tag: String, of order: OrderID) { tags[order] = tag }

    mutating func forget(_ order: OrderID) {
        if !tags.isEmpty { tags[order] = nil }
    }

    mutating func write(
        _ fill: Fill, _ sequence: SequenceNumber, at time: Timestamp, _ names: ResultTally.Names
    ) throws(FilesError) {
        guard let instrument = names.instruments[fill.instrument] else { return }
        let account = names.accounts[Int(fill.account.rawValue) - 1]
        let currency = account.currency
        let strategy = Int(fill.strategy.rawValue) - 1
        fills.number(sequence.rawValue)
        fills.time(time)
        fills.time(fill.executedAt)
        fills.time(fill.label)
        fills.text(names.strategies.indices.contains(strategy) ? names.strategies[strategy] : "")
        fills.text(account.name)
        fills.number(fill.order.rawValue)
        fills.text(instrument.symbol)
        for text in [
            "\(fill.side)", "\(fill.liquidity)", "\(fill.point)", "\(fill.rule)",
        ] {
            fills.text(text)
        }
        fills.decimal(instrument.text(of: fill.quantity))
        fills.decimal(instrument.text(of: fill.price))
        fills.decimal(instrument.text(of: fill.reference))
        for amount in [fill.notional, fill.fee, fill.slippage, fill.rebate] {
            fills.money(amount, currency)
        }
        fills.text(tags[fill.order] ?? "")
        if fill.leaves.lots == 0 { forget(fill.order) }
        try fills.endRow()
    }

    mutating func write(
        _ snapshot: Snapshot, at time: Timestamp, _ names: ResultTally.Names
    ) throws(FilesError) {
        let place = Int(snapshot.account.rawValue) - 1
        let account = names.accounts[place]
        peaks[place] = max(peaks[place], snapshot.equity.units)
        let peak = peaks[place]
        let drawdown = peak > 0 ? Double(snapshot.equity.units) / Double(peak) - 1 : 0
        equity.time(time)
        equity.text(account.name)
        for amount in [
            snapshot.cash, snapshot.equity, snapshot.grossExposure, snapshot.netExposure,
        ] {
            equity.money(amount, account.currency)
        }
        equity.ratio(drawdown)
        try equity.endRow()
    }

    mutating func close() throws(FilesError) {
        try equity.close()
        try fills.close()
    }
}
