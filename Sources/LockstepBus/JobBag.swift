/// The jobs of a loop with a schedule, which picks the next one.
struct JobBag {
    private var jobs: ContiguousArray<UnownedJob> = []
    /// What is ready, in the order in which it became so; behind it room for deliveries.
    private var candidates: ContiguousArray<Candidate> = []
    var picker: Picker

    init(_ schedule: Schedule) { picker = Picker(schedule) }

    mutating func append(_ job: UnownedJob, of owner: Int) {
        jobs.append(job)
        candidates.append(Candidate(owner: owner, ready: picker.now))
    }

    /// Takes the job that the schedule picks.
    mutating func next() -> UnownedJob? {
        if jobs.isEmpty { return nil }
        return take(picker.pick(candidates)).job
    }

    /// Picks among jobs and deliveries.
    ///
    /// - Parameter deliveries: The services that have a delivery to take.
    /// - Returns: What was picked; nil where nothing is ready.
    mutating func pick(with deliveries: ContiguousArray<Candidate>) -> RunExecutor.Pick? {
        let count = jobs.count
        if count == 0, deliveries.isEmpty { return nil }
        candidates.append(contentsOf: deliveries)
        let place = picker.pick(candidates)
        candidates.removeLast(deliveries.count)
        if place >= count { return .delivery(place - count) }
        let (job, owner) = take(place)
        return .job(job, owner: owner)
    }

    private mutating func take(_ place: Int) -> (job: UnownedJob, owner: Int) {
        (jobs.remove(at: place), candidates.remove(at: place).owner)
    }
}
