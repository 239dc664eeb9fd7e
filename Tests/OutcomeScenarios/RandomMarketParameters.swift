package import LockstepModel
package import LockstepOutcomeMarket

extension OutcomeMarketParameters {
    /// Parameters anywhere in their ranges, the same for the same stream.
    package static func random(_ random: inout RandomStream) -> OutcomeMarketParameters {
        let one: Int64 = 1_000_000_000_000
        func pick<Value>(_ values: [Value]) -> Value {
            values[Int(random.next(below: UInt64(values.count)))]
        }
        func between(_ low: Int64, _ high: Int64) -> Int64 {
            low + Int64(random.next(below: UInt64(high - low + 1)))
        }
        var parameters = OutcomeMarketParameters(outcomes: pick([2, 2, 3, 3, 4, 5, 8, 12]))
        let outcomes = Int64(parameters.outcomes)
        parameters.subsidy =
            pick([1_000_000, 200_000_000, 10_000_000_000, 3_000_000_000_000])
            + between(0, 999)
        parameters.gamma = pick([0, one / 10_000, one / 1000, between(0, one / 1000)])
        func weight() -> Int64 { between(one / 4, 3 * one) }
        parameters.mu = WeightSchedule(weight(), weight())
        parameters.nu = WeightSchedule(weight(), weight())
        let convexity = pick([0, one / 1_000_000, one / 1000, one / 100])
        parameters.kappa = WeightSchedule(convexity, pick([0, convexity]))
        let most = 950_000_000_000 / (outcomes - 1)
        parameters.zeta = WeightSchedule(pick([0, most, between(0, most)]), between(0, most))
        parameters.fee = pick([0, one / 100, one / 20])
        parameters.matchFee = pick([0, one / 200, one / 50])
        parameters.maximumPrice = pick([one * 99 / 100, one * 95 / 100, one - one / 1000])
        parameters.minimumPrice = pick([one / 100, one / 20, one / 1000])
        parameters.eta = pick([2, 3, 4, 5, 9, 32]) * one / 2
        parameters.tickSize = pick([10_000, 10_000, 1000, 50_000, 100, 1])
        parameters.sigma = pick([0, one / 2, one])
        parameters.autoFillCapShare = pick([one / 10, one / 2, one])
        parameters.autoFillMaximumLevels = pick([0, 1, 3, 100])
        parameters.autoFillMaximumSurplus = pick([0, one / 20, one])
        parameters.crossMatching = random.next(below: 8) > 0
        parameters.autoFilling = random.next(below: 8) > 0
        parameters.clock = pick([.continue, .reset])
        parameters.duration = pick([1_000_000, 600_000_000, 900_000_000_000])
        parameters.roundEnds = pick([[], [500_000_000], [200_000_000, 400_000_000]])
        parameters.gas = pick([0, 0, 1, 1000])
        parameters.startBalance = parameters.subsidy / pick([1, 3, 20]) * pick([1, 1, 5])
        let posted = parameters.posted(parameters.outcomes - 1)
        let supplies = (
            yes: between(posted / 10 + 1, posted * 9 / 10),
            no: between(posted / 10 + 1, posted * 9 / 10)
        )
        switch random.next(below: 5) {
        case 0:
            parameters.opening = .supplies(yes: supplies.yes, no: supplies.no)
        case 1, 2:
            parameters.opening = .coherent
            if (try? parameters.check()) == nil {
                parameters.opening = .supplies(yes: nil, no: nil)
            }
        default: parameters.opening = .supplies(yes: nil, no: nil)
        }
        return parameters
    }
}
