import LockstepModel
import LockstepStrategy

/// Buys when the fast average of the closes rises above the slow one, and puts a stop and a target
/// beside what it bought.
///
/// One of the two ends the trade and the other is then cancelled; or the averages cross back, and
/// both are cancelled and the rest is sold at the market.
struct BracketCross: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "S1"
        var fast = 5
        var slow = 15
        var lots: Int64 = 10
        /// How far below the entry the stop lies, in thousandths.
        var stop: Int64 = 2
        /// How far above the entry the target lies, in thousandths.
        var target: Int64 = 3
    }

    private let instrument: InstrumentID
    private let quantity: Quantity
    private let stopDistance: Int64
    private let targetDistance: Int64
    private var fast: SMA
    private var slow: SMA
    private var wasAbove = true
    /// The market order that opens a trade, or the one that ends it.
    private var crossing: OrderHandle?
    private var stop: OrderHandle?
    private var target: OrderHandle?

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
        quantity = Quantity(lots: parameters.lots)
        stopDistance = parameters.stop
        targetDistance = parameters.target
        fast = try SMA(parameters.fast)
        slow = try SMA(parameters.slow)
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) {
        let (fast, slow) = (fast.update(bar.close), slow.update(bar.close))
        guard let fast, let slow else { return }
        let isAbove = fast > slow
        defer { wasAbove = isAbove }
        guard crossing == nil else { return }
        if isAbove, !wasAbove, context.position(instrument).isZero {
            crossing = context.submit(OrderTerms(.buy, quantity, of: instrument))
        } else if fast < slow, !context.position(instrument).isZero {
            cancel(&stop, &context)
            cancel(&target, &context)
            crossing = context.submit(OrderTerms(.sell, quantity, of: instrument, reduceOnly: true))
        }
    }

    mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        guard fill.leaves.isZero else { return }
        if fill.order == crossing?.id {
            crossing = nil
            if fill.side == .buy { try protect(fill.price, &context) }
        } else if fill.order == stop?.id {
            stop = nil
            cancel(&target, &context)
        } else if fill.order == target?.id {
            target = nil
            cancel(&stop, &context)
        }
    }

    private mutating func protect(_ entry: Price, _ context: inout Context) throws {
        let below = try Price(checking: entry.ticks - entry.ticks * stopDistance / 1000)
        let above = try Price(checking: entry.ticks + entry.ticks * targetDistance / 1000)
        stop = context.submit(
            OrderTerms(.sell, quantity, of: instrument, .stop(below), reduceOnly: true))
        target = context.submit(
            OrderTerms(.sell, quantity, of: instrument, .limit(above), reduceOnly: true))
    }

    /// One that has already ended needs no cancel.
    private func cancel(_ leg: inout OrderHandle?, _ context: inout Context) {
        if let handle = leg, context.order(handle) != nil { context.cancel(handle) }
        leg = nil
    }
}
