import LockstepAnalytics

/// A curve as one line of small bars, eight heights from the lowest to the highest value shown.
package struct Sparkline: Hashable, Sendable {
    /// The bars; empty without points.
    package let text: String
    /// The lowest value of the whole curve; nil without points.
    package let lowest: Double?
    /// The highest value of the whole curve; nil without points.
    package let highest: Double?

    /// Draws a curve.
    ///
    /// Where there are more points than columns, a column shows the last value of its points.
    ///
    /// - Parameters:
    ///   - points: The points.
    ///   - columns: The most columns to take.
    init(_ points: [DownsampledCurve.Point], columns: Int) {
        let width = min(columns, points.count)
        let shown = (0..<width).map { points[($0 + 1) * points.count / width - 1].last }
        lowest = points.map(\.lowest).min()
        highest = points.map(\.highest).max()
        guard let bottom = shown.min(), let top = shown.max() else {
            text = ""
            return
        }
        text = shown.reduce(into: "") { text, value in
            // Halves first: the difference of two finite doubles may not be finite.
            let share = top > bottom ? (value / 2 - bottom / 2) / (top / 2 - bottom / 2) : 0
            text.append(Self.bars[min(7, Int(share * 8))])
        }
    }

    /// Draws values, one column each, on a scale from 0 to 1.
    ///
    /// - Parameter shares: The values; what is outside the scale is drawn at its end.
    package init(shares: [Double]) {
        lowest = shares.min()
        highest = shares.max()
        text = shares.reduce(into: "") { text, share in
            text.append(Self.bars[min(7, max(0, Int(share * 8)))])
        }
    }

    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
}
