import LockstepAnalytics
import LockstepModel
import Testing

@Suite struct DownsampledCurveTests {
    @Test("a curve within its capacity is kept as it is", arguments: [2, 3, 8])
    func short(capacity: Int) throws {
        var curve = try DownsampledCurve(capacity: capacity)
        for value in 0..<capacity { try curve.add(Double(value), at: .day(Int64(value))) }
        #expect(curve.points.map(\.last) == (0..<capacity).map(Double.init))
        #expect(curve.valuesPerPoint == 1 && curve.count == capacity)
    }

    @Test("points are the runs of equal length of the whole curve", arguments: 2..<20)
    func runs(capacity: Int) throws {
        var curve = try DownsampledCurve(capacity: capacity)
        var values: [Double] = []
        for step in 0..<500 {
            let value = Double((step * 7_919) % 1_009)
            values.append(value)
            try curve.add(value, at: .day(Int64(step)))
            #expect(curve.points.count <= capacity && curve.count == values.count)
            #expect(curve.points.count > (capacity - 1) / 2 || values.count <= capacity / 2)
        }
        let width = curve.valuesPerPoint
        #expect(curve.points.count == (values.count + width - 1) / width)
        for (index, point) in curve.points.enumerated() {
            let run = values[(index * width)..<min(values.count, (index + 1) * width)]
            #expect(point.first == run.first && point.last == run.last)
            #expect(point.lowest == run.min() && point.highest == run.max())
            #expect(point.count == run.count)
            #expect(point.start == .day(Int64(run.startIndex)))
            #expect(point.end == .day(Int64(run.endIndex - 1)))
        }
    }

    @Test func `values that cannot be drawn are refused and change nothing`() throws {
        #expect(throws: AnalyticsError.self) { try DownsampledCurve(capacity: 1) }
        var curve = try DownsampledCurve(capacity: 2)
        try curve.add(1, at: .day(1))
        let before = curve
        #expect(throws: AnalyticsError.notFinite(name: "the curve", index: 1)) {
            try curve.add(.nan, at: .day(2))
        }
        #expect(throws: AnalyticsError.outOfOrder(previous: .day(1), found: .day(0))) {
            try curve.add(1, at: .day(0))
        }
        #expect(curve == before)
    }
}
