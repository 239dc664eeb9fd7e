import LockstepBacktest
import LockstepModel

/// What a work must come to: speed without the right trades is worth nothing.
struct ReferenceResult {
    let work: String
    /// The bars of the data, all instruments together.
    let bars: Int
    /// Orders filled.
    let orders: Int
    /// The equity at the end, or the best one of a sweep.
    let equity: String

    /// The figures that other programs found for the same data, in integers; see
    /// `Docs/benchmarks.md` for the works.
    static let all = [
        ReferenceResult(work: "W1", bars: 500_000, orders: 0, equity: "10000000.000000"),
        ReferenceResult(work: "W1", bars: 2_000_000, orders: 0, equity: "10000000.000000"),
        ReferenceResult(work: "W2", bars: 100_000, orders: 3927, equity: "9996643.640000"),
        ReferenceResult(work: "W2", bars: 500_000, orders: 19351, equity: "9987328.116200"),
        ReferenceResult(work: "W2", bars: 2_000_000, orders: 77493, equity: "9938408.005700"),
        ReferenceResult(work: "W3", bars: 100_000, orders: 99999, equity: "9918894.391400"),
        ReferenceResult(work: "W3", bars: 500_000, orders: 499_999, equity: "9677296.057100"),
        ReferenceResult(work: "W3", bars: 2_000_000, orders: 1_999_999, equity: "8418316.299100"),
        ReferenceResult(work: "W4", bars: 2_000_000, orders: 77444, equity: "9921003.261700"),
        ReferenceResult(work: "W5", bars: 10_000_000, orders: 146_057, equity: "9999375.139500"),
    ]

    static func of(_ work: String, bars: Int) -> ReferenceResult? {
        all.first { $0.work == work && $0.bars == bars }
    }
}

/// What a run came to, as far as it is compared.
struct Outcome: Hashable {
    let orders: Int
    let equity: String

    init(orders: Int, equity: String) {
        self.orders = orders
        self.equity = equity
    }

    init(_ result: BacktestResult) {
        orders = result.orders.filled
        equity = result.accounts.map { $0.currency.text(of: $0.equityEnd) }
            .joined(separator: ", ")
    }

    var text: String { "\(orders) orders, equity \(equity)" }
}

extension Suite {
    /// Compares what a work came to with what it must come to.
    mutating func check(_ outcome: Outcome, _ work: String, bars: Int) {
        guard let reference = ReferenceResult.of(work, bars: bars) else {
            return note("\(outcome.text); no reference for \(bars) bars of \(work)")
        }
        if outcome == Outcome(orders: reference.orders, equity: reference.equity) {
            pass("\(outcome.text): as they must be")
        } else {
            fail(
                "\(work) on \(bars) bars: \(outcome.text) instead of "
                    + "\(reference.orders) orders, equity \(reference.equity)")
        }
    }
}
