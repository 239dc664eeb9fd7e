import Foundation
import Lockstep
import Testing

/// Buys once, and sets a timer whose identity it does not need.
private struct BuyOnce: Strategy {
    struct Parameters: StrategyParameters {}
    let instrument: InstrumentID

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments("EXAM").id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onStart(_ context: inout Context) {
        context.wake(at: Timestamp(nanoseconds: 90_000_000_000))
    }

    mutating func onTimer(_ timer: TimerID, _ context: inout Context) {
        context.target(SignedQuantity(lots: 2), instrument, tag: "timer")
    }
}

/// What an author can do with `import Lockstep` and no other room.
@Suite struct UmbrellaTests {
    @Test func aRunItsDigestAndItsLogAreInReach() async throws {
        let file = FileManager.default.temporaryDirectory.appending(
            component: "umbrella-\(UUID().uuidString).lka")
        let path = file.path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await Backtest(try Self.configuration(), recording: .inMemory)
            .run(auditLog: path)

        // The timer of second 90 comes before the bar of [120, 180), whose open is 103.
        #expect(result.fills.map(\.price) == [Price(ticks: 103)])
        #expect(TearSheet(result).text.contains("one-import"))

        let digest: SHA256Digest? = result.digest
        #expect(try AuditVerifier.verify(path: path).digest == digest)

        let reader = try AuditLogReader(path: path)
        let fill = try reader.decoder.topic(named: "fill")
        var prices: [RecordValue?] = []
        while let record = try reader.next() {
            if record.topic == fill { prices.append(try reader.decoder.decode(record)["price"]) }
        }
        #expect(prices == [.price(103)])
    }

    /// Four bars of a minute, at 101 to 104 ticks.
    private static func configuration() throws -> BacktestConfiguration {
        let currency = try Currency("USD")
        let instrument = try Instrument(
            id: InstrumentID(1), symbol: "EXAM", venue: VenueID(1), currency: currency,
            tickSize: .one, lot: .one)
        let minute: Int64 = 60_000_000_000
        let bars = (0..<4).map { (number: Int64) in
            let price = Price(ticks: 101 + number)
            let start = Timestamp(nanoseconds: number * minute)
            return Bar(
                instrument: instrument.id, series: SeriesID(1), start: start,
                end: Timestamp(nanoseconds: (number + 1) * minute), label: start, open: price,
                high: price, low: price, close: price, volume: nil)
        }
        let series = Series(
            id: SeriesID(1), instrument: instrument.id, interval: try BarInterval("1m"),
            source: "here")
        return BacktestConfiguration(
            name: "one-import", venues: [BacktestConfiguration.Venue("sim", BarMarket())],
            instruments: try Instruments([instrument]),
            data: [DataSeries(try MemoryBarSource(series: series, bars: ContiguousArray(bars)))],
            accounts: [
                Account(
                    id: AccountID(1), name: "main", currency: currency,
                    startingCash: Money(units: 1_000_000_000))
            ],
            strategies: [try StrategyPlan(BuyOnce.self)])
    }
}
