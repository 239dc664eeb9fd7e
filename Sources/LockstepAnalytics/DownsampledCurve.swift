public import LockstepModel

/// A curve of any length told step by step, kept as a bounded number of points.
///
/// Each point stands for a run of neighbouring values and knows their first time and their last,
/// lowest and highest value, so that no extreme is lost. All points but the last stand for equally
/// many values, a power of two that doubles whenever the points would become too many: neighbours
/// are merged then. The result depends on the values and the capacity alone. Memory is bounded by
/// the capacity; adding costs O(1) amortised.
public struct DownsampledCurve: Hashable, Sendable {
    /// A run of neighbouring values.
    public struct Point: Hashable, Sendable {
        /// The time of the run's first value.
        public let start: Timestamp
        /// The time of the run's last value.
        public private(set) var end: Timestamp
        /// How many values the point stands for.
        public private(set) var count: Int
        /// The run's first value.
        public let first: Double
        /// The run's last value.
        public private(set) var last: Double
        /// The run's lowest value.
        public private(set) var lowest: Double
        /// The run's highest value.
        public private(set) var highest: Double

        init(_ value: Double, at time: Timestamp) {
            (start, end, count) = (time, time, 1)
            (first, last, lowest, highest) = (value, value, value, value)
        }

        /// The point of no values.
        static var nothing: Self {
            var point = Self(0, at: .distantPast)
            point.count = 0
            return point
        }

        @inline(__always)
        mutating func absorb(_ value: Double, at time: Timestamp) {
            end = time
            count += 1
            last = value
            lowest = min(lowest, value)
            highest = max(highest, value)
        }

        /// Takes several values in, of which the last, the lowest and the highest are known.
        mutating func absorb(
            _ more: Int, _ last: Double, from lowest: Double, to highest: Double,
            until time: Timestamp
        ) {
            end = time
            count += more
            self.last = last
            self.lowest = min(self.lowest, lowest)
            self.highest = max(self.highest, highest)
        }

        mutating func absorb(_ next: Self) {
            end = next.end
            count += next.count
            last = next.last
            lowest = min(lowest, next.lowest)
            highest = max(highest, next.highest)
        }
    }

    /// The largest number of points kept.
    public let capacity: Int

    /// The points before the last one.
    private var earlier: [Point] = []

    /// The last point; of no values at the beginning.
    private var latest = Point.nothing

    /// The points so far, oldest first; never more than ``capacity``.
    public var points: [Point] { latest.count == 0 ? [] : earlier + [latest] }

    /// How many values a full point stands for.
    public private(set) var valuesPerPoint = 1

    /// Starts an empty curve.
    ///
    /// - Parameter capacity: The largest number of points kept, at least two.
    /// - Throws: ``AnalyticsError/outOfRange(parameter:value:allowed:)``.
    public init(capacity: Int) throws(AnalyticsError) {
        guard capacity >= 2 else {
            throw .outOfRange(
                parameter: "capacity", value: Double(capacity), allowed: "at least two points")
        }
        self.capacity = capacity
    }

    /// Adds the next value.
    ///
    /// - Parameters:
    ///   - value: The value, finite.
    ///   - time: Its time, not before the last one.
    /// - Throws: ``AnalyticsError/notFinite(name:index:)`` or
    ///   ``AnalyticsError/outOfOrder(previous:found:)``; nothing is changed then.
    public mutating func add(_ value: Double, at time: Timestamp) throws(AnalyticsError) {
        // Mostly the last point takes it.
        if value.isFinite, time >= latest.end, latest.count < valuesPerPoint,
            latest.count != 0
        {
            latest.absorb(value, at: time)
        } else {
            try open(value, at: time)
        }
    }

    /// How many values the last point can still take.
    package var room: Int { valuesPerPoint - latest.count }

    /// Adds values that the last point takes; they are finite, and no earlier than what it has.
    ///
    /// - Parameters:
    ///   - count: How many; no more than there is ``room``.
    ///   - last: The last of them.
    ///   - lowest: The lowest.
    ///   - highest: The highest.
    ///   - time: The time of the last one.
    package mutating func addLast(
        _ count: Int, _ last: Double, from lowest: Double, to highest: Double,
        until time: Timestamp
    ) {
        latest.absorb(min(count, room), last, from: lowest, to: highest, until: time)
    }

    /// The number of values added.
    public var count: Int { earlier.count * valuesPerPoint + latest.count }

    /// Checks a value and begins a point with it, where the last one is full.
    @inline(never)
    private mutating func open(_ value: Double, at time: Timestamp) throws(AnalyticsError) {
        guard value.isFinite else { throw .notFinite(name: "the curve", index: count) }
        if latest.count == 0 {
            latest = Point(value, at: time)
            return
        }
        guard time >= latest.end else { throw .outOfOrder(previous: latest.end, found: time) }
        if earlier.count + 1 == capacity { halve() }
        if latest.count < valuesPerPoint {
            latest.absorb(value, at: time)
        } else {
            earlier.append(latest)
            latest = Point(value, at: time)
        }
    }

    /// Merges neighbours; a last one without a neighbour stays open for more values.
    private mutating func halve() {
        var points = points
        for target in 0..<(capacity + 1) / 2 {
            points[target] = points[2 * target]
            if 2 * target + 1 < points.count { points[target].absorb(points[2 * target + 1]) }
        }
        points.removeLast(capacity / 2)
        valuesPerPoint *= 2
        latest = points.removeLast()
        earlier = points
    }
}
