import LockstepModel
import LockstepStrategy

/// What the strategies on two averages are told.
struct AverageParameters: StrategyParameters {
    var symbol = "S"
    var fast = 10
    var slow = 30
    var lots: Int64 = 10
    /// The index of the first bar at which it may act.
    var firstCall = 0
    /// Whether a reversal is two orders: one that closes and one that opens.
    var splitsReversal = false
}

/// Two averages of the closes, told from the first call on.
private struct AveragePair: Codable, Sendable {
    private var fast: SMA
    private var slow: SMA
    private var bars = 0
    private let firstCall: Int

    init(_ parameters: AverageParameters) throws {
        fast = try SMA(parameters.fast)
        slow = try SMA(parameters.slow)
        firstCall = parameters.firstCall
    }

    /// Whether the fast one is above the slow one or below; nil when equal or too early.
    mutating func update(_ close: Price) -> Side? {
        let (fast, slow) = (fast.update(close), slow.update(close))
        defer { bars += 1 }
        guard bars >= firstCall, let fast, let slow, fast != slow else { return nil }
        return fast > slow ? .buy : .sell
    }
}

/// Buys when flat and the fast average is above, sells when long and it is below.
struct AverageLong: Strategy {
    private let instrument: InstrumentID
    private let lots: Quantity
    private var averages: AveragePair

    init(_ parameters: AverageParameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try Quantity(checking: parameters.lots)
        averages = try AveragePair(parameters)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        let side = averages.update(bar.close)
        let held = context.position(instrument)
        if side == .buy, held.isZero {
            context.submit(OrderTerms(.buy, lots, of: instrument))
        } else if side == .sell, held > .zero {
            context.submit(OrderTerms(.sell, held.magnitude, of: instrument))
        }
    }
}

/// Turns long when the fast average is above and short when it is below.
struct AverageReverse: Strategy {
    private let instrument: InstrumentID
    private let lots: Quantity
    private let splitsReversal: Bool
    private var averages: AveragePair

    init(_ parameters: AverageParameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try Quantity(checking: parameters.lots)
        splitsReversal = parameters.splitsReversal
        averages = try AveragePair(parameters)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        guard let side = averages.update(bar.close) else { return }
        let held = context.position(instrument)
        guard held.side != side else { return }
        if splitsReversal {
            if !held.isZero { context.submit(OrderTerms(side, held.magnitude, of: instrument)) }
            context.submit(OrderTerms(side, lots, of: instrument))
        } else {
            context.submit(OrderTerms(side, try lots.adding(held.magnitude), of: instrument))
        }
    }
}
