import LockstepModel
import LockstepStrategy

/// Enters at market when two averages cross, with a stop and a target about the signal's close.
struct CrossBracket: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S"
        var fast = 5
        var slow = 15
        var lots: Int64 = 40
        /// The stop and the target of a purchase, then of a sale, as parts of the close.
        var longStop = "0.97"
        var longTarget = "1.05"
        var shortStop = "1.03"
        var shortTarget = "0.95"
        /// The index of the first bar at which it may act.
        var firstCall = 0
    }

    private let instrument: InstrumentID
    private let lots: Quantity
    private let levels: [Rate]
    private let firstCall: Int
    private var fast: SMA
    private var slow: SMA
    private var last: Side?
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try Quantity(checking: parameters.lots)
        levels = try [
            parameters.longStop, parameters.longTarget, parameters.shortStop,
            parameters.shortTarget,
        ].map { try Rate($0) }
        firstCall = parameters.firstCall
        fast = try SMA(parameters.fast)
        slow = try SMA(parameters.slow)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        let (fast, slow) = (fast.update(bar.close), slow.update(bar.close))
        defer { bars += 1 }
        var side: Side?
        if let fast, let slow, fast != slow { side = fast > slow ? .buy : .sell }
        let before = last
        last = side
        guard bars >= firstCall, let side, before == side.opposite,
            context.position(instrument).isZero
        else { return }
        let own = side == .buy ? levels[0...1] : levels[2...3]
        let prices = try own.map {
            Price(ticks: try FixedPoint.proportion(of: bar.close.ticks, rate: $0, .halfEven))
        }
        context.bracket(
            OrderTerms(side, lots, of: instrument), stop: .stop(prices[0]),
            target: .limit(prices[1]))
    }
}

/// Enters at a limit with a stop and a target, and gives the entry some days.
struct LimitBracket: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S"
        var period = 20
        var lots: Int64 = 100
        var longEntry = "0.99"
        var longStop = "0.97"
        var longTarget = "1.05"
        var shortEntry = "1.01"
        var shortStop = "1.03"
        var shortTarget = "0.95"
        /// For how many days the entry is good.
        var days: Int64 = 5
        /// The index of the first bar at which it may act.
        var firstCall = 0
    }

    private let instrument: InstrumentID
    private let lots: Quantity
    private let levels: [Rate]
    private let days: Int64
    private let firstCall: Int
    private var average: SMA
    private var last: SMA
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try Quantity(checking: parameters.lots)
        levels = try [
            parameters.longEntry, parameters.longStop, parameters.longTarget,
            parameters.shortEntry, parameters.shortStop, parameters.shortTarget,
        ].map { try Rate($0) }
        days = parameters.days
        firstCall = parameters.firstCall
        average = try SMA(parameters.period)
        last = try SMA(1)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        let (mean, close) = (average.update(bar.close), last.update(bar.close))
        defer { bars += 1 }
        guard bars >= firstCall, let mean, let close, context.position(instrument).isZero,
            context.openOrders.isEmpty
        else { return }
        let side: Side = close > mean ? .buy : .sell
        let own = Array(side == .buy ? levels[0...2] : levels[3...5])
        func part(_ ticks: Int64, _ rate: Rate) throws -> Int64 {
            try FixedPoint.proportion(of: ticks, rate: rate, .halfEven)
        }
        let entry = try part(bar.close.ticks, own[0])
        // The peer ends it with the first bar after its last one: an instant later than that ends.
        let end = try context.now.advanced(byNanoseconds: days * Timestamp.nanosecondsPerDay + 1)
        context.bracket(
            OrderTerms(
                side, lots, of: instrument, .limit(Price(ticks: entry), .goodTilDate(end))),
            stop: .stop(Price(ticks: try part(entry, own[1]))),
            target: .limit(Price(ticks: try part(entry, own[2]))))
    }
}

/// Buys at a limit at the last low; leaves at a stop below the entry or a limit at the last high.
struct ChannelExits: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S"
        var period = 24
        var lots: Int64 = 2
        /// The stop as a part of the entry's price.
        var stop = "0.997"
        /// The index of the first bar at which it may act.
        var firstCall = 0
    }

    private let instrument: InstrumentID
    private let lots: Quantity
    private let stop: Rate
    private let firstCall: Int
    private var highs: History<Price>
    private var lows: History<Price>
    private var entry = Price.zero
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        lots = try Quantity(checking: parameters.lots)
        stop = try Rate(parameters.stop)
        firstCall = parameters.firstCall
        highs = try History(parameters.period)
        lows = try History(parameters.period)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onFill(_ fill: Fill, _ context: inout Context) {
        if fill.side == .buy { entry = fill.price }
    }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        highs.append(bar.high)
        lows.append(bar.low)
        bars += 1
        guard bars > firstCall, let high = highs.inOrder.max(), let low = lows.inOrder.min() else {
            return
        }
        context.cancelAll()
        if context.position(instrument).isZero {
            context.submit(OrderTerms(.buy, lots, of: instrument, .limit(low)))
            return
        }
        let level = try FixedPoint.proportion(of: entry.ticks, rate: stop, .halfEven)
        context.oneCancelsOther([
            OrderTerms(
                .sell, lots, of: instrument, .stop(Price(ticks: level)), reduceOnly: true),
            OrderTerms(.sell, lots, of: instrument, .limit(high), reduceOnly: true),
        ])
    }
}

/// Buys at a limit at the last low; leaves at a stop below the entry, or at market above it.
struct LowLimit: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S"
        var period = 30
        var lots: Int64 = 100_000
        /// How far below and above the entry it leaves, as decimal text.
        var loss = "0.0010"
        var gain = "0.0006"
    }

    private let traded: Instrument
    private let lots: Quantity
    private let loss: Int64
    private let gain: Double
    private var lows: History<Price>
    private var entry = Price.zero
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        traded = try instruments(parameters.symbol)
        lots = try Quantity(checking: parameters.lots)
        loss = try traded.price(from: ExactDecimal(parameters.loss)).ticks
        gain = Double(parameters.gain) ?? .nan
        lows = try History(parameters.period)
    }

    var subscriptions: Subscriptions { Bars(traded.id) }

    mutating func onFill(_ fill: Fill, _ context: inout Context) {
        if fill.side == .buy { entry = fill.price }
    }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        lows.append(bar.low)
        bars += 1
        context.cancelAll()
        guard let low = lows.inOrder.min(), bars >= lows.length else { return }
        if context.position(traded.id).isZero {
            context.submit(OrderTerms(.buy, lots, of: traded.id, .limit(low)))
            return
        }
        let stop = context.submit(
            OrderTerms(
                .sell, lots, of: traded.id, .stop(try entry.advanced(byTicks: -loss))))
        // The peer's strategy compares floating-point sums, which decides where both are equal.
        if traded.double(of: bar.close) > traded.double(of: entry) + gain {
            context.cancel(stop)
            context.submit(OrderTerms(.sell, lots, of: traded.id))
        }
    }
}

/// Turns with each cross of two averages, with all that the account has.
struct AllInCross: Strategy {
    private let instrument: InstrumentID
    private let firstCall: Int
    private var fast: SMA
    private var slow: SMA
    private var last: Side?
    private var bars = 0

    init(_ parameters: AverageParameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        firstCall = parameters.firstCall
        fast = try SMA(parameters.fast)
        slow = try SMA(parameters.slow)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        let (fast, slow) = (fast.update(bar.close), slow.update(bar.close))
        defer { bars += 1 }
        var side: Side?
        if let fast, let slow, fast != slow { side = fast > slow ? .buy : .sell }
        let before = last
        last = side
        guard bars >= firstCall, let side, before == side.opposite else { return }
        context.cancelAll()
        let held = context.position(instrument)
        if let open = held.side {
            context.submit(
                OrderTerms(open.opposite, held.magnitude, of: instrument, reduceOnly: true))
        }
        // All but a trillionth, as the peer's default is all but the least a number can tell.
        let share = Rate(trillionths: Rate.one.trillionths - 1)
        context.submit(OrderTerms(side, size: .fractionOfFreeMargin(share), of: instrument))
    }
}
