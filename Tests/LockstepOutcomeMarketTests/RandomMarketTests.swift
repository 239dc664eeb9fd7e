import Foundation
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

    @Test(arguments: UInt64(20)..<24)
    func `a saved market goes on as the original does`(seed: UInt64) throws {
        var market = try RandomMarket(seed: seed)
        try market.play(orders: 150)
        var engine = market.engine
        var saved = try JSONDecoder().decode(
            OutcomeMarketEngine.self, from: try JSONEncoder().encode(engine))
        #expect(saved.digest == engine.digest)
        let orders: [OutcomeOrder] = (0..<40).map { index in
            .buy(
                1_000_000 + index, 1_000_000 * Int64(1 + index % 7),
                of: engine.activeOutcomes[0], index % 2 == 0 ? .yes : .no, by: 0)
        }
        var (output, otherOutput) = (OutcomeOutput(), OutcomeOutput())
        try engine.runBatch(at: engine.now, orders, into: &output)
        try saved.runBatch(at: saved.now, orders, into: &otherOutput)
        #expect(output.events == otherOutput.events)
        #expect(output.fills == otherOutput.fills)
        #expect(saved.digest == engine.digest)
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
