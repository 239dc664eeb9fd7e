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

    /// Steps of one day that make one point of the curve, told together.
    private struct Stretch {
        var count = 0
        /// When the last one was, until when one may be, and how many there may be.
        var time: Timestamp = .epoch
        var end: Timestamp = .distantPast
        var room = 0
        var last = 0.0
        var lowest = Double.infinity
        var highest = -Double.infinity

        /// Takes the equity of a step, if it belongs to them.
        @inline(__always)
        mutating func take(_ equity: Double, at time: Timestamp) -> Bool {
            guard time < end, count < room else { return false }
            count &+= 1
            self.time = time
            last = equity
            if equity < lowest { lowest = equity }
            if equity > highest { highest = equity }
            return true
        }
    }

    private let names: Names
    private let keepsLists: Bool
    private var files: ResultFiles?
    /// Whether text files are written.
    let hasFiles: Bool
    private var standings: Column<Standing>
    /// How many accounts hold something, and of how many nothing is known.
    private var held = 0
    private var unknown: Int
    private var steps = 0
    private var heldSteps = 0
    private var lastTime: Timestamp?
    private var daily: DailyReturnStatistics
    private var curve: DownsampledCurve
    private var stretch = Stretch()
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
            if !stretch.take(total, at: lastTime) { try tell(total, at: lastTime) }
        }
        lastTime = time
    }

    @inline(never)
    private mutating func tell(_ total: Double, at time: Timestamp) throws(AnalyticsError) {
        tellStretch()
        try daily.add(equity: total, at: time)
        try curve.add(total, at: time)
        stretch.end = daily.dayEnd
        stretch.room = curve.room
    }

    private mutating func tellStretch() {
        if stretch.count == 0 { return }
        daily.addLast(equity: stretch.last, until: stretch.time)
        curve.addLast(
            stretch.count, stretch.last, from: stretch.lowest, to: stretch.highest,
            until: stretch.time)
        stretch = Stretch()
    }

    /// The equity of several accounts.
    private var sum: Double { standings.indices.reduce(0) { $0 + standings[$1].equity } }

    /// Whether somebody reads the single fills.
    var keepsFills: Bool { keepsLists || hasFiles }

    mutating func record(
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

    /// Forgets the tag of an order that has ended.
    mutating func forget(_ update: OrderUpdate) {
        if update.change.isFinal { files?.forget(update.order) }
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
        tellStretch()
        try files?.close()
    }

    func report(to result: inout BacktestResult) {
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
