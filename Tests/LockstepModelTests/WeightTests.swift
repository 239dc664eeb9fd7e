import LockstepModel
import Testing

@Suite struct WeightTests {
    private static func ratio(multiplier: String = "1") throws -> NotionalRatio {
        try Instrument(
            id: InstrumentID(1), symbol: "A", venue: VenueID(1),
            currency: Currency("USD", decimals: 2), tickSize: ExactDecimal("0.01"), lot: .one,
            multiplier: ExactDecimal(multiplier)
        ).ratio
    }

    // 1000.00 at 10.00 are 100 lots in full: a third of them is cut toward zero, long or short.
    @Test(
        arguments: zip(["0.5", "0.333", "-0.333", "0", "2"], [50, 33, -33, 0, 200] as [Int64]))
    func `a share of an amount is so many lots, cut toward zero`(
        _ share: String, _ lots: Int64
    ) throws {
        let found = try Self.ratio().lots(
            worth: Money(units: 100_000), Rate(share), at: Price(ticks: 1000))
        #expect(found == SignedQuantity(lots: lots))
    }

    @Test func `a multiplier counts in what a lot is worth`() throws {
        let found = try Self.ratio(multiplier: "10").lots(
            worth: Money(units: 100_000), .one, at: Price(ticks: 1000))
        #expect(found == SignedQuantity(lots: 10))
    }

    @Test func `what has no lots in range is told as such`() throws {
        let ratio = try Self.ratio()
        #expect(ratio.lots(worth: Money(units: 100), .one, at: .zero) == nil)
        #expect(ratio.lots(worth: Money(units: 100), .one, at: Price(ticks: -1)) == nil)
        #expect(
            ratio.lots(worth: Money(units: .max), Rate(trillionths: .max), at: Price(ticks: 1))
                == nil)
    }
}
