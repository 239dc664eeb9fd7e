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
        fills.row([
            String(sequence.rawValue), CivilTime.text(time.nanoseconds),
            CivilTime.text(fill.executedAt.nanoseconds), CivilTime.text(fill.label.nanoseconds),
            names.strategies.indices.contains(strategy) ? names.strategies[strategy] : "",
            account.name, String(fill.order.rawValue), instrument.symbol, "\(fill.side)",
            "\(fill.liquidity)", "\(fill.point)", "\(fill.rule)",
            instrument.text(of: fill.quantity), instrument.text(of: fill.price),
            instrument.text(of: fill.reference), currency.text(of: fill.notional),
            currency.text(of: fill.fee), currency.text(of: fill.slippage),
            currency.text(of: fill.rebate), tags[fill.order] ?? "",
        ])
        if fill.leaves.lots == 0 { forget(fill.order) }
        try fills.writeIfFull()
    }

    mutating func write(
        _ snapshot: Snapshot, at time: Timestamp, _ names: ResultTally.Names
    ) throws(FilesError) {
        let place = Int(snapshot.account.rawValue) - 1
        let account = names.accounts[place]
        peaks[place] = max(peaks[place], snapshot.equity.units)
        let peak = peaks[place]
        let drawdown = peak > 0 ? Double(snapshot.equity.units) / Double(peak) - 1 : 0
        equity.row([
            CivilTime.text(time.nanoseconds), account.name,
            account.currency.text(of: snapshot.cash), account.currency.text(of: snapshot.equity),
            account.currency.text(of: snapshot.grossExposure),
            account.currency.text(of: snapshot.netExposure), "\(drawdown)",
        ])
        try equity.writeIfFull()
    }

    mutating func close() throws(FilesError) {
        try equity.close()
        try fills.close()
    }
}
