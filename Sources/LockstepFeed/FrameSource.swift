public import LockstepModel

/// The data of a run, step by step, pulled by the driver.
///
/// The driver keeps one frame and has it filled again and again, so a step allocates nothing. The
/// run's own thread may block in ``next(into:)``.
public protocol FrameSource: SendableMetatype {
    /// The series, each at its number less one, as the slots of the frames are.
    var series: [Series] { get }

    /// The start of the earliest first bar: the time of the set-up step; nil without bars.
    var startTime: Timestamp? { get }

    /// What was done to the data so far, in all series.
    var counts: FeedCounts { get }

    /// Fills a frame with the data of the next step.
    ///
    /// Whatever the frame held is replaced, so any frame will do, also one of another source.
    ///
    /// - Parameter frame: The frame; unchanged at the end.
    /// - Returns: False at the end, then and ever after.
    /// - Throws: ``FeedError`` with the place of what is wrong, once all steps before it have been
    ///   delivered.
    mutating func next(into frame: inout Frame) throws(FeedError) -> Bool
}

extension FrameSource {
    /// A frame of the right shape, with nothing in it, to be filled.
    public var emptyFrame: Frame {
        Frame(
            time: startTime ?? .epoch,
            slots: ContiguousArray(series.map { .absent($0.id, of: $0.instrument) }))
    }
}
