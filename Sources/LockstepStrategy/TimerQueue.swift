import LockstepModel

/// The timers of one strategy, the earliest last, so that taking it moves nothing.
@usableFromInline
struct TimerQueue: Sendable {
    private struct Entry: Sendable {
        let time: Timestamp
        let id: TimerID
    }

    private var entries: ContiguousArray<Entry> = []
    /// When the earliest is due; the end of time where there is none.
    private(set) var next: Timestamp = .distantFuture
    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ id: TimerID, at time: Timestamp) {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            // New timers have the greatest number: of one time, they come after the others.
            if entries[middle].time > time { low = middle + 1 } else { high = middle }
        }
        entries.insert(Entry(time: time, id: id), at: low)
        next = entries.last?.time ?? .distantFuture
    }

    /// Takes the earliest timer that is due, by time and number.
    mutating func takeDue(at now: Timestamp) -> TimerID? {
        guard let last = entries.last, last.time <= now else { return nil }
        #if PLANTED_DEFECTS
            if PlantedDefect.timerOneStepLate.isOn, last.time == now { return nil }
        #endif
        entries.removeLast()
        next = entries.last?.time ?? .distantFuture
        return last.id
    }
}
