import LockstepBacktest
import LockstepModel
import LockstepOutcomeMarket
import Testing

@Suite struct OutcomeRunTests {
    @Test func `a bought token costs what the market maker asks, and is marked at its price`()
        throws
    {
        // One lot is 0.0001 of a token; the opening is coherent, so YES of three stands at 1/3.
        let configuration = try OutcomeRun.configuration(
            OutcomeRun.settings(), [[.init(second: 1, lots: 100_000)]])
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        #expect(result.status == .completed)
        let fill = try #require(result.fills.first)
        #expect(result.fills.count == 1)
        #expect(fill.point == .amm)
        #expect(fill.quantity == Quantity(lots: 100_000))
        #expect(fill.fee.units > 0)
        let account = try #require(result.accounts.first)
        #expect(account.cashEnd.units == 1_000_000_000 - fill.notional.units - fill.fee.units)
        // 10 tokens at the price after the trade, a little above 1/3.
        let value = account.equityEnd.units - account.cashEnd.units
        #expect(value > 3_333_333 && value < 3_500_000)
    }

    @Test func `equal purchases of one instant pay more one after another, in a drawn order`()
        throws
    {
        // Default market, no convexity, opening at a half: by order of the batch five purchases of
        // 200 tokens pay 0.523, 0.568, 0.609, 0.647 and 0.682 each.
        var settings = OutcomeRun.settings()
        settings.kappa = .init(.zero)
        settings.opening = .supplies(yes: nil, no: nil)
        settings.guards.maxSlippage = nil
        let script = [ScriptedTrader.Wish(second: 1, lots: 2_000_000)]
        let configuration = try OutcomeRun.configuration(
            settings, [[ScriptedTrader.Wish]](repeating: script, count: 5))
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        #expect(result.fills.count == 5)
        let paid = result.fills.map { Double($0.notional.units) / 200e6 }
        for (price, expected) in zip(paid, [0.523, 0.568, 0.609, 0.647, 0.682]) {
            #expect(abs(price - expected) < 0.0006, "\(paid)")
        }
        #expect(result.fills.map(\.account.rawValue) != [1, 2, 3, 4, 5])
    }

    @Test func `limits rest, meet each other as new pairs, and are cancelled`() throws {
        let configuration = try OutcomeRun.configuration(
            OutcomeRun.settings(),
            [
                [
                    .init(second: 1, lots: 100_000, limit: 30),
                    .init(second: 3, cancels: 0),
                ],
                // 0.30 and 0.71 sum to more than one with its fee: 40,000 pairs are minted.
                [.init(second: 2, token: "market/A/NO", lots: 40_000, limit: 71)],
            ])
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        #expect(result.fills.map(\.point) == [.cross, .cross])
        #expect(Set(result.fills.map(\.quantity.lots)) == [40_000])
        #expect(result.orders.cancelled == 1)
        // 4 tokens at 0.30, and 4 at 0.71; nobody pays a fee beside.
        #expect(
            result.accounts.map(\.cashEnd) == [
                Money(units: 998_800_000), Money(units: 997_160_000),
            ])
    }

    @Test func `an event with a round and an end pays everybody to the unit`() throws {
        var settings = OutcomeRun.settings(seconds: 20)
        settings.guards.maxSlippage = nil
        let configuration = try OutcomeRun.configuration(
            settings,
            [
                [
                    .init(second: 1, lots: 500_000),
                    .init(second: 1, token: "market/B/NO", lots: 300_000),
                    .init(second: 2, token: "market/C/YES", lots: 200_000, limit: 20),
                    .init(second: 5, lots: 100),
                ],
                [
                    .init(second: 1, token: "market/B/YES", lots: 400_000),
                    .init(second: 8, token: "market/A/NO", lots: 100_000),
                ],
            ],
            feeds: [
                OutcomeRun.resolutions([
                    (5, .init(.freeze)), (6, .init(.eliminate, [2])), (7, .init(.resume)),
                    (12, .init(.settle, [1])),
                ])
            ])
        let result = try Backtest(configuration, recording: .inMemory).runHere()
        #expect(result.status == .completed)
        // The order of second 5 meets a frozen market.
        #expect(result.reasons.contains { $0.reason == .frozen && $0.count == 1 })
        // The bid for C is given back when the event ends.
        #expect(result.reasons.contains { $0.reason == .resolved && $0.count == 1 })
        // B leaves: 30 NO of the first pay 30. A wins: 50 YES of the first pay 50; nothing else does.
        let spent = result.fills.reduce(into: [0, 0]) { sums, fill in
            sums[Int(fill.account.rawValue) - 1] += fill.notional.units + fill.fee.units
        }
        #expect(result.accounts[0].cashEnd.units == 1_000_000_000 - spent[0] + 80_000_000)
        #expect(result.accounts[1].cashEnd.units == 1_000_000_000 - spent[1])
        #expect(result.accounts.allSatisfy { $0.equityEnd == $0.cashEnd })
    }
}
