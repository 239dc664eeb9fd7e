import Testing

@testable import LockstepAnalytics

@Suite struct NormalDistributionTests {
    @Test(
        "quantiles agree with an independent implementation",
        // Newton's method on mpmath's erfc with 60 digits, for the double nearest to each.
        arguments: [
            (probability: 1e-300, score: -37.0470962993612),
            (probability: 1e-10, score: -6.361340902404057),
            (probability: 0.001, score: -3.0902323061678136),
            (probability: 0.01, score: -2.326347874040841),
            (probability: 0.02425, score: -1.972961051311885),
            (probability: 0.05, score: -1.6448536269514726),
            (probability: 0.3, score: -0.5244005127080408),
            (probability: 0.5, score: 0.0),
            (probability: 0.95, score: 1.6448536269514722),
            (probability: 0.975, score: 1.9599639845400538),
            (probability: 0.999999, score: 4.753424308817087),
        ]
    )
    func quantile(probability: Double, score: Double) throws {
        let found = try #require(NormalDistribution.quantile(probability))
        #expect(abs(found - score) <= 4e-16 * max(1, abs(score)))
    }

    @Test func `probability and quantile undo each other`() throws {
        for step in 1..<1_000 {
            let probability = Double(step) / 1_000
            let score = try #require(NormalDistribution.quantile(probability))
            #expect(abs(NormalDistribution.probability(below: score) - probability) < 2e-16)
        }
    }

    @Test func `there is no quantile at or beyond the ends`() {
        for probability in [0, 1, -0.1, 1.1, Double.nan] {
            #expect(NormalDistribution.quantile(probability) == nil)
        }
    }

    @Test func `the smallest probability has a finite quantile`() throws {
        let score = try #require(NormalDistribution.quantile(.leastNonzeroMagnitude))
        #expect(score < -38 && score > -39)
    }
}
