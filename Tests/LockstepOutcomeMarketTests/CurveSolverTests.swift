import Testing

@testable import LockstepOutcomeMarket

@Suite struct CurveSolverTests {
    private static func weights(
        _ change: (inout OutcomeMarketParameters) -> Void = { _ in }
    ) -> MarketWeights {
        var parameters = OutcomeMarketParameters(outcomes: 3)
        change(&parameters)
        return MarketWeights(
            parameters, elapsed: 0, span: 1, activeOutcomes: parameters.outcomes)
    }

    @Test func `powers in halves are products and square roots`() {
        // 4 to 1, 1.5, 2, 2.5, 8 and 16; exact, as 4 and its root are powers of two.
        for (halves, value) in [(2, 4.0), (3, 8), (4, 16), (5, 32), (16, 65_536), (32, 0x1p32)] {
            #expect(CurveSolver.power(4, halves: halves) == value)
        }
        // 1.5 to 2.5 is 2.25 times its root.
        #expect(CurveSolver.power(1.5, halves: 5) == (1.5).squareRoot() * 2.25)
    }

    @Test func `buying and selling at once is even without convexity`() {
        // Equal weights or not: selling is the same equation read backwards.
        for mu in [1, 3] {
            let weights = Self.weights {
                $0.kappa = WeightSchedule(0)
                $0.mu = WeightSchedule(Int64(mu) * Exact.one)
            }
            let before = CurveSolver(
                supply: 1_666_666_667, liquidity: 3_333_333_333, weights)
            let cost = before.buyRoot(1000)
            // What stays raises the liquidity: 0.8 of the cost with two others at 0.1 each.
            let after = CurveSolver(
                supply: 2_666_666_667, liquidity: 3_333_333_333 + Int64(0.8 * cost * 1e6), weights)
            #expect(abs(after.sellRoot(1000) - cost) < 1e-5)
        }
    }

    @Test func `the root solves its equation`() {
        // X = D (a p + b p′) + κ D², p′ = (q + D) / (L + f X)
        let solver = CurveSolver(supply: 1_500_000_000, liquidity: 3_000_000_000, Self.weights())
        let cost = solver.buyRoot(250)
        let after = (1500 + 250) / (3000 + 0.8 * cost)
        #expect(abs(250 * (0.25 + after / 2) + 0.001 * 250 * 250 - cost) < 1e-9)
        #expect(abs(solver.priceAfterBuying(250, for: cost) - after) < 1e-12)
    }

    @Test func `a fill bound is where the price or the surplus ends`() {
        let weights = Self.weights { $0.kappa = WeightSchedule(10_000_000) }
        let solver = CurveSolver(supply: 1_500_000_000, liquidity: 3_000_000_000, weights)
        // Bids at 0.6 above a price of 0.5: at the bound the price after is 0.6, or the cost is
        // 0.6 for each token; asks at 0.4 below it likewise.
        let bought = solver.fillBound(.buy, at: 0.6, distance: 0.6 * 3000 - 1500)
        let cost = solver.buyRoot(bought)
        let after = solver.priceAfterBuying(bought, for: cost)
        #expect(abs(max(after, cost / bought) - 0.6) < 1e-9)
        let sold = solver.fillBound(.sell, at: 0.4, distance: 1500 - 0.4 * 3000)
        let got = solver.sellRoot(sold)
        #expect(abs(min(solver.priceAfterSelling(sold, for: got), got / sold) - 0.4) < 1e-9)
    }

    @Test func `a schedule moves linearly and is cut toward zero`() {
        let rising = WeightSchedule(0, 10)
        #expect([0, 3, 7, 9].map { rising.value(at: $0, of: 7) } == [0, 4, 10, 10])
        // Down from 10 to 0: after 3 of 7 the change is −30/7, cut to −4.
        #expect(WeightSchedule(10, 0).value(at: 3, of: 7) == 6)
        #expect(rising.value(at: -5, of: 7) == 0)
        #expect(rising.value(at: 5, of: 0) == 10)
    }

    @Test func `the least contribution is the smallest that carries the liquidity`() {
        for gamma in [0, 100_000_000, 1_000_000_000] as [Int64] {
            let curve = LiquidityCurve(gamma: gamma, maximumPrice: 990_000_000_000)
            for posted in [1000, 3_333_333_333] as [Int64] {
                for liquidity in [0, 999, 1001, 2_000_000, 3_333_333_334, 5_000_000_000_000]
                    as [Int64]
                {
                    let least = curve.leastContribution(for: liquidity, posted: posted)
                    #expect(curve.liquidity(least, posted: posted) >= liquidity)
                    #expect(curve.liquidity(least - 1, posted: posted) < liquidity)
                }
            }
        }
    }
}
