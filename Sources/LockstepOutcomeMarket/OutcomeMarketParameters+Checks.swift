extension OutcomeMarketParameters {
    /// Refuses parameters that are outside their ranges.
    ///
    /// - Throws: ``OutcomeMarketError/parameterOutOfRange(name:value:range:)`` for the first.
    package func check() throws(OutcomeMarketError) {
        try checkSizes()
        try checkWeights()
        try checkRates()
        try checkTimes()
        try checkOpening()
    }

    private func checkSizes() throws(OutcomeMarketError) {
        try require(2...64, contains: Int64(outcomes), "outcomes", "2 to 64")
        try require(
            Int64(outcomes)...Self.largestSubsidy, contains: subsidy, "Z",
            "at least a millionth of a USDC for each outcome, up to 1e9 USDC")
        try require(0...Int64.max, contains: gas, "gas", "at least 0")
        try require(
            0...(Exact.largest - subsidy), contains: startBalance, "startBalance",
            "0 to 9e12 USDC, less Z")
        if tickSize < 1 || tickSize > Exact.unit || Exact.unit % tickSize != 0 {
            try refuse("tick", tickSize, "above 0, and 1 USDC is a multiple of it")
        }
        try require(
            0...Int64.max, contains: Int64(autoFillMaximumLevels), "afMaxPools", "at least 0")
    }

    private func checkWeights() throws(OutcomeMarketError) {
        for (name, weight) in [("mu", mu), ("nu", nu)] {
            try require(1...Self.largestRate, contains: weight.start, name, "above 0, below 9.2e6")
            try require(1...Self.largestRate, contains: weight.end, name, "above 0, below 9.2e6")
        }
        for value in [kappa.start, kappa.end] {
            try require(0...Self.largestRate, contains: value, "kappa", "0 to below 9.2e6")
        }
        for value in [zeta.start, zeta.end] where value < 0 || value > largestZeta {
            try refuse("zeta", value, "0 to 0.95 / (N - 1)")
        }
    }

    private func checkRates() throws(OutcomeMarketError) {
        let one = Exact.one
        try require(0...(one / 1000), contains: gamma, "gamma", "0 to 0.001")
        try require(0...(one / 20), contains: fee, "f", "0 to 0.05")
        try require(0...(one / 50), contains: matchFee, "fMatch", "0 to 0.02")
        try require(
            (one / 2 + 1)...(one - 1), contains: maximumPrice, "pMax", "above 0.5, below 1")
        try require(1...(one / 2 - 1), contains: minimumPrice, "pMin", "above 0, below 0.5")
        try require(0...one, contains: sigma, "sigma", "0 to 1")
        try require(0...one, contains: autoFillCapShare, "afCapFrac", "0 to 1")
        try require(0...one, contains: autoFillMaximumSurplus, "afMaxSurplus", "0 to 1")
        if eta < one || eta > 16 * one || eta % (one / 2) != 0 {
            try refuse("eta", eta, "a multiple of 0.5 from 1 to 16")
        }
    }

    private func checkTimes() throws(OutcomeMarketError) {
        try require(1...Int64.max, contains: duration, "durationMs", "above 0")
        var last: Int64 = 0
        for end in roundEnds {
            if end <= last { try refuse("roundEndsMs", end, "above 0, each after the one before") }
            last = end
        }
    }

    private func checkOpening() throws(OutcomeMarketError) {
        for outcome in 0..<outcomes {
            let supplies = opening(outcome)
            let posted = posted(outcome)
            for (name, supply) in [("q0Yes", supplies.yes), ("q0No", supplies.no)] {
                // The supply of each outcome against its own posted subsidy, exactly.
                let price = Int128(supply) * Int128(Exact.one)
                if price <= Int128(minimumPrice) * Int128(posted)
                    || price >= Int128(maximumPrice) * Int128(posted)
                {
                    try refuse(name, supply, "a price q0 N / Z above pMin and below pMax")
                }
            }
        }
    }

    private static var largestRate: Int64 { 9_199_999_999_999_999_999 }

    private var largestZeta: Int64 { 950_000_000_000 / Int64(outcomes - 1) }

    private func require(
        _ range: ClosedRange<Int64>, contains value: Int64, _ name: String, _ text: String
    ) throws(OutcomeMarketError) {
        if !range.contains(value) { try refuse(name, value, text) }
    }

    private func refuse(
        _ name: String, _ value: Int64, _ range: String
    ) throws(OutcomeMarketError) {
        throw .parameterOutOfRange(name: name, value: String(value), range: range)
    }
}
