import LockstepModel
import Testing

@Suite("ExactDecimal")
struct ExactDecimalTests {
    @Test(
        "Text is read exactly, in one form",
        arguments: [
            ("0", 0, 0), ("-0.000", 0, 0), ("1", 1, 0), ("+3", 3, 0), ("100", 1, 2),
            ("12.50", 125, -1), ("-0.001", -1, -3), ("1e-10", 1, -10), ("1E3", 1, 3),
            ("25e-2", 25, -2), ("1.0e+2", 1, 2), ("00012", 12, 0), ("0.0100", 1, -2),
            ("9223372036854775807", Int64.max, 0), ("-9223372036854775808", Int64.min, 0),
            ("0.000000000000000001", 1, -18), ("1000000000000000000000", 1, 21),
            ("1.00000000000000000000000000000000000000000000000000", 1, 0),
        ])
    func reads(_ text: String, _ mantissa: Int64, _ exponent: Int32) throws {
        let value = try ExactDecimal(text)
        #expect(value.mantissa == mantissa)
        #expect(value.exponent == exponent)
    }

    @Test(
        "What is no decimal number is refused",
        arguments: [
            "", "-", "+", ".", ".5", "5.", "1e", "1e-", "e5", " 1", "1 ", "1,5", "nan", "NaN",
            "inf", "0x10", "1_000", "--1", "1.2.3", "1e5.5", "١", "1\u{0}",
        ])
    func refuses(_ text: String) {
        #expect(throws: ModelError.notADecimal(text: text)) { try ExactDecimal(text) }
    }

    @Test(
        "More digits than exact arithmetic holds are refused",
        arguments: [
            "9223372036854775808", "-9223372036854775809", "1234567890.1234567891",
            "100000000000000000000000000000000000001", "1e37", "1e-37", "1e999999999999999999999",
            "0.\(String(repeating: "0", count: 40))1",
            "0.\(String(repeating: "0", count: 10_999))1e11000",
        ])
    func tooLong(_ text: String) {
        let told = text.utf8.count > 40 ? "\(text.prefix(40))…" : text
        #expect(throws: ModelError.decimalTooLong(text: told)) { try ExactDecimal(text) }
    }

    @Test(
        "The description is the shortest exact text, and reads back",
        arguments: [
            ("0", "0"), ("-12.50", "-12.5"), ("1e3", "1000"), ("1e-10", "0.0000000001"),
            ("-0.05", "-0.05"), ("-9223372036854775808", "-9223372036854775808"),
        ])
    func describes(_ text: String, _ expected: String) throws {
        let value = try ExactDecimal(text)
        #expect(value.description == expected)
        #expect(try ExactDecimal(value.description) == value)
    }

    @Test("Scaling is exact or an error")
    func scales() throws {
        #expect(try ExactDecimal("12.5").scaled(toDecimals: 6) == 12_500_000)
        #expect(try ExactDecimal("1e3").scaled(toDecimals: 0) == 1000)
        #expect(try ExactDecimal("0").scaled(toDecimals: 30) == 0)
        #expect(try ExactDecimal("9223372036854.775807").scaled(toDecimals: 6) == .max)
        let fine = try ExactDecimal("0.0000001")
        #expect(throws: ModelError.tooManyDecimals(value: fine, decimals: 6)) {
            try fine.scaled(toDecimals: 6)
        }
        for text in ["9223372036855", "-9223372036855", "1e20", "1e36"] {
            let large = try ExactDecimal(text)
            #expect(throws: ModelError.self) { try large.scaled(toDecimals: 6) }
        }
    }

    @Test("Numbers are ordered by value, whatever their exponents")
    func order() throws {
        let ascending = [
            "-1e36", "-9223372036854775808", "-1", "-0.5", "-1e-36", "0", "1e-36", "1e-3", "0.5",
            "1", "9.9", "10", "9223372036854775807", "1e19", "1e36",
        ]
        let values = try ascending.map { try ExactDecimal($0) }
        for (left, first) in values.enumerated() {
            for (right, second) in values.enumerated() {
                #expect((first < second) == (left < right))
                #expect((first == second) == (left == right))
            }
        }
    }
}
