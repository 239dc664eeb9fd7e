import LockstepModel
import Testing

@testable import LockstepPortfolio

@Suite("Splits of lots")
struct SplitTests {
    /// Lots of so many, each bought at a price in cents.
    private static func book(_ lots: [(Int64, Int64)], _ side: Side = .buy) throws -> LotBook {
        var book = LotBook()
        var slices = Column<LotClosed>()
        for (lots, price) in lots {
            _ = try book.apply(Market.fill(side, lots, at: price), &slices)
        }
        return book
    }

    private static func split(_ new: Int64, _ old: Int64) -> MarketEvent {
        .split(of: Market.first, new: new, old: old, at: .epoch)
    }

    private static func ratio() throws -> NotionalRatio {
        try Market.instruments()[0].ratio
    }

    // X23: 101 at 80.00, 3:2, mark 90.00: 8080.00 · 1/303 = 26.67 leave with half a lot, for 30.00.
    @Test func `the fraction leaves the newest lot at its share of the cost`() throws {
        var book = try Self.book([(101, 8000)])
        let fraction = try book.split(Self.split(3, 2), at: Price(ticks: 9000), Self.ratio())
        #expect(fraction.cash == 3000)
        #expect(fraction.cost == -2667)
        #expect(fraction.profit == 333)
        #expect(book.position.lots == 151)
        #expect(book.cost.units == 808_000 - 2667)
        #expect(book.lotsSum)
    }

    // The same sold short: 30.00 are paid, and 26.67 of proceeds leave: −3.33.
    @Test func `a short position pays for its fraction`() throws {
        var book = try Self.book([(101, 8000)], .sell)
        let fraction = try book.split(Self.split(3, 2), at: Price(ticks: 9000), Self.ratio())
        #expect(fraction.cash == -3000)
        #expect(fraction.profit == -333)
        #expect(book.position.lots == -151)
        #expect(book.cost.units == -(808_000 - 2667))
        #expect(book.lotsSum)
    }

    // 12, 3 and 5 lots, 1:10: 20 lots are 2, without a fraction. 12 end in the first new lot, 15 in
    // it too, so 3 join the 5, which end the second one.
    @Test func `lots that come to nothing join the next one`() throws {
        var book = try Self.book([(12, 100), (3, 200), (5, 300)])
        let fraction = try book.split(Self.split(1, 10), at: Price(ticks: 300), Self.ratio())
        #expect(fraction.cash == 0 && fraction.profit == 0)
        #expect(book.lots.map(\.rest) == [1, 1])
        #expect(book.lots.map(\.notional) == [1200, 600 + 1500])
    }

    // 12 and 3 lots, 1:10: 15 lots are one and a half. The 5 old lots too many are the 3, which cost
    // 6.00, and 2 of the 12, which cost 2.00; at 3.00 they bring 15.00.
    @Test func `a fraction greater than the newest lot takes the one before it too`() throws {
        var book = try Self.book([(12, 100), (3, 200)])
        let fraction = try book.split(Self.split(1, 10), at: Price(ticks: 300), Self.ratio())
        #expect(fraction.cash == 1500)
        #expect(fraction.cost == -800)
        #expect(fraction.profit == 700)
        #expect(book.lots.map(\.rest) == [1])
        #expect(book.lots.map(\.notional) == [1000])
    }

    // 3 lots, 1:10: all of it is a fraction.
    @Test func `a position that comes to nothing leaves whole`() throws {
        var book = try Self.book([(3, 200)])
        let fraction = try book.split(Self.split(1, 10), at: Price(ticks: 300), Self.ratio())
        #expect(fraction.cash == 900 && fraction.profit == 300)
        #expect(book.position.isZero && book.isSound && book.cost == .zero)
    }

    /// Against the plainest reckoning: each old lot is so many parts of a new one.
    @Test(arguments: 0..<200) func `sizes, costs and fractions sum`(_ seed: UInt64) throws {
        var random = RandomStream(seed: seed, component: "split")
        var lots: [(Int64, Int64)] = []
        for _ in 0...random.next(below: 6) {
            lots.append((Int64(random.next(below: 50) + 1), Int64(random.next(below: 900) + 100)))
        }
        let (new, old) = (Int64(random.next(below: 7) + 1), Int64(random.next(below: 12) + 8))
        let side: Side = random.next(below: 2) == 0 ? .buy : .sell
        var book = try Self.book(lots, side)
        let before = book.cost.units
        let fraction = try book.split(Self.split(new, old), at: Price(ticks: 500), Self.ratio())
        let units = lots.reduce(0) { $0 + $1.0 } * new
        #expect(book.position.magnitude.lots == units / old)
        #expect(book.lotsSum && book.isSound)
        #expect(book.cost.units == before + fraction.cost)
        #expect(fraction.cash == fraction.profit - fraction.cost)
        #expect((fraction.cash == 0) == (units % old == 0))
    }
}
