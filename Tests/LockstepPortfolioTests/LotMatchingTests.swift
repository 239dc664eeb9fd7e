import LockstepModel
import LockstepPortfolio
import Testing

/// A slow book of lots: each open lot with its exact parts, closed by a rule told in words.
private struct SlowLots {
    struct Lot {
        var rest: Int64
        var notional: Int64
        var fee: Int64
        let time: Int64
    }

    struct Slice: Equatable {
        let quantity: Int64
        let openNotional: Int64
        let closeNotional: Int64
        let openFee: Int64
        let closeFee: Int64
        let time: Int64
    }

    let matching: LotMatching
    var sign: Int64 = 0
    var lots: [Lot] = []

    /// The share of an amount, half to even, by division of whole numbers.
    static func share(_ amount: Int64, _ part: Int64, of whole: Int64) -> Int64 {
        let product = amount * part
        var down = product / whole
        if product % whole != 0 && product < 0 { down -= 1 }
        let rest = product - down * whole
        if rest * 2 > whole || (rest * 2 == whole && down % 2 != 0) { down += 1 }
        return down
    }

    static func cut(_ lot: inout Lot, _ quantity: Int64) -> (notional: Int64, fee: Int64) {
        let isLast = quantity == lot.rest
        let notional = isLast ? lot.notional : share(lot.notional, quantity, of: lot.rest)
        let fee = isLast ? lot.fee : share(lot.fee, quantity, of: lot.rest)
        lot.rest -= quantity
        lot.notional -= notional
        lot.fee -= fee
        return (notional, fee)
    }

    mutating func apply(_ side: Int64, _ fill: Lot) -> [Slice] {
        var fill = fill
        var slices: [Slice] = []
        while sign == -side, !lots.isEmpty, fill.rest > 0 {
            let place = matching == .lifo ? lots.count - 1 : 0
            let quantity = min(fill.rest, lots[place].rest)
            let open = Self.cut(&lots[place], quantity)
            let close = Self.cut(&fill, quantity)
            slices.append(
                Slice(
                    quantity: quantity, openNotional: open.notional,
                    closeNotional: close.notional, openFee: open.fee, closeFee: close.fee,
                    time: lots[place].time))
            lots.removeAll { $0.rest == 0 }
        }
        if fill.rest > 0 {
            if lots.isEmpty || matching != .average {
                lots.append(fill)
            } else {
                lots[0].rest += fill.rest
                lots[0].notional += fill.notional
                lots[0].fee += fill.fee
            }
            sign = side
        }
        return slices
    }
}

@Suite struct LotMatchingTests {
    private func run(
        _ matching: LotMatching, _ fills: [Fill]
    ) throws -> (book: LotBook, slices: [LotClosed]) {
        var book = LotBook()
        var slices = Column<LotClosed>()
        for fill in fills { _ = try book.apply(fill, by: matching, &slices) }
        #expect(book.isSound && book.lotsSum)
        return (book, slices.values)
    }

    /// X24: buy 10 @ 100 fee 1.00; 5 @ 110 fee 0.50; sell 12 @ 120 fee 1.20.
    private static let example = [
        Market.fill(.buy, 10, at: 10_000, fee: 100, time: 1),
        Market.fill(.buy, 5, at: 11_000, fee: 50, time: 2),
        Market.fill(.sell, 12, at: 12_000, fee: 120, time: 3),
    ]

    @Test func `X24 lifo: the newest lot is closed first`() throws {
        let (book, slices) = try run(.lifo, Self.example)
        // 5 from 110 win 50, 7 from 100 win 140.
        #expect(slices.map(\.quantity.lots) == [5, 7])
        #expect(slices.map(\.grossProfit.units) == [5_000, 14_000])
        #expect(slices.map(\.openFee.units) == [50, 70])
        #expect(slices.map(\.closeFee.units) == [50, 70])
        #expect(slices.map(\.openedAt.nanoseconds) == [2, 1])
        #expect(book.realised.units == 19_000)
        // 3 of the first lot stay, with 0.30 of its fee.
        #expect(book.lots.map(\.rest) == [3])
        #expect(book.cost.units == 30_000)
        #expect(book.lots.map(\.fee) == [30])
    }

    @Test func `X24 average: a part leaves one lot at the average cost`() throws {
        let (book, slices) = try run(.average, Self.example)
        // 1550 · 12 / 15 = 1240; sold for 1440.
        #expect(slices.map(\.quantity.lots) == [12])
        #expect(slices.map(\.openNotional.units) == [124_000])
        #expect(slices.map(\.grossProfit.units) == [20_000])
        // Of 1.50 twelve fifteenths.
        #expect(slices.map(\.openFee.units) == [120])
        #expect(slices.map(\.closeFee.units) == [120])
        #expect(slices.map(\.openedAt.nanoseconds) == [1])
        #expect(book.cost.units == 31_000)
        #expect(book.lots.map(\.fee) == [30])
    }

    @Test(arguments: LotMatching.allCases)
    func `X25: a flip closes all, and opens with the rest of the fee`(
        _ matching: LotMatching
    ) throws {
        // Long 5 @ 100 in two lots, sell 8 @ 90, fee 0.80.
        let (book, slices) = try run(
            matching,
            [
                Market.fill(.buy, 2, at: 10_000, time: 1),
                Market.fill(.buy, 3, at: 10_000, time: 2),
                Market.fill(.sell, 8, at: 9_000, fee: 80, time: 3),
            ])
        #expect(slices.reduce(0) { $0 + $1.grossProfit.units } == -5_000)
        #expect(slices.reduce(0) { $0 + $1.closeFee.units } == 50)
        #expect(book.position.lots == -3)
        #expect(book.cost.units == -27_000)
        #expect(book.lots.map(\.fee) == [30])
    }

    @Test(arguments: LotMatching.allCases, 1...100)
    func `books agree with a slow one in every slice`(_ matching: LotMatching, _ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        func next(_ range: ClosedRange<Int64>) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound
                + Int64((state >> 33) % UInt64(range.upperBound - range.lowerBound + 1))
        }
        var book = LotBook()
        var slow = SlowLots(matching: matching)
        for step in 1...200 as ClosedRange<Int64> {
            let isBuy = next(0...99) < (step / 20 % 2 == 0 ? 70 : 30)
            let (quantity, price) = (next(1...9), next(9_001...11_000))
            // Amounts that do not divide, so that parts are rounded.
            let notional = (price * quantity + 1) / 3
            let fee = next(-3...7)
            let fill = Market.fill(
                isBuy ? .buy : .sell, quantity, at: price, fee: max(fee, 0),
                rebate: max(-fee, 0), time: step, notional: notional)
            var slices = Column<LotClosed>()
            let profit = try book.apply(fill, by: matching, &slices)
            let due = slow.apply(
                isBuy ? 1 : -1,
                SlowLots.Lot(rest: quantity, notional: notional, fee: fee, time: step))
            let told = slices.values
            #expect(
                told.map {
                    SlowLots.Slice(
                        quantity: $0.quantity.lots, openNotional: $0.openNotional.units,
                        closeNotional: $0.closeNotional.units, openFee: $0.openFee.units,
                        closeFee: $0.closeFee.units, time: $0.openedAt.nanoseconds)
                } == due)
            let sign: Int64 = isBuy ? -1 : 1
            #expect(profit == due.reduce(0) { $0 + sign * ($1.closeNotional - $1.openNotional) })
            #expect(book.position.lots == slow.lots.reduce(0) { $0 + slow.sign * $1.rest })
            #expect(book.cost.units == slow.lots.reduce(0) { $0 + slow.sign * $1.notional })
            #expect(book.lots.map(\.fee) == slow.lots.map(\.fee))
            #expect(book.isSound && book.lotsSum)
            if slow.lots.isEmpty { slow.sign = 0 }
        }
    }

    @Test func `each account of a portfolio matches in its own way`() throws {
        let declared = try LotMatching.allCases.enumerated().map { place, matching in
            Account(
                id: AccountID(UInt32(place + 1)), name: matching.rawValue,
                currency: try Market.currency(), startingCash: Money(units: 1_000_000),
                kind: .margin, lots: matching)
        }
        var portfolio = try Portfolio(
            accounts: declared, instruments: Market.instruments(),
            primarySeries: [SeriesID(1), SeriesID(2)])
        // X24 in each: gross 220, 190 and 200.
        let gross: [Int64] = [22_000, 19_000, 20_000]
        for (account, expected) in zip(declared, gross) {
            var realised: Int64 = 0
            for fill in Self.example {
                let own = Market.fill(
                    fill.side, fill.quantity.lots, at: fill.price.ticks, fee: fill.fee.units,
                    for: account.id)
                realised += try portfolio.book(own, SequenceNumber(1)).realised.units
            }
            #expect(realised == expected)
            let ledger = portfolio.ledger(of: account.id)
            #expect(ledger?[.realisedPrice] == -expected)
        }
    }
}
