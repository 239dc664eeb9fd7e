import Foundation
import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepStrategy
import Testing

/// Enters with a cross of the close over its average, and may leave with the next one below.
private struct CrossOver: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S"
        var period = 5
        /// Whether it enters once and holds.
        var isOneShot = false
    }

    private let instrument: InstrumentID
    private let isOneShot: Bool
    private var average: SMA
    private var last: SMA
    private var side: Side?
    private var hasEntered = false

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        isOneShot = parameters.isOneShot
        average = try SMA(parameters.period)
        last = try SMA(1)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        guard let mean = average.update(bar.close), let close = last.update(bar.close) else {
            _ = last.update(bar.close)
            return
        }
        var cross: Side?
        if close != mean {
            let now: Side = close > mean ? .buy : .sell
            if let side, side != now { cross = now }
            side = now
        }
        guard context.openOrders.isEmpty else { return }
        let held = context.position(instrument)
        if held.isZero, cross == .buy, !(isOneShot && hasEntered) {
            hasEntered = true
            context.submit(OrderTerms(.buy, Quantity(lots: 1), of: instrument))
        } else if !held.isZero, cross == .sell, !isOneShot {
            context.submit(OrderTerms(.sell, held.magnitude, of: instrument))
        }
    }
}

/// Forty runs on a future whose margin is a fixed amount.
@Suite struct FuturesGridTests {
    private struct Expected: Decodable {
        let oneShot: [[Double]]
        let roundTrips: [[Double]]
    }

    private static let folder = ParityFolder.folders.first {
        $0.lastPathComponent == "futures-sma-grid-40"
    }

    // The peer takes 1000 out of the cash for a contract and settles each close; here the margin
    // is a share of the worth, and cash moves by the whole of it. Equity is the same.
    @Test(.enabled(if: FuturesGridTests.folder != nil, Comment(rawValue: ParityFolder.absence)))
    func `forty futures runs end with the peer's values`() throws {
        let folder = try #require(Self.folder)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let expected = try decoder.decode(
            Expected.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
        let table = try PriceTable(symbol: "S", url: folder.appending(path: "data.csv"))
        for (rows, isOneShot) in [(expected.oneShot, true), (expected.roundTrips, false)] {
            #expect(rows.count == 40)
            for row in rows {
                let result = try Self.run(table, period: Int(row[0]), isOneShot)
                let account = result.accounts[0]
                let currency = try Currency("USD", decimals: 6)
                let value = try #require(Double(currency.text(of: account.equityEnd)))
                let position = result.fills.reduce(Int64(0)) {
                    $0 + $1.side.sign * $1.quantity.lots
                }
                #expect(abs(value - row[1]) < 1e-6, "period \(row[0]): \(value), not \(row[1])")
                #expect(abs(value - 1000 * Double(position) - row[2]) < 1e-6)
                #expect(Double(result.fills.count) == row[3])
                #expect(Double(position) == row[4])
            }
        }
    }

    private static func run(
        _ table: PriceTable, period: Int, _ isOneShot: Bool
    ) throws -> BacktestResult {
        let currency = try Currency("USD", decimals: 6)
        var engine = Execution.compatible(with: .backtrader)
        engine.initialMargin = try Rate("0.02")
        engine.fees = .proportional(
            ProportionalFee(fixed: try currency.money(from: ExactDecimal("2"))))
        let instrument = try Instrument(
            id: InstrumentID(1), symbol: "S", venue: VenueID(1), currency: currency,
            tickSize: ExactDecimal(mantissa: 1, exponent: -table.decimals), lot: .one,
            multiplier: ExactDecimal("10"))
        let layout = CSVBarLayout(interval: table.interval, stamp: .open)
        let configuration = BacktestConfiguration(
            name: "futures", venues: [.init("sim", BarMarket(settings: engine))],
            instruments: try Instruments([instrument]),
            data: [
                DataSeries(
                    csv: instrument.id, path: table.url.path(percentEncoded: false),
                    layout: layout)
            ],
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: currency,
                    startingCash: try currency.money(from: ExactDecimal("10000")), kind: .margin)
            ],
            strategies: [
                try StrategyPlan(
                    CrossOver.self,
                    CrossOver.Parameters(symbol: "S", period: period, isOneShot: isOneShot))
            ])
        return try Backtest(configuration, recording: .inMemory).runHere()
    }
}
