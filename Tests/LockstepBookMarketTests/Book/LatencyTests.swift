import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Requests, answers and data on their way.
@Suite struct BookLatencyTests {
    static func milliseconds(_ count: Int64) -> LatencyModel { .constant(count * 1_000_000) }

    // X12.
    @Test func `a print comes before the cancel that is on its way`() throws {
        var stage = try BookStage(
            BookStage.settings {
                $0.latency = Latency(order: Self.milliseconds(5), response: Self.milliseconds(3))
            })
        try stage.show(.bid(99, 1), .ask(105, 1), at: 0)
        let order = try stage.place(.buy, 1, .limit(100), at: 1)
        #expect(stage.outputs.count == 1 && stage.engine.nextWake == BookStage.time(6))
        try stage.show([[BookMessage]](), at: 6)
        #expect(stage.updates.map(\.reportAt) == [BookStage.time(9)])
        try stage.send(.cancel(order), at: 10)
        try stage.show(.trade(.sell, 100, 1), at: 14)
        #expect(stage.fills.map(\.executedAt) == [BookStage.time(14)])
        #expect(stage.fills.map(\.reportAt) == [BookStage.time(17)])
        try stage.show([[BookMessage]](), at: 15)
        #expect(stage.news.map(\.reason) == [.alreadyFilled])
        #expect(stage.news.map(\.reportAt) == [BookStage.time(18)])
    }

    @Test func `an order meets the book that it arrives at`() throws {
        var stage = try BookStage(
            BookStage.settings { $0.latency.order = Self.milliseconds(5) })
        try stage.show(.ask(100, 1), at: 0)
        try stage.place(.buy, 1, .market(nil), at: 1)
        // The data of an instant come before what arrives at it.
        try stage.show(.ask(100, 0), .ask(104, 1), at: 6)
        #expect(stage.trades == [[1, 104]])
        #expect(stage.fills[0].executedAt == BookStage.time(6))
    }

    @Test func `what arrived between two steps is worked at its own time`() throws {
        var stage = try BookStage(
            BookStage.settings { $0.latency.order = Self.milliseconds(5) })
        try stage.show(.ask(100, 1), at: 0)
        try stage.place(.buy, 1, .market(nil), at: 1)
        try stage.show(.ask(100, 0), .ask(104, 1), at: 9)
        #expect(stage.trades == [[1, 100]])
        #expect(stage.fills[0].executedAt == BookStage.time(6))
    }

    @Test func `random delays do not let messages overtake each other`() throws {
        var stage = try BookStage(
            BookStage.settings {
                $0.latency.order = .random(least: 0, greatest: 50_000_000)
                $0.latency.response = .random(least: 0, greatest: 50_000_000)
            })
        try stage.show(.bid(99, 1), .ask(105, 1), at: 0)
        for time in 1...40 as ClosedRange<Int64> {
            let order = try stage.place(.buy, 1, .limit(50 + time), at: time)
            try stage.send(.cancel(order), at: time)
        }
        try stage.show([[BookMessage]](), at: 1000)
        #expect(stage.updates.count == 80 && stage.engine.workingOrders == 0)
        #expect(stage.updates.allSatisfy { $0.reason != .unknownOrder })
        let times = stage.updates.map(\.reportAt)
        #expect(times == times.sorted() && Set(times).count > 3)
    }

    @Test func `recorded delays are those of their time`() throws {
        var stage = try BookStage(
            BookStage.settings {
                $0.latency.order = .recorded([
                    LatencyMeasure(time: BookStage.time(10), delay: 2_000_000),
                    LatencyMeasure(time: BookStage.time(20), delay: 7_000_000),
                ])
            })
        try stage.show(.ask(100, 9), at: 0)
        for time in [5, 10, 19, 20, 30] as [Int64] {
            try stage.place(.buy, 1, .market(nil), at: time)
            try stage.show([[BookMessage]](), at: time + 9)
        }
        #expect(
            stage.fills.map(\.executedAt) == [7, 12, 21, 27, 37].map(BookStage.time))
    }

    @Test(
        arguments: [
            .constant(-1), .random(least: 2, greatest: 1), .recorded([]),
            .recorded([
                LatencyMeasure(time: BookStage.time(2), delay: 0),
                LatencyMeasure(time: BookStage.time(1), delay: 0),
            ]),
        ] as [LatencyModel])
    func `delays that cannot be are refused`(_ model: LatencyModel) {
        #expect(throws: MarketError.self) {
            try BookStage(BookStage.settings { $0.latency.feed = model })
        }
    }
}
