import LockstepModel

extension FlatView<Price?> {
    /// Takes the closes of the first slots that traded, each at its own place.
    // Safe because: places beneath both counts are read and set.
    @inline(__always) @safe
    func takeCloses(of frame: borrowing Frame, _ limit: Int) {
        let end = min(limit, count)
        unsafe frame.slots.withUnsafeBufferPointer { slots in
            let count = min(end, slots.count)
            var place = 0
            while place < count {
                if unsafe slots[place].coverage == .traded {
                    unsafe base[place] = slots[place].bar.close
                }
                place &+= 1
            }
        }
    }
}
