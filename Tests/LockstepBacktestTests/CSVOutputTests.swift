import Foundation
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepBacktest

@Suite struct CSVOutputTests {
    private static func written(
        _ body: (inout CSVOutput) throws -> Void
    ) throws -> String {
        let path = NSTemporaryDirectory() + "lockstep-csv-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        var output = try CSVOutput(creating: path, columns: ["a", "b"])
        try body(&output)
        try output.close()
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""),
        ("two\nlines", "\"two\nlines\""), ("=1+1", "'=1+1"), ("+x", "'+x"), ("-x", "'-x"),
        ("@x", "'@x"), ("=a,b", "\"'=a,b\""),
    ])
    func `a text is one cell that no spreadsheet takes for a formula`(
        _ text: String, _ cell: String
    ) throws {
        let found = try Self.written { output in
            output.text(text)
            output.text("next")
            try output.endRow()
        }
        #expect(found == "a,b\n\(cell),next\n")
    }

    @Test func `numbers below zero keep their sign alone`() throws {
        let dollar = try Currency("USD")
        let whole = try Currency("YEN", decimals: 0)
        let found = try Self.written { output in
            output.decimal("-0.05")
            output.money(Money(units: -1_500_000), dollar)
            output.money(Money(units: -7), whole)
            output.ratio(-0.25)
            output.number(UInt64.max)
            output.money(Money(units: .min), dollar)
            try output.endRow()
        }
        #expect(
            found
                == "a,b\n-0.05,-1.500000,-7,-0.25,18446744073709551615,-9223372036854.775808\n")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
            (1_709_251_200_000_000_000, "2024-03-01T00:00:00Z"),
            (951_782_399_120_000_000, "2000-02-28T23:59:59.120Z"),
        ] as [(Int64, String)])
    func `an instant has its date and its decimals in groups of three`(
        _ nanoseconds: Int64, _ text: String
    ) throws {
        let found = try Self.written { output in
            output.time(Timestamp(nanoseconds: nanoseconds))
            output.time(Timestamp(nanoseconds: nanoseconds))
            try output.endRow()
        }
        #expect(found == "a,b\n\(text),\(text)\n")
    }
}
