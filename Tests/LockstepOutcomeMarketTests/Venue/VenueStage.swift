import Foundation
import LockstepMarket
import LockstepModel
import LockstepOutcomeMarket

/// A venue driven by hand, with its outputs.
struct VenueStage: ~Copyable {
    var engine: OutcomeMarketVenue
    var outputs = MarketOutputs()
    private var ordinals: [UInt32: UInt32] = [:]

    init(
        _ settings: OutcomeMarketSettings, accounts: Int, cash: Int64 = 1000, seed: UInt64 = 1
    ) throws {
        let usdc = try Currency("USDC")
        let market = OutcomeMarket(settings: settings)
        let instruments = try market.instruments(
            venue: VenueID(1), name: "market", from: InstrumentID(1), currency: usdc)
        engine = try market.makeEngine(
            VenueID(1),
            in: MarketSetting(
                instruments: Instruments(instruments),
                primarySeries: [SeriesID?](repeating: nil, count: instruments.count),
                accounts: (1...accounts).map {
                    Account(
                        id: AccountID(UInt32($0)), name: "account-\($0)", currency: usdc,
                        startingCash: Money(units: cash * 1_000_000), venue: VenueID(1))
                }, seed: seed))
    }

    /// Asks for something, as a strategy of the same number as the account.
    @discardableResult
    mutating func ask(
        _ action: OrderAction, by account: UInt32, at time: Timestamp
    ) throws -> OrderID {
        let ordinal = (ordinals[account] ?? 0) + 1
        ordinals[account] = ordinal
        let id = OrderID(strategy: StrategyID(account), ordinal: ordinal)
        let intent = Intent(
            id: id, strategy: StrategyID(account), account: AccountID(account), action: action)
        try engine.execute(
            MarketCommand(
                order: Order(
                    intent: intent, intentSequence: SequenceNumber(1), decidedAt: time),
                arrival: time), at: time, &outputs)
        return id
    }

    /// Asks for an order.
    @discardableResult
    mutating func place(
        _ side: Side, _ lots: Int64, of instrument: UInt32 = 1, limit: Int64? = nil,
        autoFill: Bool = false, by account: UInt32 = 1, at second: Int64
    ) throws -> OrderID {
        let kind: OrderKind =
            limit.map { .limit(Price(ticks: $0), .goodTilCancelled, postOnly: false) }
            ?? .market(nil)
        return try ask(
            .place(
                OrderTerms(
                    side, Quantity(lots: lots), of: InstrumentID(instrument), kind,
                    autoFill: autoFill)), by: account, at: OutcomeRun.second(second))
    }

    /// Lets a step pass: what is decided, then the batch.
    mutating func step(
        _ second: Int64, _ resolutions: OutcomeResolution...
    ) throws {
        let frame = Frame(
            time: OutcomeRun.second(second), slots: [],
            data: ContiguousArray(resolutions.map { $0.datum(of: InstrumentID(1)) }))
        try engine.advance(frame, &outputs)
    }

    mutating func batch(_ second: Int64) throws {
        try engine.runBatch(at: OutcomeRun.second(second), &outputs)
        try engine.checkInvariants()
    }

    /// Saves the venue and goes on with what is read.
    mutating func saveAndRead() throws {
        let data = try JSONEncoder().encode(engine)
        engine = try JSONDecoder().decode(OutcomeMarketVenue.self, from: data)
    }

    var all: [MarketOutput] { outputs.indices.map { outputs[$0] } }

    var fills: [Fill] {
        all.compactMap { if case .fill(let fill) = $0 { fill } else { nil } }
    }

    var updates: [OrderUpdate] {
        all.compactMap { if case .update(let update) = $0 { update } else { nil } }
    }

    var events: [VenueEvent] {
        all.compactMap { if case .venue(let event) = $0 { event } else { nil } }
    }

    var quotes: [OutcomeQuote] {
        all.compactMap { if case .quote(let quote) = $0 { quote } else { nil } }
    }
}
