import LockstepBacktest
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct SharingTests {
    @Test func `strategies on one account see its position, and hear of their own orders alone`()
        throws
    {
        let (lines, _) = try Stage.traces(of: [["frame@1 buy 1 10"], []])
        #expect(
            lines[4...] == [
                "1 1 update #1 accepted none | 60s 0 100000 100000",
                "1 2 fill #1 buy 10@10100 | 120s 10 98990 100010",
                "1 2 frame T | 120s 10 98990 100010",
                "2 2 frame T | 120s 10 98990 100010",
                "1 3 frame T | 180s 10 98990 100030",
                "2 3 frame T | 180s 10 98990 100030",
                "1 4 end | 180s 10 98990 100030",
                "2 4 end | 180s 10 98990 100030",
            ])
    }

    @Test func `strategies on two accounts see their own`() throws {
        let (lines, result) = try Stage.traces(
            of: [["frame@1 buy 1 10"], ["frame@1 buy 1 20"]],
            accounts: [try Stage.account(1), try Stage.account(2, cash: 50_000)],
            onAccounts: [1, 2])
        // 10 and 20 lots at 101.00 and 102.00: 98,990 + 1,020; 47,980 + 2,040.
        #expect(
            lines.filter { $0.dropFirst().hasPrefix(" 2 ") } == [
                "1 2 fill #1 buy 10@10100 | 120s 10 98990 100010",
                "1 2 frame T | 120s 10 98990 100010",
                "2 2 fill #1 buy 20@10100 | 120s 20 47980 50020",
                "2 2 frame T | 120s 20 47980 50020",
            ])
        #expect(result.accounts.map(\.name) == ["account-1", "account-2"])
        #expect(
            result.accounts.map(\.equityEnd)
                == [Money(units: 100_030_000_000), Money(units: 50_060_000_000)])
        // Both at the first and at the last step, and where their positions changed.
        #expect(result.equity.map(\.snapshot.account.rawValue) == [1, 2, 1, 2, 1, 2])
    }

    @Test func `an instrument without data takes no order`() throws {
        let (lines, result) = try Stage.traces(
            of: [["frame@1 buy 2 1", "frame@1 buy 2 1 limit 100"]], instruments: 2)
        #expect(
            lines[2...3] == [
                "1 1 reject #1 rejected staleMark | 60s 0 100000 100000",
                "1 1 reject #2 rejected notTradable | 60s 0 100000 100000",
            ])
        #expect(result.orders.open == 0)
    }

    /// Ten minutes, each a cent higher than the one before, and the two five-minute bars of them.
    private func minutesAndFives(fivesFirst: Bool) throws -> [DataSeries] {
        let minutes = (10000..<10010).map { (price: Int64) -> Row in (price, price, price, price) }
        let fives: [Row] = [(10000, 10004, 10000, 10004), (10005, 10009, 10005, 10009)]
        return try fivesFirst
            ? [
                Stage.bars(fives, series: 1, of: 1, every: "5m"),
                Stage.bars(minutes, series: 2, of: 1),
            ]
            : [
                Stage.bars(minutes, series: 1, of: 1),
                Stage.bars(fives, series: 2, of: 1, every: "5m"),
            ]
    }

    @Test func `of two series of an instrument the first one fills and marks`() throws {
        let (lines, result) = try Stage.traces(
            of: [["frame@2 buy 1 1"]], over: minutesAndFives(fivesFirst: false),
            bars: ["1", "1 5m"])
        #expect(result.fills.map(\.price) == [Price(ticks: 10002)])
        #expect(
            lines.filter { $0.hasPrefix("1 5 ") } == [
                "1 5 frame TT | 300s 1 99899 100000",
                "1 5 bar series 1 close 10004 | 300s 1 99899 100000",
                "1 5 bar series 2 close 10004 | 300s 1 99899 100000",
            ])
        #expect(lines.contains { $0.hasPrefix("1 6 frame Tf ") })
        #expect(lines.contains { $0.hasPrefix("1 4 frame T- ") })
    }

    @Test func `minutes that are not the primary series fill nothing`() throws {
        let (_, result) = try Stage.traces(
            of: [["frame@5 buy 1 1", "frame@7 buy 1 1"]], over: minutesAndFives(fivesFirst: true))
        // The first order meets the open of the second five minutes; the second one, decided
        // within them, meets nothing more.
        #expect(result.fills.map(\.price) == [Price(ticks: 10005)])
        #expect(result.fills.map(\.executedAt) == [Timestamp(nanoseconds: 300 * Stage.second)])
        #expect(result.orders.open == 1)
    }

    @Test func `a late cancel is answered by the venue that took the order, also of several`()
        throws
    {
        let book = TraceBook.open()
        var configuration = try Stage.configuration(
            [Stage.bars(Stage.three), Stage.bars(Stage.three, series: 2)], instruments: 2,
            [
                try Stage.script(
                    [
                        "frame@1 buy 2 1", "frame@2 cancel 1", "frame@2 buy 1 1 limit 5000",
                        "update@2 cancel 3", "frame@3 cancel 3", "frame@3 cancel 99",
                    ], book: book)
            ])
        configuration.venues.append(.init("second", configuration.venues[0].market))
        configuration.instruments = try Instruments([
            Stage.instrument(1), Stage.instrument(2, venue: 2),
        ])
        _ = try Backtest(configuration).runHere()
        let answers = TraceBook.close(book).filter {
            $0.contains("reject") || $0.contains("cancelled")
        }
        #expect(
            answers.map { $0.prefix { $0 != "|" } } == [
                "1 2 reject #1 cancelRejected alreadyFilled ",
                "1 2 update #3 cancelled byStrategy ",
                "1 2 reject #3 cancelRejected alreadyEnded ",
                "1 3 reject #3 cancelRejected alreadyEnded ",
                "1 3 reject #99 cancelRejected unknownOrder ",
            ])
    }
}
