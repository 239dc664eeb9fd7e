import LockstepModel

extension OutcomeMarketSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case outcomes, start, z, gamma, opening, mu, nu, kappa, zeta, f, eta, tick, sigma, clock
        case duration, gas, guards, latency
        case batchInterval = "batch_interval"
        case matchFee = "f_match"
        case maximumPrice = "p_max"
        case minimumPrice = "p_min"
        case capShare = "af_cap_frac"
        case maximumLevels = "af_max_pools"
        case maximumSurplus = "af_max_surplus"
        case crossMatching = "cross_match"
        case autoFilling = "auto_fill"
        case roundEnds = "round_ends"
    }

    private enum OpeningKeys: String, CodingKey {
        case yes = "q0_yes"
        case no = "q0_no"
    }

    private enum GuardKeys: String, CodingKey {
        case maxSlippage = "max_slippage"
        case redemption
        case throughMaker = "through_maker"
    }

    private enum ScheduleKeys: String, CodingKey {
        case start, end
    }

    /// The name of an account as a key.
    private struct AccountKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    /// Writes every key, times and durations in nanoseconds, money and tokens in millionths.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(outcomes, forKey: .outcomes)
        try container.encode(start.nanoseconds, forKey: .start)
        try container.encode(batchInterval, forKey: .batchInterval)
        try container.encode(subsidy, forKey: .z)
        try container.encode(gamma, forKey: .gamma)
        switch opening {
        case .coherent: try container.encode("coherent", forKey: .opening)
        case .supplies(let yes, let no):
            var part = container.nestedContainer(keyedBy: OpeningKeys.self, forKey: .opening)
            try part.encode(yes, forKey: .yes)
            try part.encode(no, forKey: .no)
        }
        for (key, schedule) in [
            (CodingKeys.mu, mu), (.nu, nu), (.kappa, kappa), (.zeta, zeta),
        ] {
            var part = container.nestedContainer(keyedBy: ScheduleKeys.self, forKey: key)
            try part.encode(schedule.start, forKey: .start)
            try part.encode(schedule.end, forKey: .end)
        }
        for (key, rate) in [
            (CodingKeys.f, fee), (.matchFee, matchFee), (.maximumPrice, maximumPrice),
            (.minimumPrice, minimumPrice), (.eta, eta), (.tick, tick), (.sigma, sigma),
            (.capShare, autoFillCapShare), (.maximumSurplus, autoFillMaximumSurplus),
        ] {
            try container.encode(rate, forKey: key)
        }
        try container.encode(autoFillMaximumLevels, forKey: .maximumLevels)
        try container.encode(crossMatching, forKey: .crossMatching)
        try container.encode(autoFilling, forKey: .autoFilling)
        try container.encode(clock.rawValue, forKey: .clock)
        try container.encode(duration, forKey: .duration)
        try container.encode(roundEnds, forKey: .roundEnds)
        try container.encode(gas, forKey: .gas)
        var guards = container.nestedContainer(keyedBy: GuardKeys.self, forKey: .guards)
        try guards.encode(self.guards.maxSlippage, forKey: .maxSlippage)
        try guards.encode(self.guards.redemption, forKey: .redemption)
        try guards.encode(self.guards.throughMaker, forKey: .throughMaker)
        var latency = container.nestedContainer(keyedBy: AccountKey.self, forKey: .latency)
        for (account, delay) in self.latency.sorted(by: { $0.key < $1.key }) {
            try latency.encode(delay, forKey: AccountKey(stringValue: account))
        }
    }
    /// Reads what ``encode(to:)`` wrote: every key must be there.
    ///
    /// - Parameter decoder: The settings of a venue in a canonical configuration.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func rate(_ key: CodingKeys) throws -> Rate { try container.decode(Rate.self, forKey: key) }
        func span(_ key: CodingKeys) throws -> Int64 {
            try container.decode(Int64.self, forKey: key)
        }
        func schedule(_ key: CodingKeys) throws -> Schedule {
            let part = try container.nestedContainer(keyedBy: ScheduleKeys.self, forKey: key)
            return Schedule(
                try part.decode(Rate.self, forKey: .start), try part.decode(Rate.self, forKey: .end)
            )
        }
        self.init(
            outcomes: try container.decode([String].self, forKey: .outcomes),
            start: Timestamp(nanoseconds: try span(.start)))
        batchInterval = try span(.batchInterval)
        subsidy = try container.decode(Money.self, forKey: .z)
        opening = try Self.opening(container)
        (mu, nu) = (try schedule(.mu), try schedule(.nu))
        (kappa, zeta) = (try schedule(.kappa), try schedule(.zeta))
        gamma = try rate(.gamma)
        (fee, matchFee) = (try rate(.f), try rate(.matchFee))
        (maximumPrice, minimumPrice) = (try rate(.maximumPrice), try rate(.minimumPrice))
        (eta, tick, sigma) = (try rate(.eta), try rate(.tick), try rate(.sigma))
        autoFillCapShare = try rate(.capShare)
        autoFillMaximumSurplus = try rate(.maximumSurplus)
        autoFillMaximumLevels = try container.decode(Int.self, forKey: .maximumLevels)
        crossMatching = try container.decode(Bool.self, forKey: .crossMatching)
        autoFilling = try container.decode(Bool.self, forKey: .autoFilling)
        clock = try container.decode(Clock.self, forKey: .clock)
        duration = try span(.duration)
        roundEnds = try container.decode([Int64].self, forKey: .roundEnds)
        gas = try container.decode(Money.self, forKey: .gas)
        let guards = try container.nestedContainer(keyedBy: GuardKeys.self, forKey: .guards)
        self.guards = Guards(
            maxSlippage: try guards.decodeIfPresent(Rate.self, forKey: .maxSlippage),
            redemption: try guards.decode(Bool.self, forKey: .redemption),
            throughMaker: try guards.decode(Bool.self, forKey: .throughMaker))
        let delays = try container.nestedContainer(keyedBy: AccountKey.self, forKey: .latency)
        for account in delays.allKeys {
            latency[account.stringValue] = try delays.decode(Int64.self, forKey: account)
        }
    }

    private static func opening(
        _ container: KeyedDecodingContainer<CodingKeys>
    ) throws -> Opening {
        if let word = try? container.decode(String.self, forKey: .opening) {
            guard word == "coherent" else {
                throw DecodingError.dataCorruptedError(
                    forKey: .opening, in: container, debugDescription: "\(word) is no opening")
            }
            return .coherent
        }
        let part = try container.nestedContainer(keyedBy: OpeningKeys.self, forKey: .opening)
        return .supplies(
            yes: try part.decodeIfPresent(Int64.self, forKey: .yes),
            no: try part.decodeIfPresent(Int64.self, forKey: .no))
    }
}
