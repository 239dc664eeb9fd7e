import Foundation
import LockstepMarket
import LockstepModel
import Testing

@testable import LockstepOutcomeMarket

@Suite struct OutcomeMarketSettingsTests {
    /// Settings of which none has its default.
    private static func unusual() -> OutcomeMarketSettings {
        func rate(_ hundredths: Int64) -> Rate { Rate(trillionths: hundredths * 10_000_000_000) }
        var settings = OutcomeMarketSettings(
            outcomes: ["a", "b", "c"], start: Timestamp(nanoseconds: 7_000_000_000))
        settings.batchInterval = 250_000_000
        settings.subsidy = Money(units: 3_000_000)
        settings.gamma = Rate(trillionths: 1)
        settings.opening = .supplies(yes: 500_000, no: nil)
        settings.mu = .init(rate(200), rate(100))
        settings.nu = .init(rate(300))
        settings.kappa = .init(rate(1), rate(2))
        settings.zeta = .init(rate(5), rate(6))
        settings.fee = rate(2)
        settings.matchFee = rate(1)
        settings.maximumPrice = rate(95)
        settings.minimumPrice = rate(5)
        settings.eta = rate(150)
        settings.tick = rate(2)
        settings.sigma = rate(40)
        settings.autoFillCapShare = rate(30)
        settings.autoFillMaximumLevels = 9
        settings.autoFillMaximumSurplus = rate(7)
        settings.crossMatching = false
        settings.autoFilling = false
        settings.clock = .reset
        settings.duration = 9_000_000_000
        settings.roundEnds = [1_000_000_000, 2_000_000_000]
        settings.gas = Money(units: 12)
        settings.guards = .init(maxSlippage: nil, redemption: false, throughMaker: false)
        settings.latency = ["one": 5, "two": 6]
        return settings
    }

    @Test func `settings that were written are read back as they were`() throws {
        for settings in [
            Self.unusual(), OutcomeMarketSettings(outcomes: ["a", "b"]),
        ] {
            let data = try JSONEncoder().encode(settings)
            #expect(try JSONDecoder().decode(OutcomeMarketSettings.self, from: data) == settings)
        }
    }

    @Test func `a text without one of the keys, or with another opening, is refused`() throws {
        let data = try JSONEncoder().encode(Self.unusual())
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for key in object.keys {
            var part = object
            part[key] = nil
            let text = try JSONSerialization.data(withJSONObject: part)
            #expect(throws: DecodingError.self, "\(key)") {
                try JSONDecoder().decode(OutcomeMarketSettings.self, from: text)
            }
        }
        var other = object
        other["opening"] = "wide"
        let text = try JSONSerialization.data(withJSONObject: other)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(OutcomeMarketSettings.self, from: text)
        }
    }
}
