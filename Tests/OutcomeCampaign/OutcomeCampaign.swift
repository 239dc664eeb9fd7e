import LockstepOutcomeMarket
import LockstepOutcomeScenarios

/// Plays random orders in random markets and proves the rules after every step.
///
/// Arguments: how many markets (1000), and how many orders in each (1000).
@main
struct OutcomeCampaign {
    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let markets = numbers.first ?? 1000
        let orders = numbers.count > 1 ? numbers[1] : 1000
        var counts = RandomMarket.Counts()
        var digest: UInt64 = 0
        for seed in 0..<UInt64(markets) {
            var market = try RandomMarket(seed: seed)
            try market.play(orders: orders)
            counts.add(market.counts)
            digest = (digest ^ market.engine.digest) &* 0x0000_0100_0000_01B3
        }
        print("\(markets) markets, \(counts.orders) orders: every rule held after every step")
        print("accepted        \(counts.accepted)")
        for (source, count) in zip(["book", "cross", "maker", "auto-fill"], counts.fills) {
            print("fills           \(count) \(source)")
        }
        for (refusal, count) in zip(OutcomeRefusal.allCases, counts.rejected) {
            print("refused         \(count) \(refusal.name)")
        }
        print("eliminations    \(counts.eliminations), settlements \(counts.settlements)")
        print("buys            \(counts.penalised) penalised, \(counts.bounded) at the bound")
        print("coherent        \(counts.coherent) openings")
        print("digest          \(String(digest, radix: 16))")
    }
}
