import LockstepModel
import LockstepStrategy
import Testing

/// What a decision asked for, in the order it was asked.
private struct Asked: Equatable, CustomStringConvertible {
    var side: Side
    var instrument: UInt32
    var lots: Int64
    /// The ticks of a limit; nil for a market order.
    var limit: Int64?

    init(_ side: Side, _ instrument: UInt32, _ lots: Int64, limit: Int64? = nil) {
        self.side = side
        self.instrument = instrument
        self.lots = lots
        self.limit = limit
    }

    init?(_ action: CrowdAction) {
        guard case .place(let terms) = action, case .quantity(let quantity) = terms.size
        else { return nil }
        self.init(
            terms.side, terms.instrument.rawValue, quantity.lots,
            limit: terms.limitPrice?.ticks)
    }

    var description: String { "\(side) \(lots) of \(instrument) at \(limit ?? -1)" }
}

/// An event whose YES tokens are the odd instruments and whose NO tokens are the even ones; a tick
/// is a cent, a token has ten lots.
private func event(_ prices: [(yes: Int64, no: Int64)], cash: Int64 = 1_000_000_000) -> CrowdView {
    var view = CrowdView(
        outcomes: prices.indices.map { place in
            CrowdOutcome(
                yes: InstrumentID(UInt32(2 * place + 1)), no: InstrumentID(UInt32(2 * place + 2)))
        }, tick: 10_000, lotsPerToken: 10)
    for (place, price) in prices.enumerated() {
        view.outcomes[place].yesPrice = price.yes
        view.outcomes[place].noPrice = price.no
        view.outcomes[place].isActive = true
    }
    view.cash = cash
    return view
}

private func asked<Mind: CrowdMind>(
    _ mind: inout Mind, _ view: CrowdView, entity: UInt64 = 1
) -> [Asked] {
    var random = RandomStream(seed: 1, component: "agents/test", entity: entity)
    return mind.decide(view, &random).compactMap { Asked($0) }
}

@Suite struct CrowdMindTests {
    @Test(arguments: UInt64(0)..<64)
    func `a noise trader asks for what it can pay and sells what it holds`(entity: UInt64) throws {
        var mind = try NoiseMind(NoiseMind.Parameters())
        // 3 USDC: at 0.50 and a tenth, five tokens at most.
        var view = event([(500_000, 500_000), (500_000, 500_000)], cash: 3_000_000)
        view.outcomes[1].yesHeld = 7
        var random = RandomStream(seed: 5, component: "agents/test", entity: entity)
        var kinds: Set<String> = []
        for _ in 0..<50 {
            for order in mind.decide(view, &random).compactMap({ Asked($0) }) {
                switch order.side {
                case .buy:
                    #expect(order.lots > 0 && order.lots <= 54 * 100 / (order.limit ?? 50))
                    #expect((order.limit ?? 49) < 50)
                case .sell:
                    #expect(order.instrument == 3)
                    #expect(order.lots <= 7)
                    #expect((order.limit ?? 51) > 50)
                }
                kinds.insert("\(order.side) \(order.limit == nil)")
            }
        }
        #expect(kinds.count >= 3)
        // Outcomes that left are nobody's business.
        view.outcomes[0].isActive = false
        view.outcomes[1].isActive = false
        #expect(mind.decide(view, &random).isEmpty)
    }

    @Test func `a noise trader that has too much resting takes all of it back`() throws {
        var mind = try NoiseMind(NoiseMind.Parameters())
        var view = event([(500_000, 500_000), (500_000, 500_000)])
        view.openOrders = 4
        var random = RandomStream(seed: 5, component: "agents/test")
        #expect(mind.decide(view, &random).first == .cancelAll)
    }

    @Test func `momentum buys what rose, and contrarians what fell`() throws {
        var parameters = TrendMind<Following>.Parameters()
        parameters.size = 3
        var following = try TrendMind<Following>(parameters)
        var other = TrendMind<Fading>.Parameters()
        other.size = 3
        var fading = try TrendMind<Fading>(other)
        let before = event([(300_000, 700_000), (300_000, 700_000)])
        // The first look sets the averages.
        #expect(asked(&following, before).isEmpty)
        #expect(asked(&fading, before).isEmpty)
        // The second outcome rises by two cents, the first falls by one.
        let after = event([(290_000, 710_000), (320_000, 680_000)])
        #expect(asked(&following, after) == [Asked(.buy, 3, 30)])
        #expect(asked(&fading, after) == [Asked(.buy, 4, 30)])
        // Averages are now 300,000 + 20,000 / 5 and 300,000 − 10,000 / 5: within a cent nobody acts.
        let calm = event([(300_000, 700_000), (304_000, 696_000)])
        #expect(asked(&following, calm).isEmpty)
    }

    @Test func `a bet against the trend is given up before one with it is made`() throws {
        var mind = try TrendMind<Following>(TrendMind<Following>.Parameters())
        _ = asked(&mind, event([(300_000, 700_000), (300_000, 700_000)]))
        var view = event([(350_000, 650_000), (300_000, 700_000)])
        view.outcomes[0].noHeld = 40
        #expect(asked(&mind, view) == [Asked(.sell, 2, 40)])
    }

    @Test func `an informed trader waits for its signal and trades toward it`() throws {
        var mind = try InformedMind(InformedMind.Parameters())
        let view = event([(200_000, 800_000), (200_000, 800_000)])
        #expect(asked(&mind, view).isEmpty)
        // Told 0.60 where the market says 0.20: more than six cents away, so the whole size of 50.
        mind.hear(600_000, about: 1)
        #expect(asked(&mind, view) == [Asked(.buy, 3, 500)])
        // 0.24 where it says 0.20: four of six cents, so 33 of 50 tokens.
        mind.hear(240_000, about: 1)
        #expect(asked(&mind, view) == [Asked(.buy, 3, 330)])
        // Within three cents nothing is worth a trade.
        mind.hear(220_000, about: 1)
        #expect(asked(&mind, view).isEmpty)
        // Told that it is less likely: NO is worth 0.90 and costs 0.80. A YES held goes first.
        mind.hear(100_000, about: 1)
        #expect(asked(&mind, view) == [Asked(.buy, 4, 500)])
        var holding = view
        holding.outcomes[1].yesHeld = 120
        #expect(asked(&mind, holding) == [Asked(.sell, 3, 120)])
    }

    @Test func `a maker quotes both tokens around one middle`() throws {
        var mind = try MakerMind(MakerMind.Parameters())
        // 0.40: bids at 0.38 for YES and 0.58 for NO, which together are below 1.
        #expect(
            asked(&mind, event([(400_000, 600_000)]))
                == [Asked(.buy, 1, 200, limit: 38), Asked(.buy, 2, 200, limit: 58)])
    }

    @Test func `a maker leans against what it holds`() throws {
        var parameters = MakerMind.Parameters()
        parameters.skew = 2
        var mind = try MakerMind(parameters)
        var view = event([(400_000, 600_000)])
        // Three sizes of YES move the middle by six ticks, to 0.34; YES is offered at 0.36.
        view.outcomes[0].yesHeld = 600
        view.openOrders = 2
        var random = RandomStream(seed: 1, component: "agents/test")
        let actions = mind.decide(view, &random)
        #expect(actions.first == .cancelAll)
        #expect(
            actions.compactMap { Asked($0) } == [
                Asked(.buy, 1, 200, limit: 32), Asked(.sell, 1, 200, limit: 36),
                Asked(.buy, 2, 200, limit: 64),
            ])
        // At its limit of 200 tokens it buys no more of them.
        view.outcomes[0].yesHeld = 2000
        #expect(
            mind.decide(view, &random).compactMap { Asked($0) }.allSatisfy {
                $0.side == .sell || $0.instrument == 2
            })
    }

    @Test func `an arbitrageur buys the set that pays more than it costs`() throws {
        var mind = try ArbitrageMind(ArbitrageMind.Parameters())
        // Five NO at 0.50 cost 2.50 and pay 4.
        let half = event(Array(repeating: (500_000, 500_000), count: 5))
        #expect(asked(&mind, half) == [2, 4, 6, 8, 10].map { Asked(.buy, $0, 50) })
        // Five YES at 0.15 cost 0.75 and pay 1; five NO at 0.85 cost 4.25 and pay 4.
        let low = event(Array(repeating: (150_000, 850_000), count: 5))
        #expect(asked(&mind, low) == [1, 3, 5, 7, 9].map { Asked(.buy, $0, 50) })
        // 0.30 and 0.60 cost 0.90 and pay 1; the sets of all are fair.
        let pair = event([(300_000, 600_000), (350_000, 700_000), (350_000, 700_000)])
        #expect(asked(&mind, pair) == [Asked(.buy, 1, 50), Asked(.buy, 2, 50)])
        // Fair prices leave nothing.
        #expect(asked(&mind, event(Array(repeating: (200_000, 800_000), count: 5))).isEmpty)
    }

    @Test func `an arbitrageur buys as many of each as it can pay for`() throws {
        var mind = try ArbitrageMind(ArbitrageMind.Parameters())
        // A set costs 2.50, and a tenth is kept for fees: 5.5 USDC are two sets.
        let poor = event(Array(repeating: (500_000, 500_000), count: 5), cash: 5_500_000)
        #expect(asked(&mind, poor) == [2, 4, 6, 8, 10].map { Asked(.buy, $0, 20) })
    }

    @Test func `an arbitrageur sells a set that is dearer than what it pays`() throws {
        var mind = try ArbitrageMind(ArbitrageMind.Parameters())
        var view = event(Array(repeating: (300_000, 700_000), count: 5))
        // Five YES at 0.30 bring 1.50 and pay 1. Only four are held: there is no set to sell.
        for place in 0..<4 { view.outcomes[place].yesHeld = 30 }
        // Five NO at 0.70 cost 3.50 and pay 4, which is the next best.
        #expect(asked(&mind, view) == [2, 4, 6, 8, 10].map { Asked(.buy, $0, 50) })
        view.outcomes[4].yesHeld = 20
        view.outcomes[4].noPrice = 1_190_000
        #expect(asked(&mind, view) == [1, 3, 5, 7, 9].map { Asked(.sell, $0, 20) })
    }

    @Test func `parameters outside their ranges are refused by name`() throws {
        var parameters = NoiseMind.Parameters()
        parameters.limits = 101
        let error = try #require(throws: (any Error).self) { try NoiseMind(parameters) }
        #expect("\(error)" == "limits must be 0 to 100, not 101.")
    }
}
