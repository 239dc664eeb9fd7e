import LockstepModel
import Testing

@Suite("Instants and intervals")
struct TimeTests {
    // Checked with `date -u -d @SECONDS`.
    @Test(
        "An instant is told in UTC by ISO 8601",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
            (1_092_907_800_250_000_000, "2004-08-19T09:30:00.250Z"),
            (1_709_251_199_000_001_000, "2024-02-29T23:59:59.000001Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00Z"),
            (.max, "2262-04-11T23:47:16.854775807Z"), (.min, "1677-09-21T00:12:43.145224192Z"),
        ] as [(Int64, String)])
    func told(_ nanoseconds: Int64, _ expected: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).description == expected)
    }

    @Test("Instants move by durations, and overflow is an error")
    func durations() throws {
        let start = Timestamp(nanoseconds: 5)
        #expect(try start.advanced(by: .milliseconds(-2)).nanoseconds == -1_999_995)
        #expect(try start.nanoseconds(since: .epoch) == 5)
        #expect(throws: ArithmeticError.overflow) {
            try start.advanced(by: .seconds(9_300_000_000))
        }
        #expect(throws: ArithmeticError.overflow) {
            try Timestamp.distantFuture.advanced(by: .nanoseconds(1))
        }
        #expect(throws: ArithmeticError.overflow) {
            try Timestamp.distantPast.nanoseconds(since: start)
        }
    }

    @Test(
        "An interval is a count and a unit",
        arguments: [
            ("1d", 86_400, "1d"), ("5m", 300, "5m"), ("1h", 3600, "1h"), ("30s", 30, "30s"),
            ("24h", 86_400, "1d"), ("90m", 5400, "90m"), ("120s", 120, "2m"),
        ] as [(String, Int64, String)])
    func intervals(_ text: String, _ seconds: Int64, _ told: String) throws {
        let interval = try BarInterval(text)
        #expect(interval.nanoseconds == seconds * 1_000_000_000)
        #expect(interval.description == told)
        #expect(try BarInterval(seconds: seconds) == interval)
    }

    @Test(
        "What is no interval is refused",
        arguments: [
            "", "d", "0d", "05m", "-1d", "+1d", "1", "1w", "1.5h", "1 d", "1D", "é",
            "9223372036854775807d", "9300000000s", "99999999999999999999s",
        ])
    func refused(_ text: String) {
        #expect(throws: ModelError.invalidInterval(text: text)) { try BarInterval(text) }
    }

    @Test("Alignment goes down to the multiple, before 1970 too")
    func alignment() throws {
        let minute = try BarInterval("1m")
        let length: Int64 = 60_000_000_000
        let cases: [(Int64, Int64)] = [
            (0, 0), (1, 0), (length - 1, 0), (length, length), (-1, -length), (-length, -length),
        ]
        for (time, start) in cases {
            let found = try minute.start(containing: Timestamp(nanoseconds: time))
            #expect(found.nanoseconds == start)
            #expect(minute.isAligned(Timestamp(nanoseconds: time)) == (time == start))
        }
        #expect(throws: ArithmeticError.overflow) { try minute.start(containing: .distantPast) }
    }
}
