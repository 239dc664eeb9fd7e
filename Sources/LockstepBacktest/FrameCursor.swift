import LockstepFeed
import LockstepModel

/// The feed of a run behind one concrete type.
///
/// Bars in memory are what sweeps and benchmarks run on; for them nothing is looked up at run time.
struct FrameCursor {
    private var memory: FrameAligner<MemoryBarSource>?
    private var other: (any FrameSource)?
    let series: [Series]
    let startTime: Timestamp?

    init(_ memory: FrameAligner<MemoryBarSource>) {
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

    /// Fills a frame with the data of the next step; false at the end.
    mutating func next(into frame: inout Frame) throws(FeedError) -> Bool {
        if memory != nil { return try memory?.next(into: &frame) ?? false }
        return try other?.next(into: &frame) ?? false
    }
}
