import LockstepBookMarket
import LockstepModel
import Testing

/// The market's orders one by one: the queue is known.
@Suite struct OrderByOrderTests {
    private func stage() throws -> BookStage {
        var stage = try BookStage()
        try stage.show(
            .add(1, .buy, 100, 5), .add(2, .buy, 100, 7), .add(9, .sell, 110, 50), at: 0)
        return stage
    }

    @Test func `an own order stands behind all that were there`() throws {
        var stage = try stage()
        let order = try stage.place(.buy, 4, .limit(100), at: 1)
        #expect(stage.engine.quantityAhead(of: order) == 12)
        try stage.show(.add(3, .buy, 100, 6), at: 2)
        #expect(stage.engine.quantityAhead(of: order) == 12)
        // Cancels behind us change nothing, those ahead count.
        try stage.show(.cancel(3, Quantity(lots: 2)), at: 3)
        #expect(stage.engine.quantityAhead(of: order) == 12)
        try stage.show(.cancel(2, Quantity(lots: 3)), at: 4)
        #expect(stage.engine.quantityAhead(of: order) == 9)
        try stage.show(.execute(1), .execute(2, Quantity(lots: 1)), at: 5)
        #expect(stage.engine.quantityAhead(of: order) == 3)
        #expect(stage.fills.isEmpty)
    }

    @Test func `an execution behind an own order fills it first`() throws {
        var stage = try stage()
        try stage.place(.buy, 4, .limit(100), at: 1)
        try stage.show(.add(3, .buy, 100, 6), at: 2)
        try stage.show(.execute(3, Quantity(lots: 3)), at: 3)
        #expect(stage.trades == [[3, 100]])
        try stage.show(.execute(3, Quantity(lots: 3)), at: 4)
        #expect(stage.trades == [[3, 100], [1, 100]])
    }

    @Test func `an execution at a worse price fills it first, too`() throws {
        var stage = try stage()
        try stage.place(.buy, 4, .limit(101), at: 1)
        try stage.show(.execute(1, Quantity(lots: 3)), at: 2)
        #expect(stage.trades == [[3, 101]])
    }

    @Test func `a changed order keeps its place only with less`() throws {
        var stage = try stage()
        let order = try stage.place(.buy, 4, .limit(100), at: 1)
        try stage.show(.modify(1, Price(ticks: 100), Quantity(lots: 2)), at: 2)
        #expect(stage.engine.quantityAhead(of: order) == 9)
        try stage.show(.modify(2, Price(ticks: 100), Quantity(lots: 8)), at: 3)
        #expect(stage.engine.quantityAhead(of: order) == 2)
        #expect(stage.engine.displayed(InstrumentID(1), .buy, at: Price(ticks: 100)).lots == 10)
        try stage.show(.modify(1, Price(ticks: 99), Quantity(lots: 2)), at: 4)
        #expect(stage.engine.quantityAhead(of: order) == 0)
    }

    @Test func `odd events are counted and change nothing`() throws {
        var stage = try stage()
        try stage.show(.cancel(77), .add(1, .buy, 100, 5), .execute(78), at: 1)
        #expect(stage.engine.tally.strangeOrders == 3)
        #expect(stage.engine.displayed(InstrumentID(1), .buy, at: Price(ticks: 100)).lots == 12)
    }
}
