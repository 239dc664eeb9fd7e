import LockstepAnalytics
import LockstepFiles
import LockstepModel

/// Gathers the result of a run event by event, in constant memory.
struct ResultTally: ~Copyable {
    /// What messages and text files call the parts of a run.
    struct Names: Sendable {
        let instruments: Instruments
        let accounts: [(name: String, currency: Currency)]
        let strategies: [String]
    }

    /// How one account stands.
    private struct Standing {
        let unitsPerMoney: Double
        var equity = 0.0
        var isKnown = false
        var isHeld = false

        init(unitsPerMoney: Double) { self.unitsPerMoney = unitsPerMoney }

        /// Takes a snapshot.
        ///
        /// - Returns: By how much the number of accounts that hold something changes, and whether
        ///   it is the first snapshot of the account.
        @inline(__always)
        mutating func take(_ equity: Money, isHeld: Bool) -> (held: Int, isFirst: Bool) {
            let change = (isHeld ? 1 : 0) &- (self.isHeld ? 1 : 0)
            let isFirst = !isKnown
            self.equity = Double(equity.units) / unitsPerMoney
            self.isHeld = isHeld
            isKnown = true
            return (change, isFirst)
        }
    }

    /// Steps in which nothing changed, told together: the last equity, how often it came again,
    /// when, and until when and how often it may.
    private struct Calm {
        var equity: UInt64 = 0
        var count = 0
        var time: Timestamp = .epoch
        var end: Timestamp = .distantPast
        var room = 0
    }

    private let names: Names
    private let keepsLists: Bool
    private var files: ResultFiles?
    /// Whether text files are written.
    let hasFiles: Bool
    private var orders = BacktestResult.Orders()
    private var reasons = [Int](repeating: 0, count: 256)
    private var standings: Column<Standing>
    /// How many accounts hold something, and of how many nothing is known.
    private var held = 0
    private var unknown: Int
    private var steps = 0
    private var heldSteps = 0
    private var lastTime: Timestamp?
    private var daily: DailyReturnStatistics
    private var curve: DownsampledCurve
    private var calm = Calm()
    private var fills: [Fill] = []
    private var snapshots: [(time: Timestamp, snapshot: Snapshot)] = []

    /// Points of the equity curve kept for a picture.
    private var halts: [BacktestResult.Halted] = []

    private static let curvePoints = 512

    init(
        names: Names, periodsPerYear: Double, files: ResultFiles?, keepsLists: Bool
    ) throws(AnalyticsError) {
        // What can fail comes first: nothing of the tally is there yet.
        let daily = try DailyReturnStatistics(periodsPerYear: periodsPerYear)
        let curve = try DownsampledCurve(capacity: Self.curvePoints)
        self.daily = daily
        self.curve = curve
        self.names = names
        self.files = files
        hasFiles = files != nil
        self.keepsLists = keepsLists
        standings = Column(
            names.accounts.map { Standing(unitsPerMoney: $0.currency.units) })
        unknown = names.accounts.count
    }

    /// A step before this time is complete: its equity counts for its day.
    @inline(__always)
    mutating func closeStep(before time: Timestamp) throws {
        if let lastTime, unknown == 0, !standings.isEmpty {
            steps &+= 1
            if held != 0 { heldSteps &+= 1 }
            let total = standings.count == 1 ? standings[0].equity : sum
            if total.bitPattern == calm.equity, lastTime < calm.end, calm.count < calm.room {
                calm.count &+= 1
                calm.time = lastTime
            } else {
                try tell(total, at: lastTime)
            }
        }
        lastTime = time
    }

    @inline(never)
    private mutating func tell(_ total: Double, at time: Timestamp) throws(AnalyticsError) {
        if calm.count != 0 { endCalm() }
        try daily.add(equity: total, at: time)
        try curve.add(total, at: time)
        if total.bitPattern == calm.equity {
            calm.end = daily.dayEnd
            calm.room = curve.room
        } else {
            calm.equity = total.bitPattern
            calm.room = 0
        }
    }

    private mutating func endCalm() {
        daily.addLast(until: calm.time)
        curve.addLast(calm.count, until: calm.time)
        calm.count = 0
        calm.room = 0
    }

    /// The equity of several accounts.
    private var sum: Double { standings.indices.reduce(0) { $0 + standings[$1].equity } }

    mutating func countIntent() { orders.intents += 1 }

    @inline(__always)
    mutating func add(_ update: borrowing OrderUpdate) {
        switch update.change {
        case .accepted: orders.accepted += 1
        case .rejected:
            orders.rejected += 1
            // One that the market took and refused afterwards, as a post-only that would take.
            if !update.leaves.isZero { orders.accepted -= 1 }
        case .cancelled: orders.cancelled += 1
        case .expired: orders.expired += 1
        case .triggered, .amended, .amendRejected, .cancelRejected: break
        }
        if update.reason != .none { reasons[Int(update.reason.rawValue)] += 1 }
        if hasFiles, update.change.isFinal { files?.forget(update.order) }
    }

    @inline(__always)
    mutating func add(
        _ fill: borrowing Fill, _ sequence: SequenceNumber, at time: Timestamp
    ) throws {
        orders.fills += 1
        if fill.leaves.lots == 0 { orders.filled += 1 }
        if keepsLists || hasFiles { try record(copy fill, sequence, at: time) }
    }

    @inline(never)
    private mutating func record(
        _ fill: Fill, _ sequence: SequenceNumber, at time: Timestamp
    ) throws {
        if keepsLists { fills.append(fill) }
        try files?.write(fill, sequence, at: time, names)
    }

    /// Takes a halt, or the end of one.
    mutating func add(_ halt: Halt, at time: Timestamp) {
        let account = halt.account.map { Int($0.rawValue) - 1 }
        halts.append(
            BacktestResult.Halted(
                time: time, reason: halt.reason,
                account: account.map {
                    names.accounts.indices.contains($0) ? names.accounts[$0].name : ""
                },
                instrument: halt.scope.map { names.instruments[$0]?.symbol ?? "" },
                flattens: halt.flatten))
    }

    mutating func note(tag: String, of order: OrderID) { files?.note(tag: tag, of: order) }

    @inline(__always)
    mutating func add(_ snapshot: borrowing Snapshot, at time: Timestamp) throws {
        let place = Int(snapshot.account.rawValue) &- 1
        guard place >= 0, place < standings.count else { return }
        let isHeld = snapshot.grossExposure != .zero
        let (change, isNew) = standings[place].take(snapshot.equity, isHeld: isHeld)
        held &+= change
        if isNew { unknown &-= 1 }
        if keepsLists || hasFiles { try record(copy snapshot, at: time) }
    }

    @inline(never)
    private mutating func record(_ snapshot: Snapshot, at time: Timestamp) throws {
        if keepsLists { snapshots.append((time, snapshot)) }
        try files?.write(snapshot, at: time, names)
    }

    /// Counts the last step and closes the text files.
    mutating func finish() throws {
        if let lastTime { try closeStep(before: lastTime) }
        lastTime = nil
        if calm.count != 0 { endCalm() }
        try files?.close()
    }

    func report(to result: inout BacktestResult) {
        result.orders = orders
        result.reasons = OrderReason.allCases
            .map { (reason: $0, count: reasons[Int($0.rawValue)]) }
            .filter { $0.count > 0 }
            .sorted { $0.reason.rawValue < $1.reason.rawValue }
        result.statistics.compoundAnnualGrowthRate = daily.compoundAnnualGrowthRate
        result.statistics.annualVolatility = daily.annualVolatility
        result.statistics.sharpeRatio = daily.sharpeRatio
        result.statistics.maxDrawdown = daily.drawdown?.depth
        result.statistics.maxDrawdownDays = daily.drawdown?.length
        result.statistics.exposure = steps == 0 ? nil : Double(heldSteps) / Double(steps)
        result.curve = curve.points
        result.halts = halts
        result.fills = fills
        result.equity = snapshots
    }
}
