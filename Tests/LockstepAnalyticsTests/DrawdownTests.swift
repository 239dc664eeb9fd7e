import LockstepAnalytics
import Testing

@Suite struct DrawdownTests {
    @Test func `the deepest drawdown knows its peak, valley and recovery`() throws {
        // Peak 120 at 1, repeated at 2; valley 90 = −25 % at 4; back at 120 at 6; then −10 %.
        var drawdown = try Drawdown(opening: 100, at: 1_000)
        for (offset, wealth) in [120.0, 120, 110, 90, 100, 120, 108].enumerated() {
            try drawdown.add(wealth, at: 1_000 + 3 * Int64(offset + 1))
        }
        #expect(drawdown.depth == -0.25)
        #expect(drawdown.peak?.index == 2 && drawdown.valley?.index == 4)
        #expect(drawdown.recovery?.index == 6)
        #expect(drawdown.periods == 4 && drawdown.length == 12)
        #expect(drawdown.longestUnderwaterPeriods == 4)
        // −1/12, −1/4, −1/6 and −1/10 over seven values.
        #expect(agrees(drawdown.average, -(1.0 / 12 + 0.25 + 1.0 / 6 + 0.1) / 7))
    }

    @Test func `a drawdown that has not recovered lasts until the end`() throws {
        var drawdown = try Drawdown(opening: 100)
        for wealth in [99.0, 50, 60] { try drawdown.add(wealth) }
        #expect(drawdown.peak?.index == 0 && drawdown.recovery == nil)
        #expect(drawdown.periods == 3 && drawdown.longestUnderwaterPeriods == 3)
    }

    @Test func `the longest span under water need not be the deepest`() throws {
        var drawdown = try Drawdown(opening: 100)
        for wealth in [99.0, 99, 99, 101, 50, 102] { try drawdown.add(wealth) }
        #expect(drawdown.periods == 2 && drawdown.longestUnderwaterPeriods == 4)
    }

    @Test func `wealth that only rises has no drawdown`() throws {
        var drawdown = try Drawdown(opening: 1)
        try drawdown.add(2)
        #expect(drawdown.depth == 0 && drawdown.peak == nil && drawdown.length == 0)
        #expect(drawdown.periods == 0 && drawdown.ulcerIndex == 0)
    }

    @Test func `a debt is deeper than everything lost`() throws {
        var drawdown = try Drawdown(opening: 100)
        try drawdown.add(-50)
        #expect(drawdown.depth == -1.5)
    }

    @Test func `a wealth that is no number is refused and changes nothing`() throws {
        var drawdown = try Drawdown(opening: 100)
        try drawdown.add(90)
        let before = drawdown
        #expect(throws: AnalyticsError.notFinite(name: "the wealth", index: 2)) {
            try drawdown.add(.nan)
        }
        #expect(drawdown == before)
    }
}
