import LockstepOutcomeMarket
import Testing

/// A change that a market must refuse, and the parameter that its refusal names.
struct BadParameter: CustomTestStringConvertible {
    let name: String
    let change: @Sendable (inout OutcomeMarketParameters) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout OutcomeMarketParameters) -> Void) {
        self.name = name
        self.change = change
    }

    var testDescription: String { name }

    static let one: Int64 = 1_000_000_000_000

    static let all = [
        BadParameter("outcomes") { $0.outcomes = 1 },
        BadParameter("outcomes") { $0.outcomes = 65 },
        BadParameter("Z") { $0.subsidy = 0 },
        BadParameter("Z") { $0.subsidy = 1_000_000_000_000_001 },
        BadParameter("gamma") { $0.gamma = one / 1000 + 1 },
        BadParameter("gamma") { $0.gamma = -1 },
        BadParameter("mu") { $0.mu.start = 0 },
        BadParameter("mu") { $0.mu.end = .max },
        BadParameter("nu") { $0.nu.end = -1 },
        BadParameter("kappa") { $0.kappa.start = -1 },
        BadParameter("kappa") { $0.kappa.end = .max },
        // With three outcomes at most 0.475.
        BadParameter("zeta") { $0.zeta.start = 475_000_000_001 },
        BadParameter("zeta") { $0.zeta.end = 475_000_000_001 },
        BadParameter("f") { $0.fee = one / 20 + 1 },
        BadParameter("fMatch") { $0.matchFee = one / 50 + 1 },
        BadParameter("pMax") { $0.maximumPrice = one },
        BadParameter("pMax") { $0.maximumPrice = one / 2 },
        BadParameter("pMin") { $0.minimumPrice = 0 },
        BadParameter("pMin") { $0.minimumPrice = one / 2 },
        BadParameter("eta") { $0.eta = one / 2 },
        BadParameter("eta") { $0.eta = one * 5 / 4 },
        BadParameter("eta") { $0.eta = one * 33 / 2 },
        BadParameter("tick") { $0.tickSize = 0 },
        BadParameter("tick") { $0.tickSize = 30_000 },
        BadParameter("sigma") { $0.sigma = one + 1 },
        BadParameter("afCapFrac") { $0.autoFillCapShare = -1 },
        BadParameter("afMaxPools") { $0.autoFillMaximumLevels = -1 },
        BadParameter("afMaxSurplus") { $0.autoFillMaximumSurplus = one + 1 },
        BadParameter("durationMs") { $0.duration = 0 },
        BadParameter("roundEndsMs") { $0.roundEnds = [5, 5] },
        BadParameter("gas") { $0.gas = -1 },
        BadParameter("startBalance") { $0.startBalance = -1 },
        BadParameter("startBalance") { $0.startBalance = .max },
        // Posted 3333.33 each: 0.99 of it is 3300.
        BadParameter("q0Yes") { $0.opening = .supplies(yes: 3_300_000_000, no: nil) },
        BadParameter("q0No") { $0.opening = .supplies(yes: nil, no: 33_333_333) },
        // 1 − 1/64 is 0.984, above this bound.
        BadParameter("q0No") {
            $0.outcomes = 64
            $0.zeta = WeightSchedule(0)
            $0.maximumPrice = 980_000_000_000
            $0.opening = .coherent
        },
    ]
}

@Suite struct OutcomeMarketParametersTests {
    @Test(arguments: BadParameter.all)
    func `a parameter outside its range is refused by its name`(bad: BadParameter) throws {
        var parameters = OutcomeMarketParameters(outcomes: 3)
        bad.change(&parameters)
        let error = #expect(throws: OutcomeMarketError.self) {
            try OutcomeMarketEngine(parameters)
        }
        guard case .parameterOutOfRange(let name, _, let range)? = error else {
            Issue.record("not a range: \(String(describing: error))")
            return
        }
        #expect(name == bad.name)
        #expect(!range.isEmpty)
        #expect(error?.description.contains(range) == true)
    }

    @Test(arguments: [2, 3, 10, 64])
    func `the defaults are accepted for every number of outcomes`(outcomes: Int) throws {
        var parameters = OutcomeMarketParameters(outcomes: outcomes)
        if outcomes > 10 { parameters.zeta = WeightSchedule(10_000_000_000) }
        _ = try OutcomeMarketEngine(parameters)
        parameters.opening = .coherent
        _ = try OutcomeMarketEngine(parameters)
    }

    @Test func `the subsidy is split to the last unit`() {
        // 10,000 USDC over 3: the first outcome gets the unit left over.
        let parameters = OutcomeMarketParameters(outcomes: 3)
        #expect((0..<3).map(parameters.posted) == [3_333_333_334, 3_333_333_333, 3_333_333_333])
    }

    @Test(arguments: [(outcomes: 3, share: 0.4445), (outcomes: 10, share: 0.1801)])
    func `a coherent opening bounds the loss`(outcomes: Int, share: Double) throws {
        // The bound is q0Yes + (N − 1) q0No = Z/N² + (N − 1)² Z/N²; 1 less that is 4/9 for 3
        // outcomes and 0.18 for 10.
        var parameters = OutcomeMarketParameters(outcomes: outcomes)
        parameters.opening = .coherent
        let engine = try OutcomeMarketEngine(parameters)
        let subsidy = Double(parameters.subsidy)
        #expect(Double(parameters.subsidy - engine.leastWorstCase) <= share * subsidy)
        #expect(Double(parameters.subsidy - engine.leastWorstCase) > (share - 0.001) * subsidy)
        #expect(abs(engine.setPrices.yes - 1) < 1e-8)
        #expect(abs(engine.setPrices.no - Double(outcomes - 1)) < 1e-8)
    }
}
