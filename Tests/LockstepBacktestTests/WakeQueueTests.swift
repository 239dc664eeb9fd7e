import LockstepModel
import Testing

@testable import LockstepBacktest

@Suite struct WakeQueueTests {
    @Test func `the earliest wake comes first, and all up to an instant go together`() {
        var queue = WakeQueue()
        #expect(queue.earliest == nil)
        // A permutation of 0 to 100 with every number twice: 37 has no factor in common with 101.
        for place in 0..<202 as Range<Int64> {
            queue.insert(Timestamp(nanoseconds: place * 37 % 101))
        }
        for time in 0...100 as ClosedRange<Int64> {
            #expect(queue.earliest == Timestamp(nanoseconds: time))
            queue.removeAll(upTo: Timestamp(nanoseconds: time))
        }
        #expect(queue.earliest == nil)
    }

    @Test func `instants that have passed all go at once`() {
        var queue = WakeQueue()
        for time in [9, 3, 7, 1, 5] as [Int64] { queue.insert(Timestamp(nanoseconds: time)) }
        queue.removeAll(upTo: Timestamp(nanoseconds: 6))
        #expect(queue.earliest == Timestamp(nanoseconds: 7))
        queue.removeAll(upTo: .distantFuture)
        #expect(queue.earliest == nil)
    }
}
