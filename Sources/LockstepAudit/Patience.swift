/// How long a log that is followed may stay as it is.
package struct Patience {
    private let limit: Duration?
    private var since = ContinuousClock.now

    /// Begins to count.
    ///
    /// - Parameter limit: The longest time without growth; `nil` for no limit.
    package init(_ limit: Duration?) { self.limit = limit }

    /// Takes note of growth, or of none.
    ///
    /// - Parameter hasGrown: Whether the log has become longer.
    /// - Returns: How long to wait on; `nil` when the time is over.
    package mutating func wait(hasGrown: Bool) -> Duration? {
        if hasGrown { since = .now }
        guard let limit else { return .seconds(1) }
        let left = limit - since.duration(to: .now)
        return left > .zero ? left : nil
    }
}

extension Duration {
    /// The length in whole milliseconds, rounded up.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
