import LockstepModel
import Testing

@testable import LockstepRisk

/// Accounts that a venue keeps, and tokens that redeem for one.
@Suite struct KeeperTests {
    /// Instrument 1 is a stock at venue 1, instrument 2 a token with ticks of a cent at venue 2.
    ///
    /// Account 1 is the run's, account 2 kept by venue 2.
    private static func gate(isGuarded: Bool = true) throws -> RiskGate {
        let dollar = try Currency("USD")
        let instruments = try Instruments(
            [("S", UInt16(1)), ("T", 2)].enumerated().map { place, item in
                try Instrument(
                    id: InstrumentID(UInt32(place + 1)), symbol: item.0, venue: VenueID(item.1),
                    currency: dollar, tickSize: ExactDecimal("0.01"), lot: ExactDecimal("0.01"))
            })
        var gate = try RiskGate(
            instruments: instruments,
            accounts: [nil, VenueID(2)].enumerated().map { place, venue in
                Account(
                    id: AccountID(UInt32(place + 1)), name: "account-\(place + 1)",
                    currency: dollar, startingCash: Money(units: 1_000_000_000), venue: venue)
            }, holders: [VenueID(2)], redeeming: isGuarded ? [VenueID(2)] : [])
        for account in 1...2 {
            gate.apply(
                Booking(
                    account: AccountID(UInt32(account)), strategy: StrategyID(0),
                    instrument: InstrumentID(0), kind: .deposit,
                    cashChange: Money(units: 1_000_000_000),
                    cashAfter: Money(units: 1_000_000_000), positionAfter: .zero))
        }
        return gate
    }

    private static func intent(
        _ account: UInt32, _ instrument: UInt32, _ side: Side = .buy, limit: Int64
    ) -> Intent {
        Intent(
            id: OrderID(strategy: StrategyID(account), ordinal: UInt32(limit)),
            strategy: StrategyID(account), account: AccountID(account),
            action: .place(
                OrderTerms(
                    side, Quantity(lots: 1), of: InstrumentID(instrument),
                    .limit(Price(ticks: limit), .goodTilCancelled, postOnly: false))))
    }

    @Test func `an account trades where it is kept, and no other account does`() throws {
        var gate = try Self.gate()
        #expect(gate.refusal(of: Self.intent(1, 1, limit: 50)) == nil)
        #expect(gate.refusal(of: Self.intent(2, 2, limit: 50)) == nil)
        // The figure is the account.
        #expect(
            gate.refusal(of: Self.intent(1, 2, limit: 51)) == RiskRefusal(.notTradable, limit: 1))
        #expect(
            gate.refusal(of: Self.intent(2, 1, limit: 52)) == RiskRefusal(.notTradable, limit: 2))
    }

    @Test func `no purchase names a price above what a token pays, unless that is off`() throws {
        var gate = try Self.gate()
        // 100 ticks of a cent are one dollar.
        #expect(gate.refusal(of: Self.intent(2, 2, limit: 100)) == nil)
        #expect(
            gate.refusal(of: Self.intent(2, 2, limit: 101))
                == RiskRefusal(.priceOutsideRedemption, limit: 100))
        // A stock has no such price.
        #expect(gate.refusal(of: Self.intent(1, 1, limit: 101)) == nil)
        var other = try Self.gate(isGuarded: false)
        #expect(other.refusal(of: Self.intent(2, 2, limit: 101)) == nil)
    }
}
