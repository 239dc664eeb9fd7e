import Foundation
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import Testing

/// Random books and orders against independent means.
@Suite struct RandomBookTests {
    /// How many streams each test plays: few unless the environment asks for more.
    static let streams =
        ProcessInfo.processInfo.environment["LOCKSTEP_BOOK_STREAMS"].flatMap { Int($0) } ?? 50

    @Test(arguments: SelfTrade.allCases, [false, true])
    func `fills are those of the slow book`(_ mode: SelfTrade, _ isByOrder: Bool) throws {
        var traded = 0
        for seed in 0..<Self.streams {
            var play = try RandomBookPlay(seed: seed, mode, isByOrder: isByOrder)
            for _ in 0..<60 {
                try play.act()
                let (mine, slow) = play.comparison
                let isSame = mine == slow
                let row = zip(mine, slow).prefix { $0 == $1 }.count
                #expect(
                    isSame,
                    """
                    seed \(seed), from row \(row): \(mine.dropFirst(row)), \
                    \(slow.dropFirst(row)), \(play.log.suffix(12).joined(separator: "\n"))
                    """)
                if !isSame { return }
            }
            traded += play.slow.trades.count
        }
        #expect(traded > Self.streams)
    }

    /// Encoded and decoded between any two calls, an engine goes on as before.
    @Test func `a saved market goes on equal`() throws {
        for seed in 0..<max(4, Self.streams / 20) {
            var plain = try RandomBookPlay(seed: seed, .decrement, isByOrder: seed % 2 == 1)
            var saved = plain
            for _ in 0..<60 {
                try plain.act()
                try saved.act()
                let data = try JSONEncoder().encode(saved.stage.engine)
                saved.stage.engine = try JSONDecoder().decode(BookMarketEngine.self, from: data)
            }
            let isSame = plain.stage.outputs == saved.stage.outputs
            #expect(isSame, "seed \(seed)")
        }
    }

    @Test func `copies do not change each other`() throws {
        var play = try RandomBookPlay(seed: 1, .allow, isByOrder: false)
        for _ in 0..<30 { try play.act() }
        var (first, second) = (play, play)
        for _ in 0..<30 { try first.act() }
        for _ in 0..<30 { try second.act() }
        let isSame = first.stage.outputs == second.stage.outputs
        #expect(isSame)
    }

    /// Lots are bought from somebody or from what is displayed; nothing fills without an order,
    /// beyond its quantity, after its end, or at a worse price than its limit.
    @Test func `fills keep to their orders`() throws {
        for seed in 0..<Self.streams {
            var play = try RandomBookPlay(seed: seed, .cancelOldest, isByOrder: seed % 2 == 1)
            for _ in 0..<60 { try play.act() }
            var left: [OrderID: Int64] = [:]
            for output in play.stage.outputs {
                switch output {
                case .fill(let fill):
                    let before = try #require(left[fill.order])
                    #expect(before - fill.quantity.lots == fill.leaves.lots)
                    left[fill.order] = fill.leaves.isZero ? nil : fill.leaves.lots
                    if let limit = play.limits[fill.order] {
                        #expect(
                            fill.side == .buy
                                ? fill.price.ticks <= limit : fill.price.ticks >= limit)
                    }
                case .update(let update):
                    if update.change == .accepted || update.change == .amended {
                        left[update.order] = update.leaves.lots
                    } else if update.change.isFinal {
                        left[update.order] = nil
                    }
                default: break
                }
            }
            #expect(left.count == play.stage.engine.workingOrders)
        }
    }

    /// Prices reflected and sides exchanged give reflected fills.
    @Test func `mirrored books give mirrored fills`() throws {
        for seed in 0..<Self.streams {
            var plain = try RandomBookPlay(seed: seed, .cancelNewest, isByOrder: false)
            var mirrored = try RandomBookPlay(
                seed: seed, .cancelNewest, isByOrder: false, isMirrored: true)
            for _ in 0..<60 {
                try plain.act()
                try mirrored.act()
            }
            let fills = plain.stage.fills.map {
                [$0.order.rawValue, UInt64($0.quantity.lots), UInt64(200 - $0.price.ticks)]
            }
            let reflected = mirrored.stage.fills.map {
                [$0.order.rawValue, UInt64($0.quantity.lots), UInt64($0.price.ticks)]
            }
            // Of one change the orders of both sides are told in another order at most.
            let isSame =
                fills.sorted { $0.lexicographicallyPrecedes($1) }
                == reflected.sorted { $0.lexicographicallyPrecedes($1) }
            #expect(isSame, "seed \(seed)")
            if !isSame { return }
        }
    }

    /// Another account, alone in its world, changes nothing for the first one.
    @Test func `another account changes no fill`() throws {
        for seed in 0..<Self.streams {
            var both = try RandomBookPlay(
                seed: seed, .cancelNewest, isByOrder: false, isShared: false)
            var alone = both
            alone.silent = 2
            for _ in 0..<60 {
                try both.act()
                try alone.act()
            }
            let first = { (play: RandomBookPlay) in
                play.stage.fills.filter { $0.account == AccountID(1) }
            }
            let isSame = first(both) == first(alone)
            #expect(isSame, "seed \(seed)")
            if !isSame { return }
        }
    }

    /// Ten times of everything fills ten times as much.
    @Test func `quantities and fills scale together`() throws {
        for seed in 0..<Self.streams {
            var plain = try RandomBookPlay(seed: seed, .decrement, isByOrder: seed % 2 == 1)
            var large = plain
            large.scale = 10
            // Models of the queue round by the lot.
            if plain.slow.exponent > 0 { continue }
            for _ in 0..<60 {
                try plain.act()
                try large.act()
            }
            let fills = plain.stage.fills.map {
                [Int64($0.order.ordinal), $0.price.ticks, 10 * $0.quantity.lots]
            }
            let scaled = large.stage.fills.map {
                [Int64($0.order.ordinal), $0.price.ticks, $0.quantity.lots]
            }
            let isSame = fills == scaled
            #expect(isSame, "seed \(seed)")
            if !isSame { return }
        }
    }

    /// What the engine holds of each account is what its books say, which add up after every fill.
    @Test func `fills add up in lots, ledger and equity`() throws {
        for seed in 0..<Self.streams {
            var play = try RandomBookPlay(seed: seed, .cancelBoth, isByOrder: seed % 2 == 1)
            var books = try BooksCheck(
                accounts: 2, cash: 1_000_000_000_000,
                matching: LotMatching.allCases[seed % LotMatching.allCases.count])
            var told = 0
            for _ in 0..<60 {
                try play.act()
                let fills = play.stage.fills
                for fill in fills[told...] { try books.book(fill) }
                told = fills.count
            }
            try books.settle([])
            for number in 1...2 as ClosedRange<UInt32> {
                let engine = play.stage.engine
                let cash = try #require(engine.cash(of: AccountID(number)))
                let held = try #require(
                    engine.position(of: AccountID(number), in: InstrumentID(1)))
                #expect(books.cash(number) == cash.units, "seed \(seed)")
                #expect(books.position(number, 1) == held.lots, "seed \(seed)")
            }
        }
    }
}
