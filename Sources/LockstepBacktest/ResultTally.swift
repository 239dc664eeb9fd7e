import LockstepAnalytics
import LockstepFiles
import LockstepModel

/// Gathers the result of a run event by event, in constant memory.
struct ResultTally {
    /// What messages and text files call the parts of a run.
    struct Names: Sendable {
        let instruments: Instruments
        let accounts: [(name: String, currency: Currency)]
        let strategies: [String]
    }

    private let names: Names
    private let keepsLists: Bool
    private var files: ResultFiles?
    private var orders = BacktestResult.Orders()
    private var reasons = [Int](repeating: 0, count: 256)
    private var equities: [Double]
    private var isKnown: [Bool]
    private var isHeld: [Bool]
    private var steps = 0
    private var heldSteps = 0
    private let unitsPerMoney: [Double]
    private var total: Double?
    private var lastTime: Timestamp?
    private var daily: DailyReturnStatistics
    private var curve: DownsampledCurve
    private var fills: [Fill] = []
    private var snapshots: [(time: Timestamp, snapshot: Snapshot)] = []

    /// Points of the equity curve kept for a picture.
    private static let curvePoints = 512

    init(
        names: Names, periodsPerYear: Double, files: ResultFiles?, keepsLists: Bool
    ) throws(AnalyticsError) {
        self.names = names
        self.files = files
        self.keepsLists = keepsLists
        equities = Array(repeating: 0, count: names.accounts.count)
        isKnown = Array(repeating: false, count: names.accounts.count)
        isHeld = isKnown
        unitsPerMoney = names.accounts.map(\.currency.units)
        daily = try DailyReturnStatistics(periodsPerYear: periodsPerYear)
        curve = try DownsampledCurve(capacity: Self.curvePoints)
    }

    /// A step before this time is complete: its equity counts for its day.
    mutating func closeStep(before time: Timestamp) throws {
        if let lastTime, let total {
            steps += 1
            if isHeld.contains(true) { heldSteps += 1 }
            try daily.add(equity: total, at: lastTime)
            try curve.add(total, at: lastTime)
        }
        lastTime = time
    }

    mutating func add(_ intent: Intent) {
        if case .place = intent.action { orders.intents += 1 }
    }

    mutating func add(_ update: OrderUpdate) {
        switch update.change {
        case .accepted: orders.accepted += 1
        case .rejected: orders.rejected += 1
        case .cancelled: orders.cancelled += 1
        case .expired: orders.expired += 1
        case .triggered, .amended, .amendRejected, .cancelRejected: break
        }
        if update.reason != .none { reasons[Int(update.reason.rawValue)] += 1 }
        if update.change.isFinal { files?.forget(update.order) }
    }

    mutating func add(_ fill: Fill, _ sequence: SequenceNumber, at time: Timestamp) throws {
        orders.fills += 1
        if fill.leaves.lots == 0 { orders.filled += 1 }
        if keepsLists { fills.append(fill) }
        try files?.write(fill, sequence, at: time, names)
    }

    mutating func note(tag: String, of order: OrderID) { files?.note(tag: tag, of: order) }

    mutating func add(_ snapshot: Snapshot, at time: Timestamp) throws {
        let place = Int(snapshot.account.rawValue) - 1
        guard equities.indices.contains(place) else { return }
        equities[place] = Double(snapshot.equity.units) / unitsPerMoney[place]
        isKnown[place] = true
        isHeld[place] = snapshot.grossExposure != .zero
        if equities.count == 1 {
            total = equities[0]
        } else if isKnown.allSatisfy({ $0 }) {
            total = equities.reduce(0, +)
        }
        if keepsLists { snapshots.append((time, snapshot)) }
        try files?.write(snapshot, at: time, names)
    }

    /// Counts the last step and closes the text files.
    mutating func finish() throws {
        if let lastTime { try closeStep(before: lastTime) }
        lastTime = nil
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
        result.fills = fills
        result.equity = snapshots
    }
}
