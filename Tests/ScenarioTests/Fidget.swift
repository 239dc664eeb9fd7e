import LockstepBacktest
import LockstepBookMarket
import LockstepMarket
import LockstepModel
import LockstepScenarios
import LockstepStrategy

/// Asks at random for everything there is: all kinds of orders, cancels, amendments, timers.
struct Fidget: Strategy {
    struct Parameters: StrategyParameters {
        var instruments = 2
    }

    private let parameters: Parameters
    private var handles: [OrderHandle] = []

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
    }

    @SubscriptionBuilder var subscriptions: Subscriptions {
        for number in 1...parameters.instruments { Bars(InstrumentID(UInt32(number))) }
    }

    mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        for _ in 0..<context.random("wishes") % 4 { wish(frame, &context) }
        if handles.count > 64 { handles.removeFirst(32) }
    }

    mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        context.note("filled", Double(fill.quantity.lots))
        if context.random("answers") % 8 == 0 { context.cancelAll(fill.instrument) }
    }

    private mutating func wish(_ frame: Frame, _ context: inout Context) {
        let instrument = InstrumentID(
            UInt32(1 + context.random("instrument") % UInt64(parameters.instruments)))
        guard let last = context.lastPrice(instrument) else { return }
        let side: Side = context.random("side") % 2 == 0 ? .buy : .sell
        let lots = Quantity(lots: Int64(1 + context.random("lots") % 40))
        let price = Price(ticks: last.ticks + Int64(context.random("price") % 61) - 30)
        let handle =
            handles.isEmpty ? nil : handles[Int(context.random("which") % UInt64(handles.count))]
        let kind: OrderKind
        switch context.random("kind") % 12 {
        case 0: kind = .market(.immediateOrCancel)
        case 1: kind = .limitTaking(price, .fillOrKill)
        case 2, 3: kind = .limit(price)
        case 4:
            let date = Timestamp(nanoseconds: context.now.nanoseconds + 150_000_000_000)
            kind = .limit(price, .goodTilDate(date))
        case 5: kind = .stop(price)
        case 6:
            if let handle { context.cancel(handle) }
            return
        case 7:
            if let handle { context.amend(handle, OrderAmendment(quantity: lots)) }
            return
        case 8:
            if let handle {
                context.amend(handle, OrderAmendment(price: price, stop: price))
            }
            return
        case 9:
            context.target(.zero, instrument)
            return
        case 10:
            _ = context.wake(at: Timestamp(nanoseconds: context.now.nanoseconds + 7_000_000_000))
            return
        default: kind = .market()
        }
        handles.append(
            context.submit(
                OrderTerms(
                    side, lots, of: instrument, kind,
                    reduceOnly: context.random("reduce") % 5 == 0)))
    }

    /// Two random walks under two fidgets, on a cash and a margin account, with fees and slippage.
    static func configuration(seed: UInt64, count: Int64 = 400) throws -> BacktestConfiguration {
        try Stage.configuration(
            [
                Stage.walk(1, seed: seed, count: count),
                Stage.walk(2, seed: seed + 99, count: count),
            ], instruments: 2,
            accounts: [Stage.account(1, cash: 20_000), Stage.account(2, kind: .margin)],
            settings: EngineSettings(
                path: seed % 2 == 0 ? .adverse : .ohlc, gapLimit: seed % 3 == 0 ? .atLimit : .open,
                fees: .proportional(
                    ProportionalFee(
                        fixed: Money(units: 1_234),
                        rate: try Rate(seed % 4 == 0 ? "-0.0001" : "0.0003"))),
                slippage: .rate(RateSlippage(rate: try Rate("0.0002")))),
            seed: seed,
            [
                try StrategyPlan(Self.self, Parameters(), account: AccountID(1), name: "one"),
                try StrategyPlan(Self.self, Parameters(), account: AccountID(2), name: "two"),
            ])
    }
}
