public import LockstepModel

/// The bars of one series, in order, pulled one at a time.
///
/// A source gives bars that do not overlap: each starts at or after the end of the one before. It
/// may block its caller; after it has thrown it is not used again.
public protocol BarSource: SendableMetatype {
    /// Whose bars they are.
    var series: Series { get }

    /// What was done to the data so far.
    var counts: FeedCounts { get }

    /// The next bar.
    ///
    /// - Returns: The bar; nil at the end, then and ever after.
    /// - Throws: ``FeedError`` with the place of what is wrong.
    mutating func next() throws(FeedError) -> Bar?
}

/// A source of any kind, where series of different kinds meet in one feed.
public struct AnyBarSource: BarSource, Sendable {
    private var base: any BarSource & Sendable

    /// Wraps a source.
    ///
    /// - Parameter base: The source.
    public init(_ base: any BarSource & Sendable) { self.base = base }

    public var series: Series { base.series }

    public var counts: FeedCounts { base.counts }

    public mutating func next() throws(FeedError) -> Bar? { try base.next() }
}
