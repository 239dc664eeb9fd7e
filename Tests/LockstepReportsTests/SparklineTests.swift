import LockstepAnalytics
import LockstepModel
import Testing

@testable import LockstepReports

@Suite struct SparklineTests {
    private func points(_ values: [Double]) throws -> [DownsampledCurve.Point] {
        var curve = try DownsampledCurve(capacity: 512)
        for (place, value) in values.enumerated() {
            try curve.add(value, at: Timestamp(nanoseconds: Int64(place)))
        }
        return curve.points
    }

    @Test func `eight values in equal steps take the eight heights`() throws {
        let line = Sparkline(try points([0, 1, 2, 3, 4, 5, 6, 7]), columns: 60)
        #expect(line.text == "▁▂▃▄▅▆▇█")
        #expect(line.lowest == 0)
        #expect(line.highest == 7)
    }

    @Test func `a column shows the last of its points, and the last column the end`() throws {
        // Columns end after points 2, 4 and 6: values 7, 0 and 7.
        #expect(Sparkline(try points([0, 7, 3, 0, 1, 7]), columns: 3).text == "█▁█")
    }

    @Test func `a flat curve is a low line and no curve is no line`() throws {
        #expect(Sparkline(try points([5, 5]), columns: 60).text == "▁▁")
        #expect(Sparkline([], columns: 60).text == "")
        #expect(Sparkline([], columns: 60).lowest == nil)
    }

    @Test func `the widest spread of doubles is drawn`() throws {
        let ends = try points([-.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        #expect(Sparkline(ends, columns: 60).text == "▁█")
    }
}
