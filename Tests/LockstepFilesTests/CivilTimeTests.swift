import LockstepModel
import Testing

@testable import LockstepFiles

@Suite struct CivilTimeTests {
    // Days by hand: 1969 ends with -1; 2000-02-29 is 30 years of 365 days, 7 leap days (1972 to
    // 1996) and 59 days; 2004-08-19 is 34 · 365 + 8 leap days + 213 days to the end of July in a leap
    // year + 18; 2100-03-01 is 130 · 365 + 32 leap days (1972 to 2096) + 59.
    static let days: [(text: String, days: Int64)] = [
        ("1970-01-01", 0), ("1969-12-31", -1), ("1970-03-01", 59), ("1968-02-29", -672),
        ("2000-02-29", 11_016), ("2000-03-01", 11_017), ("2004-08-19", 12_649),
        ("2100-02-28", 47_540), ("2100-03-01", 47_541),
    ]

    @Test(arguments: days)
    func `days are counted as by hand`(text: String, days: Int64) throws {
        #expect(try CivilTime.nanoseconds(text) == days * 86_400_000_000_000)
        #expect(CivilDate(daysSince1970: days).description == text)
        #expect(CivilTime.dateText(days * CivilTime.day) == text)
        #expect(CivilTime.dateText(days * CivilTime.day + CivilTime.day - 1) == text)
    }

    static let times: [(text: String, nanoseconds: Int64, written: String)] = [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        ("1970-01-01 00:00:01", 1_000_000_000, "1970-01-01T00:00:01Z"),
        ("1969-12-31T23:59:59.999999999Z", -1, "1969-12-31T23:59:59.999999999Z"),
        ("1970-01-02T01:01:01.5Z", 90_061_500_000_000, "1970-01-02T01:01:01.500Z"),
        ("1970-01-01T00:00:00.000001Z", 1000, "1970-01-01T00:00:00.000001Z"),
        ("1970-01-01T05:30:00+05:30", 0, "1970-01-01T00:00:00Z"),
        ("1969-12-31T19:00:00-05:00", 0, "1970-01-01T00:00:00Z"),
        ("2000-02-29T12:00:00.25+00:00", 951_825_600_250_000_000, "2000-02-29T12:00:00.250Z"),
    ]

    @Test(arguments: times)
    func `times are read and written`(text: String, nanoseconds: Int64, written: String) throws {
        #expect(try CivilTime.nanoseconds(text) == nanoseconds)
        #expect(CivilTime.text(nanoseconds) == written)
    }

    @Test(arguments: [Int64.min, .min + 1, -1, 0, .max])
    func `every instant can be written`(nanoseconds: Int64) {
        #expect(CivilTime.text(nanoseconds).hasSuffix("Z"))
    }

    @Test func `the ends of the range are what they are known to be`() {
        #expect(CivilTime.text(.min) == "1677-09-21T00:12:43.145224192Z")
        #expect(CivilTime.text(.max) == "2262-04-11T23:47:16.854775807Z")
    }

    @Test(
        arguments: [
            "2001-02-29", "2100-02-29", "2000-13-01", "2000-00-01", "2000-04-31", "2000-01-00",
            "2000-1-1", "20000101", "2000-01-01T", "2000-01-01T24:00:00", "2000-01-01T00:60:00",
            "2000-01-01T00:00:60", "2000-01-01T00:00:00.", "2000-01-01T00:00:00.1234567890",
            "2000-01-01T00:00:00+5", "2000-01-01T00:00:00+24:00", "2000-01-01T00:00:00ZZ",
            "2000-01-01X00:00:00", "+000-01-01", "2000-01-01T00:00", "1.5",
        ])
    func `what is no time is refused`(text: String) {
        #expect(throws: FieldFault.notATime) { try CivilTime.nanoseconds(text) }
    }

    @Test(arguments: ["1677-12-31", "2262-01-01", "0001-01-01", "9999-12-31T23:59:59Z"])
    func `years outside are refused as such`(text: String) {
        #expect(throws: FieldFault.timeOutOfRange) { try CivilTime.nanoseconds(text) }
    }

    @Test func `nothing is told as such`() {
        #expect(throws: FieldFault.empty) { try CivilTime.nanoseconds("") }
    }
}

@Suite struct DecimalTextTests {
    static let known: [(text: String, mantissa: Int64, exponent: Int)] = [
        ("0", 0, 0), ("-0.00", 0, 0), ("12", 12, 0), ("100", 100, 0), ("1.50", 15, -1),
        ("-12.34", -1234, -2), ("+.5", 5, -1), ("5.", 5, 0), ("0.0001", 1, -4),
        ("1.2e-5", 12, -6), ("3E+2", 3, 2), ("10.010", 1001, -2),
        ("9223372036854775807", .max, 0), ("-9223372036854775807", -.max, 0),
        ("1.00000000000000000000000000", 1, 0), ("000000000000000000000000000001", 1, 0),
        ("0.000000000000000000000000000001", 1, -30),
    ]

    @Test(arguments: known)
    func `numbers are read exactly`(text: String, mantissa: Int64, exponent: Int) throws {
        let number = try DecimalText(text)
        #expect(number.mantissa == mantissa)
        #expect(number.exponent == exponent)
    }

    @Test(
        arguments: [
            ("", FieldFault.empty), ("nan", .notANumber), ("NaN", .notANumber),
            ("-nan", .notANumber), ("null", .notANumber), ("N/A", .notANumber),
            ("inf", .infinite), ("-Infinity", .infinite), ("x", .junk), ("1x", .junk),
            ("1.2.3", .junk), (".", .junk), ("-", .junk), ("--1", .junk), ("1e", .junk),
            ("1e+", .junk), (" 1", .junk), ("1 ", .junk), ("1,5", .junk), ("0x10", .junk),
            ("9223372036854775808", .tooManyDigits), ("1.2345678901234567891", .tooManyDigits),
            ("1e999999999999999999999", .tooManyDigits), ("99999999999999999999", .tooManyDigits),
        ])
    func `what is no number is refused`(text: String, fault: FieldFault) {
        #expect(throws: fault) { try DecimalText(text) }
    }

    @Test func `scaling is exact or an error`() throws {
        #expect(try DecimalText("12.34").scaled(decimals: 2) == 1234)
        #expect(try DecimalText("12.3").scaled(decimals: 4) == 123_000)
        #expect(try DecimalText("1200").scaled(decimals: -2) == 12)
        #expect(throws: FieldFault.notWhole) { try DecimalText("12.345").scaled(decimals: 2) }
        #expect(throws: FieldFault.tooManyDigits) { try DecimalText("1e15").scaled(decimals: 9) }
    }

    @Test(
        arguments: [
            (TimeFormat.seconds, "1092873600", 1_092_873_600_000_000_000),
            (.seconds, "1.5", 1_500_000_000), (.milliseconds, "-1", -1_000_000),
            (.microseconds, "2", 2000), (.nanoseconds, "3", 3),
            (.iso8601, "1970-01-02", 86_400_000_000_000),
        ] as [(TimeFormat, String, Int64)])
    func `epochs of all units`(format: TimeFormat, text: String, expected: Int64) throws {
        #expect(try format.nanoseconds(Array(text.utf8).span) == expected)
    }

    @Test func `an epoch in a wrong unit is out of range`() {
        // Milliseconds of 2004 read as seconds.
        #expect(throws: FieldFault.timeOutOfRange) {
            try TimeFormat.seconds.nanoseconds(Array("1092873600000".utf8).span)
        }
    }
}
