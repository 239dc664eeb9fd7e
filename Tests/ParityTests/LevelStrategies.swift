import LockstepModel
import LockstepStrategy

/// Enters at a stop above the last highs and leaves at one below the last lows.
struct StopBreakout: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S"
        var high = 20
        var low = 10
        var lots: Int64 = 30
        /// How far beyond the extremes the stops lie, as decimal text.
        var offset = "0.01"
        /// The index of the first bar at which it may act.
        var firstCall = 0
    }

    private let instrument: InstrumentID
    private let lots: Quantity
    private let offset: Int64
    private let firstCall: Int
    private var highs: History<Price>
    private var lows: History<Price>
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        let instrument = try instruments(parameters.symbol)
        self.instrument = instrument.id
        lots = try Quantity(checking: parameters.lots)
        offset = try instrument.price(from: ExactDecimal(parameters.offset)).ticks
        firstCall = parameters.firstCall
        highs = try History(parameters.high)
        lows = try History(parameters.low)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        highs.append(bar.high)
        lows.append(bar.low)
        bars += 1
        guard bars > firstCall, let high = highs.inOrder.max(), let low = lows.inOrder.min() else {
            return
        }
        context.cancelAll()
        let held = context.position(instrument)
        if held.isZero {
            let stop = try high.advanced(byTicks: offset)
            context.submit(OrderTerms(.buy, lots, of: instrument, .stop(stop)))
        } else {
            let stop = try low.advanced(byTicks: -offset)
            context.submit(OrderTerms(.sell, held.magnitude, of: instrument, .stop(stop)))
        }
    }
}

/// Buys at a limit below a close that is above its average, sells at one above a close that is not,
/// and closes what is some bars old.
struct LimitFade: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S"
        var period = 20
        /// How many bars a trade lasts before it is closed.
        var age = 5
        var lots: Int64 = 20
        /// The limits as parts of the close, as decimal text.
        var below = "0.985"
        var above = "1.015"
        /// The index of the first bar at which it may act.
        var firstCall = 0
    }

    private let instrument: InstrumentID
    private let lots: Quantity
    private let age: Int
    private let below: Rate
    private let above: Rate
    private let firstCall: Int
    private var average: SMA
    /// The close as an average of one, to compare it exactly.
    private var last: SMA
    private var labels: History<Timestamp>
    private var entry = Timestamp.distantFuture
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try Quantity(checking: parameters.lots)
        age = parameters.age
        below = try Rate(parameters.below)
        above = try Rate(parameters.above)
        firstCall = parameters.firstCall
        average = try SMA(parameters.period)
        last = try SMA(1)
        labels = try History(parameters.age + 1)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onFill(_ fill: Fill, _ context: inout Context) { entry = fill.label }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        labels.append(bar.label)
        let (mean, close) = (average.update(bar.close), last.update(bar.close))
        bars += 1
        guard bars > firstCall, let mean, let close else { return }
        context.cancelAll()
        let held = context.position(instrument)
        if let side = held.side {
            guard let oldest = labels[age], entry <= oldest else { return }
            context.submit(OrderTerms(side == .buy ? .sell : .buy, held.magnitude, of: instrument))
            return
        }
        let side: Side = close > mean ? .buy : .sell
        let level = try FixedPoint.proportion(
            of: bar.close.ticks, rate: side == .buy ? below : above, .halfEven)
        context.submit(OrderTerms(side, lots, of: instrument, .limit(Price(ticks: level))))
    }
}

/// Brings each instrument to a share of the account's worth on the first bar of every month.
struct MonthlyTargets: Strategy {
    struct Parameters: StrategyParameters {
        /// The instruments, in the order of their orders, with commas between.
        var symbols = "S"
        var percent = 30
        /// The index of the first bar at which it may act.
        var firstCall = 0
    }

    private let traded: [Instrument]
    private let share: Double
    private let firstCall: Int
    private var month = ""
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        traded = try parameters.symbols.split(separator: ",").map { try instruments(String($0)) }
        share = Double(parameters.percent) / 100
        firstCall = parameters.firstCall
    }

    var subscriptions: Subscriptions {
        for instrument in traded { Bars(instrument.id) }
    }

    mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        let bar = traded.first.flatMap { context.series($0.id) }.flatMap { frame.tradedBar(of: $0) }
        guard let bar else { return }
        bars += 1
        let month = String(bar.label.description.prefix(7))
        guard bars > firstCall, month != self.month else { return }
        self.month = month
        for instrument in traded {
            guard let price = context.lastPrice(instrument.id) else { continue }
            let close = instrument.double(of: price)
            let worth = try amount(context.account.equity, instrument.currency)
            let held = instrument.double(of: context.position(instrument.id)) * close
            let missing = Int64((share * worth - held) / close)
            guard missing != 0 else { continue }
            let lots = try SignedQuantity(checking: missing)
            context.submit(
                OrderTerms(missing > 0 ? .buy : .sell, lots.magnitude, of: instrument.id))
        }
    }

    /// An amount as a number of whole currency.
    private func amount(_ money: Money, _ currency: Currency) throws -> Double {
        guard let amount = Double(currency.text(of: money)) else { throw LeftOut("no amount") }
        return amount
    }
}
