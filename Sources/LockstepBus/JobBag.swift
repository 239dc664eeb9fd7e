/// The jobs of a loop with a schedule, which picks the next one.
struct JobBag {
    private var jobs: [(job: UnownedJob, candidate: Candidate)] = []
    var picker: Picker

    init(_ schedule: Schedule) { picker = Picker(schedule) }

    /// What is ready, in the order in which it became so.
    var candidates: [Candidate] { jobs.map(\.candidate) }

    mutating func append(_ job: UnownedJob, of owner: Int) {
        jobs.append((job, Candidate(owner: owner, ready: picker.now)))
    }

    /// Takes the job at a place of ``candidates``.
    mutating func take(_ place: Int) -> UnownedJob { jobs.remove(at: place).job }

    /// Takes the job that the schedule picks.
    mutating func next() -> UnownedJob? {
        jobs.isEmpty ? nil : take(picker.pick(candidates))
    }
}
