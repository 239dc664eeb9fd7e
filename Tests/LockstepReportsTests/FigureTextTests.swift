import LockstepModel
import LockstepReports
import Testing

@Suite struct FigureTextTests {
    @Test(
        arguments: [
            // Six decimals: 5,000 units are half a hundredth, which goes to the even neighbour.
            (0, 6, "0.00"), (5_000, 6, "0.00"), (5_001, 6, "0.01"), (15_000, 6, "0.02"),
            (-15_000, 6, "-0.02"), (-4_999, 6, "0.00"), (1_234_567_890_000, 6, "1,234,567.89"),
            (999_995_000, 6, "1,000.00"), (-100_000_000, 6, "-100.00"),
            // No more than two decimals: nothing is rounded.
            (7, 0, "7.00"), (-1_234, 0, "-1,234.00"), (75, 1, "7.50"), (123_456, 2, "1,234.56"),
            (.max, 0, "9,223,372,036,854,775,807.00"), (.min, 2, "-92,233,720,368,547,758.08"),
            (.min, 9, "-9,223,372,036.85"),
        ] as [(Int64, Int, String)])
    func `money has two decimals, half to even`(
        units: Int64, decimals: Int, expected: String
    ) throws {
        let currency = try Currency("USD", decimals: decimals)
        #expect(FigureText.money(Money(units: units), currency) == expected)
    }

    @Test(
        arguments: [
            (0.042315, "4.23 %"), (-1, "-100.00 %"), (0, "0.00 %"), (-0.00001, "0.00 %"),
            (12.3456, "1,234.56 %"), (nil, "–"), (.nan, "–"), (.infinity, "–"),
        ] as [(Double?, String)])
    func `a fraction is told in percent`(fraction: Double?, expected: String) {
        #expect(FigureText.percent(fraction) == expected)
    }

    @Test func `large numbers stay whole`() {
        #expect(FigureText.number(1234.5) == "1,234.50")
        #expect(FigureText.number(1e300) == "1e+300")
        #expect(FigureText.count(Int64.min) == "-9,223,372,036,854,775,808")
        #expect(FigureText.count(UInt64(999)) == "999")
    }
}
