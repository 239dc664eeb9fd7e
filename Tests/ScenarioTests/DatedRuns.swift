import LockstepAudit
import LockstepBacktest
import LockstepBookMarket
import LockstepBus
import LockstepEvents
import LockstepFeed
import LockstepMarket
import LockstepModel
import LockstepScenarios
import LockstepStrategy
import Synchronization
import Testing

/// Places the orders of a list at their steps, and notes how its account stands in each step.
struct Scripted: Strategy {
    struct Act: Codable, Hashable, Sendable {
        var step: Int
        var side: Side
        var lots: Int64
        var kind = OrderKind.market(nil)
        var instrument = InstrumentID(1)
    }

    struct Parameters: StrategyParameters {
        var acts: [Act] = []
        /// Under which its notes are kept; none where it is empty.
        var diary = ""
    }

    /// How the account stood in each step.
    struct Note: Hashable, Sendable {
        var equity: Money
        var position: Int64
        var orders: [OrderView]
    }

    static let notes = Mutex<[String: [Note]]>([:])
    private let parameters: Parameters
    private var step = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
    }

    var subscriptions: Subscriptions { Bars(InstrumentID(1)) }

    mutating func onFrame(_ frame: Frame, _ context: inout Context) {
        step += 1
        if !parameters.diary.isEmpty {
            let note = Note(
                equity: context.account.equity, position: context.position(InstrumentID(1)).lots,
                orders: context.openOrders)
            Self.notes.withLock { $0[parameters.diary, default: []].append(note) }
        }
        for act in parameters.acts where act.step == step {
            _ = context.submit(
                OrderTerms(act.side, Quantity(lots: act.lots), of: act.instrument, act.kind))
        }
    }
}

/// Runs over bars of a minute with dated events; amounts in cents, ticks of a cent.
enum Dated {
    static func minute(_ number: Int64) -> Timestamp {
        Timestamp(nanoseconds: number * 60_000_000_000)
    }

    static func instruments(_ count: Int = 1, lot: String = "1") throws -> Instruments {
        try Instruments(
            (1...count).map { number in
                try Instrument(
                    id: InstrumentID(UInt32(number)), symbol: "S\(number)", venue: VenueID(1),
                    currency: Currency("USD", decimals: 2), tickSize: ExactDecimal("0.01"),
                    lot: ExactDecimal(lot))
            })
    }

    /// A series of bars that each open, peak, fall and close at one price, or at prices.
    static func bars(
        _ number: Int, _ rows: [(open: Int64, high: Int64, low: Int64, close: Int64)],
        from first: Int64 = 0
    ) throws -> DataSeries {
        let id = UInt32(number)
        let series = Series(
            id: SeriesID(id), instrument: InstrumentID(id), interval: try BarInterval("1m"),
            source: "series \(number)")
        return DataSeries(
            try MemoryBarSource(
                series: series,
                bars: ContiguousArray(
                    rows.enumerated().map { place, row in
                        let start = minute(first + Int64(place))
                        return Bar(
                            instrument: InstrumentID(id), series: SeriesID(id), start: start,
                            end: minute(first + Int64(place) + 1), label: start,
                            open: Price(ticks: row.open), high: Price(ticks: row.high),
                            low: Price(ticks: row.low), close: Price(ticks: row.close),
                            volume: Quantity(lots: 1_000_000))
                    })))
    }

    static func flat(_ prices: [Int64]) -> [(open: Int64, high: Int64, low: Int64, close: Int64)] {
        prices.map { ($0, $0, $0, $0) }
    }

    static func configuration(
        _ data: [DataSeries], _ acts: [Scripted.Act], _ events: [MarketEvent],
        lot: String = "1", kind: AccountKind = .margin, cash: Int64 = 10_000_000,
        diary: String = "", settings: EngineSettings = EngineSettings()
    ) throws -> BacktestConfiguration {
        var configuration = BacktestConfiguration(
            name: "dated", venues: [.init("sim", BarMarket(settings: settings))],
            instruments: try instruments(data.count, lot: lot), data: data,
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: try Currency("USD", decimals: 2),
                    startingCash: Money(units: cash), kind: kind)
            ],
            strategies: [
                try StrategyPlan(
                    Scripted.self, Scripted.Parameters(acts: acts, diary: diary), name: "scripted")
            ])
        configuration.feeds = [DatumFeed(events: events)]
        return configuration
    }

    /// What a run came to, and the bookings that its log tells.
    struct Outcome {
        let result: BacktestResult
        let bookings: [(time: Timestamp, booking: Booking)]
        let updates: [OrderUpdate]
    }

    /// Runs it, checks its log, and that every step's change of equity is the sum of its columns.
    static func run(_ configuration: BacktestConfiguration) throws -> Outcome {
        try withScratch { directory in
            let path = directory + "/audit.lka"
            let result = try Backtest(configuration, recording: .inMemory).runHere(auditLog: path)
            if let failure = result.failure { Issue.record("\(failure.message)") }
            let report = try AuditSemantics.check(path: path)
            for finding in report.findings { Issue.record("\(finding)") }
            #expect(report.count == 0)
            let log = try AuditLog(path: path)
            try checkColumns(log, of: configuration)
            return Outcome(
                result: result,
                bookings: try log.events(of: Topics.booking).all().map { ($0.time, $0.payload) },
                updates: try log.events(of: Topics.orderUpdate).all().map(\.payload))
        }
    }

    /// In every step: Δequity = Δrealised + Δunrealised − fees + rebates − funding − borrow −
    /// interest + dividends + deposits, reckoned from the bookings and snapshots of the log.
    private static func checkColumns(
        _ log: AuditLog, of configuration: BacktestConfiguration
    ) throws {
        struct Account {
            var realised: Int64 = 0
            var fees: Int64 = 0
            var rebates: Int64 = 0
            var costs: Int64 = 0
            var deposits: Int64 = 0
        }
        var accounts: [UInt32: Account] = [:]
        var booked: [(sequence: SequenceNumber, booking: Booking)] = []
        for event in try log.events(of: Topics.booking).all() {
            booked.append((event.sequence, event.payload))
        }
        var rebates: [SequenceNumber: Int64] = [:]
        for event in try log.events(of: Topics.fill).all() {
            rebates[event.sequence] = event.payload.rebate.units
        }
        var next = 0
        for event in try log.events(of: Topics.snapshot).all() {
            while next < booked.count, booked[next].sequence < event.sequence {
                let booking = booked[next].booking
                next += 1
                var account = accounts[booking.account.rawValue] ?? Account()
                account.realised += booking.realised.units
                switch booking.kind {
                case .deposit: account.deposits += booking.cashChange.units
                case .funding, .borrow, .interest, .dividend: account.costs += booking.fee.units
                default:
                    account.fees += booking.fee.units
                    account.rebates += rebates[booking.fill] ?? 0
                }
                accounts[booking.account.rawValue] = account
            }
            let snapshot = event.payload
            let account = accounts[snapshot.account.rawValue] ?? Account()
            let due =
                account.deposits + account.realised + snapshot.unrealised.units - account.fees
                + account.rebates - account.costs
            #expect(snapshot.equity.units == due, "in the record \(event.sequence.rawValue)")
            #expect(snapshot.realised.units == account.realised)
        }
    }
}
