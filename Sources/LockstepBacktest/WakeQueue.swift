import LockstepModel

/// The times at which somebody wishes a step, earliest first.
struct WakeQueue {
    /// A binary heap: no time is later than those at twice its place and one more.
    private var heap: [Timestamp] = []

    /// Whether nobody wishes any.
    var isEmpty: Bool { heap.isEmpty }

    /// The earliest time; nil when nobody wishes any.
    var earliest: Timestamp? { heap.first }

    /// Adds a time; O(log n).
    mutating func insert(_ time: Timestamp) {
        heap.append(time)
        var place = heap.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            if heap[parent] <= heap[place] { return }
            heap.swapAt(parent, place)
            place = parent
        }
    }

    /// Removes every time up to an instant; O(log n) for each.
    mutating func removeAll(upTo time: Timestamp) {
        while let first = heap.first, first <= time { removeFirst() }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
