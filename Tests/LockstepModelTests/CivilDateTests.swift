import LockstepModel
import Testing

@Suite struct CivilDateTests {
    @Test func `every day of six centuries follows the one before`() throws {
        // 1678-01-01 is 292 years before 1970: 292 · 365 days and 70 leap days (every fourth year
        // from 1680 to 1968 makes 73, without 1700, 1800 and 1900).
        var date = try #require(CivilDate(year: 1678, month: 1, day: 1))
        #expect(date.daysSince1970 == -(292 * 365 + 70))
        while date.year < 2262 {
            let next =
                CivilDate(year: date.year, month: date.month, day: date.day + 1)
                ?? CivilDate(year: date.year, month: date.month + 1, day: 1)
                ?? CivilDate(year: date.year + 1, month: 1, day: 1)
            let day = try #require(next)
            try #require(day.daysSince1970 == date.daysSince1970 + 1)
            try #require(CivilDate(daysSince1970: day.daysSince1970) == day)
            date = day
        }
    }

    @Test(arguments: [(2001, 2, 29), (1900, 2, 29), (2004, 13, 1), (2004, 0, 1), (2004, 4, 31)])
    func `a day that no month has is no date`(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }
}
