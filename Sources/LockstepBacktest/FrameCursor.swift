package import LockstepFeed
package import LockstepModel

/// The feed of a run behind one concrete type.
///
/// Bars in memory are what sweeps and benchmarks run on; for them nothing is looked up at run time.
package struct FrameCursor {
    private var memory: MemoryFrames?
    private var other: (any FrameSource)?
    /// The series, each at its number less one.
    package let series: [Series]
    /// The start of the earliest first bar; nil without bars.
    package let startTime: Timestamp?

    init(_ memory: MemoryFrames) {
        self.memory = memory
        series = memory.series
        startTime = memory.startTime
    }

    init(_ other: any FrameSource) {
        self.other = other
        series = other.series
        startTime = other.startTime
    }

    /// What was done to the data so far.
    var counts: FeedCounts { memory?.counts ?? other?.counts ?? FeedCounts() }

    /// Fills a frame with the data of the next step.
    ///
    /// - Parameter frame: The frame; unchanged at the end.
    /// - Returns: How many of its bars are traded; nil at the end.
    /// - Throws: ``FeedError``, once all steps before it have been delivered.
    @inline(__always)
    package mutating func next(into frame: inout Frame) throws(FeedError) -> UInt64? {
        if let traded = try memory?.fill(&frame) { return traded == 0 ? nil : UInt64(traded) }
        return try nextOfOther(into: &frame)
    }

    @inline(never)
    private mutating func nextOfOther(into frame: inout Frame) throws(FeedError) -> UInt64? {
        guard try other?.next(into: &frame) ?? false else { return nil }
        var traded: UInt64 = 0
        for place in frame.slots.indices where frame.slots[place].coverage == .traded {
            traded &+= 1
        }
        return traded
    }
}
