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
        let result = try await Backtest(
            try FourBars.configuration("one-import", StrategyPlan(BuyOnce.self)),
            recording: .inMemory
        )
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
}
