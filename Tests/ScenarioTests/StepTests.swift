import LockstepBacktest
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct StepTests {
    /// A line of a trace is: strategy, step, handler, details | time, position, cash, equity.
    @Test func `a fill of the market phase is heard before the frame, with the books of T`() throws
    {
        let (lines, result) = try Stage.traces(of: [["frame@1 buy 1 10"]])
        // Bought at the second open, 101.00: cash 100,000 - 1,010. At the closes of T the ten lots
        // are worth 1,020 and 1,040.
        #expect(
            lines == [
                "1 0 start | 0s 0 100000 100000",
                "1 1 frame T | 60s 0 100000 100000",
                "1 1 update #1 accepted none | 60s 0 100000 100000",
                "1 2 fill #1 buy 10@10100 | 120s 10 98990 100010",
                "1 2 frame T | 120s 10 98990 100010",
                "1 3 frame T | 180s 10 98990 100030",
                "1 4 end | 180s 10 98990 100030",
            ])
        #expect(result.counters.steps == 3)
        #expect(result.start == .epoch)
        #expect(result.end == Timestamp(nanoseconds: 180 * Stage.second))
    }

    @Test func `fills and updates of one phase are told in the order they happened`() throws {
        // The market order fills at the second open, before the limit order expires at its end.
        let (lines, _) = try Stage.traces(of: [
            ["frame@1 buy 1 10 limit 9000 until 120", "frame@1 buy 1 5"]
        ])
        #expect(
            lines[2...6] == [
                "1 1 update #1 accepted none | 60s 0 100000 100000",
                "1 1 update #2 accepted none | 60s 0 100000 100000",
                "1 2 fill #2 buy 5@10100 | 120s 5 99495 100005",
                "1 2 update #1 expired date | 120s 5 99495 100005",
                "1 2 frame T | 120s 5 99495 100005",
            ])
    }

    @Test func `an order placed in onFill is answered in the same step and fills in the next`()
        throws
    {
        let (lines, result) = try Stage.traces(of: [["frame@1 buy 1 10", "fill@2 sell 1 4"]])
        // 4 of 10 lots leave at the third open, 102.00: 98,990 + 408, and 6 lots at 104.00.
        #expect(
            lines[3...] == [
                "1 2 fill #1 buy 10@10100 | 120s 10 98990 100010",
                "1 2 frame T | 120s 10 98990 100010",
                "1 2 update #2 accepted none | 120s 10 98990 100010",
                "1 3 fill #2 sell 4@10200 | 180s 6 99398 100022",
                "1 3 frame T | 180s 6 99398 100022",
                "1 4 end | 180s 6 99398 100022",
            ])
        #expect(result.orders.filled == 2)
    }

    @Test func `the set-up has the time of the first bar's start, whose open its orders meet`()
        throws
    {
        let data = try Stage.bars(Stage.three, from: 600)
        let (lines, result) = try Stage.traces(
            of: [["start@0 buy 1 10 limit 10000"]], over: [data])
        #expect(
            lines.prefix(4) == [
                "1 0 start | 600s 0 100000 100000",
                "1 0 update #1 accepted none | 600s 0 100000 100000",
                "1 1 fill #1 buy 10@10000 | 660s 10 99000 100005",
                "1 1 frame T | 660s 10 99000 100005",
            ])
        let fill = try #require(result.fills.first)
        #expect(fill.executedAt == Timestamp(nanoseconds: 600 * Stage.second))
        #expect(fill.point == .open)
        // It had not rested before the bar began.
        #expect(fill.liquidity == .taker)
    }

    @Test func `before the first price an order at the market is refused`() throws {
        let (lines, _) = try Stage.traces(of: [["start@0 buy 1 10"]])
        #expect(lines[1] == "1 0 reject #1 rejected staleMark | 0s 0 100000 100000")
    }

    @Test func `after the end of the feed every order is refused, and the run completes`() throws {
        let (lines, result) = try Stage.traces(of: [["end@4 buy 1 1", "end@4 sell 1 1 stop 90"]])
        #expect(
            lines.suffix(3) == [
                "1 4 end | 180s 0 100000 100000",
                "1 4 reject #1 rejected endOfRun | 180s 0 100000 100000",
                // The account has nothing to sell, which has the lower number.
                "1 4 reject #2 rejected shortNotAllowed | 180s 0 100000 100000",
            ])
        #expect(result.status == .completed)
        #expect(result.orders.intents == 2)
        #expect(result.orders.rejected == 2)
        #expect(result.orders.open == 0)
        #expect(result.reasons.map(\.reason) == [.shortNotAllowed, .endOfRun])
    }

    @Test func `orders that still work at the end stay open and are told so`() throws {
        let (_, result) = try Stage.traces(of: [["frame@1 buy 1 10 limit 5000"]])
        #expect(result.orders.accepted == 1)
        #expect(result.orders.open == 1)
        #expect(result.orders.cancelled == 0)
    }

    // MARK: Snapshots

    private func snapshotTimes(
        _ closes: [Int64], _ lines: [String]
    ) throws -> [Int64] {
        let rows = closes.map { (Int64(10000), Int64(10500), Int64(9500), $0) }
        let (_, result) = try Stage.traces(of: [lines], over: [try Stage.bars(rows)])
        return result.equity.map { $0.time.nanoseconds / (60 * Stage.second) }
    }

    @Test func `without trades there is a snapshot in the first step and in the last`() throws {
        #expect(try snapshotTimes([10000, 10010, 10020, 10030], []) == [1, 4])
    }

    @Test func `a snapshot follows where a booking or the mark of what is held changed it`() throws
    {
        // Bought in step 2; the mark of step 3 is that of step 2, those of 4 and 5 are others.
        #expect(
            try snapshotTimes([10000, 10010, 10010, 10020, 10030], ["frame@1 buy 1 1"])
                == [1, 2, 4, 5])
        // The mark of the last step is the old one: the end of the feed tells the last snapshot.
        #expect(
            try snapshotTimes([10000, 10010, 10020, 10020], ["frame@1 buy 1 1"]) == [1, 2, 3, 4])
        // Sold in step 3: what is not held has no mark.
        #expect(
            try snapshotTimes(
                [10000, 10010, 10020, 10030, 10040], ["frame@1 buy 1 1", "frame@2 sell 1 1"])
                == [1, 2, 3, 5])
    }
}
