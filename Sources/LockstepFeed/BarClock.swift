import LockstepModel

/// Gives bars their two ends from the stamps of a file, and keeps them in order.
struct BarClock {
    private let length: Int64
    private let interval: BarInterval
    private let stamp: CSVBarLayout.Stamp
    private var previous: (label: Timestamp, end: Timestamp)?

    init(interval: BarInterval, stamp: CSVBarLayout.Stamp) {
        self.interval = interval
        length = interval.nanoseconds
        self.stamp = stamp
    }

    /// The ends of the next bar.
    ///
    /// Bars shorter than a day may not overlap. Longer ones follow a calendar, with days of 23 hours
    /// and months of 28 days: such a bar begins where the one before ends, if that is later. More
    /// than half an interval of overlap is no calendar, but a wrong interval.
    mutating func ends(
        of label: Timestamp
    ) throws(RefusedRow) -> (start: Timestamp, end: Timestamp) {
        if let previous, label <= previous.label {
            throw RefusedRow(
                label == previous.label
                    ? .duplicateTime(label) : .unsorted(label, previous: previous.label))
        }
        var start = label
        var end = label
        do throws(ArithmeticError) {
            switch stamp {
            case .open: end = try label.advanced(byNanoseconds: length)
            case .close: start = try label.advanced(byNanoseconds: -length)
            }
        } catch {
            throw RefusedRow(.timeOutOfRange(label, interval: interval))
        }
        if let previousEnd = previous?.end, start < previousEnd {
            // Both instants lie within one interval, since labels rise.
            let overlap = previousEnd.nanoseconds - start.nanoseconds
            guard length >= Timestamp.nanosecondsPerDay, overlap <= length / 2 else {
                throw RefusedRow(
                    .overlap(start: start, previousEnd: previousEnd, interval: interval))
            }
            start = previousEnd
        }
        previous = (label, end)
        return (start, end)
    }
}

/// What is wrong with a row, before its place is known.
struct RefusedRow: Error {
    let fault: RowFault

    init(_ fault: RowFault) { self.fault = fault }
}
