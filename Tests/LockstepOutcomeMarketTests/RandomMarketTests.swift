import LockstepModel
import LockstepOutcomeMarket
import LockstepOutcomeScenarios
import Testing

@Suite struct RandomMarketTests {
    @Test(arguments: UInt64(5000)..<5030)
    func `every rule holds after every step`(seed: UInt64) throws {
        var market = try RandomMarket(seed: seed)
        try market.play(orders: 200)
        #expect(market.counts.orders > 0)
    }

    @Test func `debug and release builds and every machine come to the same state`() throws {
        // Recorded once, with a release build; the campaign prints the digest of all its markets.
        var digest: UInt64 = 0
        for seed in 0..<UInt64(10) {
            var market = try RandomMarket(seed: seed)
            try market.play(orders: 300)
            digest = (digest ^ market.engine.digest) &* 0x0000_0100_0000_01B3
        }
        #expect(digest == 0x4526_B064_C7D9_497D)
    }

    @Test func `a copy goes on as the original does`() throws {
        var market = try RandomMarket(seed: 3)
        try market.play(orders: 100)
        var copy = market
        try market.play(orders: 300)
        try copy.play(orders: 300)
        #expect(copy.engine.digest == market.engine.digest)
    }
}
