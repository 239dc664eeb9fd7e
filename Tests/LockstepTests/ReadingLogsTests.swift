import Foundation
import Lockstep
import Testing

/// Buys two lots at the first bar and sells them at the third.
private struct RoundTrip: Strategy {
    struct Parameters: StrategyParameters {}
    let instrument: InstrumentID
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments("EXAM").id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        bars += 1
        if bars == 1 { context.target(SignedQuantity(lots: 2), instrument, tag: "in") }
        if bars == 3 { context.target(.zero, instrument, tag: "out") }
    }
}

/// The example of the page on reading logs, as the author of a strategy would write it.
@Suite struct ReadingLogsTests {
    @Test func `a strategy is tested by the log of its run`() async throws {
        let path = NSTemporaryDirectory() + "reading-logs-\(UUID().uuidString).lka"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try await Backtest(
            try FourBars.configuration("round-trip", StrategyPlan(RoundTrip.self))
        ).run(auditLog: path)

        let log = try AuditLog(path: path)

        // Typed events of one topic, as a whole.
        let fills = try log.events(of: Topics.fill).all()
        // Each is decided at the close of a bar and filled at the open of the next one.
        #expect(fills.map(\.payload.side) == [.buy, .sell])
        #expect(fills.map(\.payload.price) == [Price(ticks: 102), Price(ticks: 104)])

        // Asynchronously, with conditions.
        let firstFill = try #require(fills.first)
        let filter = try log.filter(symbols: ["EXAM"], times: firstFill.time...firstFill.time)
        var bookings = 0
        for try await booking in log.events(of: Topics.booking, where: filter) {
            // The booking of a fill has the fill as its cause.
            #expect(booking.cause == firstFill.sequence)
            bookings += 1
        }
        #expect(bookings == 1)

        // From the fill back to the wish: by the number of its order.
        let intents = try log.events(of: Topics.intent).reader()
        var tags: [String?] = []
        while let intent = try intents.next() {
            guard case .place(let terms) = intent.payload.action else { continue }
            tags.append(terms.tag.flatMap { intents.decoder.text(ofSymbol: UInt64($0.rawValue)) })
        }
        #expect(tags == ["in", "out"])

        // Random access: the frame that made the fill.
        guard case .frame(let frame)? = try log.event(firstFill.cause)?.payload else {
            Issue.record("the cause of a fill is a frame")
            return
        }
        #expect(frame.slots.first?.bar.open == firstFill.payload.price)
    }
}
