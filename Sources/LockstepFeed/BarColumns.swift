import LockstepModel

/// The bars of several series, side by side, as long as they have the same ends.
struct BarColumns: Sendable {
    private let columns: ContiguousArray<ContiguousArray<Bar>>
    /// How many bars each of them has at least.
    private let least: Int

    init(_ columns: ContiguousArray<ContiguousArray<Bar>>) {
        self.columns = columns
        least = columns.map(\.count).min() ?? 0
    }

    /// How many series there are.
    var count: Int { columns.count }

    /// The bars of a series.
    subscript(series: Int) -> ContiguousArray<Bar> { columns[series] }

    /// Shows the bars of one place as traded; each series has another one behind it.
    ///
    /// - Parameters:
    ///   - place: The place.
    ///   - slots: A slot for each series.
    /// - Returns: The end of the next bar of the first series, and whether all others have it too.
    // Safe because: there is a slot for each series, and each series has the place and the next.
    @inline(__always) @safe
    func show(
        _ place: Int, in slots: inout MutableSpan<FrameSlot>
    ) -> (end: Timestamp, isCommon: Bool) {
        precondition(slots.count == columns.count && place >= 0 && place < least &- 1)
        return unsafe columns.withUnsafeBufferPointer { columns in
            unsafe slots.withUnsafeMutableBufferPointer { slots in
                let end = unsafe columns[0].withUnsafeBufferPointer { unsafe $0[place &+ 1].end }
                var difference: Int64 = 0
                var index = 0
                while index < columns.count {
                    unsafe columns[index].withUnsafeBufferPointer { bars in
                        difference |= unsafe bars[place &+ 1].end.nanoseconds ^ end.nanoseconds
                        unsafe slots[index].bar = bars[place]
                    }
                    unsafe slots[index].coverage = .traded
                    index &+= 1
                }
                return (end, difference == 0)
            }
        }
    }
}
