import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket
import Testing

@Suite struct OutcomeMarketVenueTests {
    private static func settings(
        _ change: (inout OutcomeMarketSettings) -> Void = { _ in }
    ) -> OutcomeMarketSettings {
        var settings = OutcomeRun.settings()
        change(&settings)
        return settings
    }

    // MARK: Batches

    /// The places of the accounts in a batch of one purchase each.
    private static func ranks(of accounts: [UInt32], seed: UInt64) throws -> [UInt32] {
        var stage = try VenueStage(settings(), accounts: Int(accounts.max() ?? 1), seed: seed)
        try stage.step(1)
        for account in accounts { try stage.place(.buy, 100, by: account, at: 1) }
        try stage.batch(1)
        return stage.fills.map(\.account.rawValue)
    }

    @Test func `nobody's mean place in the batch depends on the place in the configuration`() throws
    {
        // Of five the mean place is 2 and its deviation the root of 2; over 1,000 seeds the mean
        // is within four deviations, 4 · 1.4142 / 31.6 = 0.179, for every account.
        var sums = [Double](repeating: 0, count: 5)
        for seed in 0..<UInt64(1000) {
            for (place, account) in try Self.ranks(of: [1, 2, 3, 4, 5], seed: seed).enumerated() {
                sums[Int(account) - 1] += Double(place)
            }
        }
        for sum in sums { #expect(abs(sum / 1000 - 2) < 0.179) }
    }

    @Test func `a newcomer leaves the others in the order in which they were`() throws {
        for seed in 0..<UInt64(100) {
            let before = try Self.ranks(of: [1, 2, 3, 4, 5], seed: seed)
            let after = try Self.ranks(of: [1, 2, 3, 4, 5, 6], seed: seed)
            #expect(after.filter { $0 != 6 } == before)
        }
    }

    @Test func `what answers a batch waits for the next one`() throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        try stage.step(1)
        try stage.place(.buy, 100, at: 1)
        try stage.batch(1)
        try stage.place(.buy, 200, at: 1)
        #expect(stage.fills.map(\.quantity.lots) == [100])
        try stage.step(2)
        try stage.batch(2)
        #expect(stage.fills.map(\.quantity.lots) == [100, 200])
        #expect(stage.fills.map(\.executedAt) == [OutcomeRun.second(1), OutcomeRun.second(2)])
    }

    @Test func `the next batch is a whole number of intervals after the opening`() throws {
        var stage = try VenueStage(Self.settings { $0.batchInterval = 4_000_000_000 }, accounts: 1)
        #expect(stage.engine.nextWake == OutcomeRun.second(4))
        try stage.step(1)
        #expect(stage.engine.nextWake == OutcomeRun.second(4))
        try stage.step(5)
        #expect(stage.engine.nextWake == OutcomeRun.second(8))
        try stage.step(6, OutcomeResolution(.settle, [1]))
        #expect(stage.engine.nextWake == nil)
    }

    @Test func `an order of a slow account comes into a later batch`() throws {
        var stage = try VenueStage(
            Self.settings { $0.latency = ["account-1": 2_000_000_000] }, accounts: 2)
        try stage.step(1)
        try stage.place(.buy, 100, by: 1, at: 1)
        try stage.place(.buy, 100, by: 2, at: 1)
        for second in 1...3 as ClosedRange<Int64> {
            try stage.step(second)
            try stage.batch(second)
        }
        #expect(stage.fills.map(\.account.rawValue) == [2, 1])
        #expect(stage.fills.map(\.executedAt) == [OutcomeRun.second(1), OutcomeRun.second(3)])
    }

    @Test func `a cancel that arrives with its order takes both out`() throws {
        var stage = try VenueStage(Self.settings { $0.gas = Money(units: 1000) }, accounts: 1)
        try stage.step(1)
        let order = try stage.place(.buy, 100, limit: 20, at: 1)
        try stage.ask(.cancel(order), by: 1, at: OutcomeRun.second(1))
        try stage.batch(1)
        #expect(stage.updates.map(\.change) == [.accepted, .cancelled])
        #expect(stage.updates.map(\.leaves.lots) == [100, 100])
        #expect(stage.events.isEmpty, "what never came into the market costs no gas")
    }

    @Test func `a cancel ends what rests, and a late one is answered by how it ended`() throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        try stage.step(1)
        let resting = try stage.place(.buy, 100, limit: 20, at: 1)
        let filled = try stage.place(.buy, 100, at: 1)
        try stage.batch(1)
        for order in [resting, resting, filled, OrderID(strategy: StrategyID(1), ordinal: 99)] {
            try stage.step(2)
            try stage.ask(.cancel(order), by: 1, at: OutcomeRun.second(2))
            try stage.batch(2)
        }
        #expect(
            stage.updates.suffix(4).map(\.change) == [
                .cancelled, .cancelRejected, .cancelRejected, .cancelRejected,
            ])
        #expect(
            stage.updates.suffix(4).map(\.reason) == [
                .byStrategy, .alreadyEnded, .alreadyFilled, .unknownOrder,
            ])
    }

    @Test func `only cancels pass while trading is frozen`() throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        try stage.step(1)
        let resting = try stage.place(.buy, 100, limit: 20, at: 1)
        try stage.batch(1)
        try stage.step(2, OutcomeResolution(.freeze))
        try stage.place(.buy, 100, at: 2)
        try stage.ask(.cancel(resting), by: 1, at: OutcomeRun.second(2))
        try stage.batch(2)
        #expect(stage.quotes.suffix(3).allSatisfy { $0.status == .frozen })
        #expect(stage.updates.suffix(2).map(\.change) == [.rejected, .cancelled])
        #expect(stage.updates.suffix(2).first?.reason == .frozen)
    }

    // MARK: Guards

    @Test func `a purchase above what tokens bring is refused unless the guard is off`() throws {
        // Without convexity the market maker asks more than 1 for each somewhere beyond 4,000 YES.
        for isGuarded in [true, false] {
            let settings = Self.settings {
                $0.kappa = .init(.zero)
                $0.opening = .supplies(yes: nil, no: nil)
                $0.guards = .init(maxSlippage: nil, redemption: isGuarded)
            }
            var stage = try VenueStage(settings, accounts: 1, cash: 100_000)
            try stage.step(1)
            for _ in 0..<60 { try stage.place(.buy, 1_000_000, at: 1) }
            try stage.batch(1)
            let dear = stage.fills.filter {
                $0.notional.units + $0.fee.units > $0.quantity.lots * 100
            }
            let refused = stage.updates.filter { $0.reason == .priceOutsideRedemption }
            #expect(dear.isEmpty == isGuarded)
            #expect(refused.isEmpty != isGuarded)
            #expect(stage.fills.count + refused.count == 60)
            #expect(stage.fills.count > 40)
        }
    }

    @Test func `a sale for nothing is refused unless the guard is off`() throws {
        // With a convexity of 0.01 a sale of 100 tokens brings 0.
        for isGuarded in [true, false] {
            let settings = Self.settings {
                $0.kappa = .init(Rate(trillionths: 10_000_000_000))
                $0.guards = .init(maxSlippage: nil, redemption: isGuarded)
            }
            var stage = try VenueStage(settings, accounts: 1)
            try stage.step(1)
            for second in 1...10 as ClosedRange<Int64> {
                try stage.place(.buy, 100_000, at: second)
                try stage.batch(second)
            }
            try stage.place(.sell, 1_000_000, at: 11)
            try stage.batch(11)
            let last = try #require(stage.updates.last)
            #expect(last.reason == (isGuarded ? .priceOutsideRedemption : .none))
            #expect(stage.fills.last?.notional == (isGuarded ? stage.fills[9].notional : .zero))
        }
    }

    @Test func `a market order that names no slippage gets that of the guard`() throws {
        for slippage in [Rate(trillionths: 50_000_000_000), nil] {
            let settings = Self.settings { $0.guards.maxSlippage = slippage }
            var stage = try VenueStage(settings, accounts: 1)
            try stage.step(1)
            try stage.place(.buy, 1_000_000, at: 1)
            try stage.batch(1)
            #expect(stage.updates.last?.reason == (slippage == nil ? OrderReason.none : .slippage))
        }
    }

    @Test func `a limit through the market maker's price rests, and is noted`() throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        try stage.step(1)
        try stage.place(.buy, 100, limit: 60, at: 1)
        try stage.place(.buy, 100, limit: 20, at: 1)
        try stage.batch(1)
        let notes = stage.events.filter { $0.kind == .throughMaker }
        #expect(notes.map(\.price.ticks) == [60])
        #expect(notes.map(\.otherPrice.ticks) == [33])
        #expect(stage.updates.map(\.change) == [.accepted, .accepted])
    }

    // MARK: Refusals

    @Test func `what a market of batches cannot do is refused at once`() throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        try stage.step(1)
        let kinds: [OrderKind] = [
            .limit(Price(ticks: 20), .day, postOnly: false),
            .limit(Price(ticks: 20), .goodTilCancelled, postOnly: true),
            .stop(Price(ticks: 20), .goodTilCancelled), .market(.immediateOrCancel),
        ]
        for kind in kinds {
            try stage.ask(
                .place(OrderTerms(.buy, Quantity(lots: 1), of: InstrumentID(1), kind)), by: 1,
                at: OutcomeRun.second(1))
        }
        try stage.ask(
            .place(
                OrderTerms(.sell, Quantity(lots: 1), of: InstrumentID(1), reduceOnly: true)),
            by: 1, at: OutcomeRun.second(1))
        #expect(
            stage.updates.map(\.reason) == [OrderReason](repeating: .invalidCombination, count: 5))
    }

    @Test(arguments: [
        (100, 1000, OrderReason.invalidPrice), (100, 0, .invalidPrice),
        (1 << 52, 20, .invalidSize), (100_000_000, 20, .insufficientBalance),
    ])
    func `the engine's reasons are told as they are`(
        lots: Int64, limit: Int64, reason: OrderReason
    ) throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        try stage.step(1)
        try stage.place(.buy, lots, limit: limit, at: 1)
        try stage.place(.sell, 1, at: 1)
        try stage.batch(1)
        #expect(stage.updates.map(\.reason) == [reason, .insufficientTokens])
    }

    @Test func `the largest order is refused, not trapped on`() throws {
        // 10¹⁴ millionths of a token is the largest size: it would cost more than Int64 holds.
        let settings = Self.settings { $0.guards = .init(maxSlippage: nil, redemption: false) }
        var stage = try VenueStage(settings, accounts: 1)
        try stage.step(1)
        try stage.place(.buy, 1_000_000_000_000, at: 1)
        try stage.batch(1)
        #expect(stage.updates.map(\.reason) == [.sizeTooLarge])
    }

    @Test func `outcomes that leave while trading goes on are refused with a remedy`() throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        do {
            try stage.step(1, OutcomeResolution(.eliminate, [1]))
            Issue.record("it was let pass")
        } catch let error as MarketError {
            #expect("\(error)".contains("freeze the market before"))
        }
    }

    // MARK: State

    @Test func `a venue that was saved and read between calls goes on equally`() throws {
        for seed in 0..<UInt64(5) {
            var plain = try VenueStage(OutcomeRun.settings(), accounts: 4, seed: seed)
            var saved = try VenueStage(OutcomeRun.settings(), accounts: 4, seed: seed)
            var random = RandomStream(seed: seed, component: "saved venue")
            for second in 1...20 as ClosedRange<Int64> {
                try plain.step(second)
                try saved.step(second)
                for _ in 0..<6 {
                    let account = UInt32(random.next(below: 4)) + 1
                    let token = UInt32(random.next(below: 6)) + 1
                    let side: Side = random.next(below: 3) == 0 ? .sell : .buy
                    let limit =
                        random.next(below: 2) == 0 ? nil : Int64(random.next(below: 90)) + 5
                    let lots = Int64(random.next(below: 50_000)) + 1
                    try plain.place(
                        side, lots, of: token, limit: limit, by: account, at: second)
                    try saved.place(
                        side, lots, of: token, limit: limit, by: account, at: second)
                    if random.next(below: 4) == 0 { try saved.saveAndRead() }
                }
                try plain.batch(second)
                try saved.batch(second)
                try saved.saveAndRead()
            }
            #expect(plain.all == saved.all)
            #expect(plain.fills.count > 20)
        }
    }

    @Test func `books that differ from the ledger end the run`() throws {
        var stage = try VenueStage(Self.settings(), accounts: 1)
        func deposit(_ units: Int64) -> Booking {
            Booking(
                account: AccountID(1), strategy: StrategyID(0), instrument: InstrumentID(0),
                kind: .deposit, cashChange: Money(units: units), cashAfter: Money(units: units),
                positionAfter: .zero)
        }
        try stage.engine.apply(deposit(1_000_000_000))
        try stage.engine.settle(at: OutcomeRun.second(0))
        try stage.engine.apply(deposit(1_000_000_001))
        #expect(throws: MarketError.self) { try stage.engine.settle(at: OutcomeRun.second(1)) }
    }
}
