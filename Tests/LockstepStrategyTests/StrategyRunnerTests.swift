import LockstepEvents
import LockstepModel
import LockstepStrategy
import Testing

private let apple = InstrumentID(1)
private let other = InstrumentID(2)

@Suite("StrategyRunner")
struct StrategyRunnerTests {
    @Test("Fills of the market's phase are told first in the turn, after being booked")
    func orderOfCalls() throws {
        let script = Script.make { call, context, script in
            let held = context.position(apple).lots
            switch call {
            case .start: script.note("start")
            case .bar(let bar):
                script.note("bar \(bar.close.ticks) held \(held)")
                if context.step.rawValue == 1 {
                    context.target(SignedQuantity(lots: 3), apple, tag: "in")
                }
            case .fill(let fill): script.note("fill \(fill.quantity.lots) held \(held)")
            case .update(let update): script.note("\(update.change)")
            case .timer(let timer): script.note("timer \(timer.rawValue & 0xFFFF_FFFF)")
            case .end: script.note("end")
            case .frame, .reject: break
            }
        }
        let outcome = try run(
            [script.plan()], [frame(10, 100), frame(20, 101), frame(30, nil)], fillsNextStep)
        #expect(outcome.error == nil)
        #expect(
            script.trace == [
                "start", "bar 100 held 0", "accepted", "fill 3 held 3", "bar 101 held 3", "end",
            ])
        #expect(outcome.openOrders == 0)
    }

    @Test("What is answered in the turn itself is told at once, the fill after its booking")
    func immediate() throws {
        let script = Script.make { call, context, script in
            switch call {
            case .bar:
                if context.step.rawValue == 1 {
                    context.submit(OrderTerms(.buy, Quantity(lots: 10), of: apple))
                }
            case .fill(let fill):
                script.note(
                    "fill \(fill.leaves.lots) held \(context.position(apple).lots) "
                        + "open \(context.openOrders.count)")
            case .update(let update):
                script.note("\(update.change) held \(context.position(apple).lots)")
            default: break
            }
        }
        // Of 10, 4 are filled at once and the rest is cancelled: the end of the rest is told
        // after the fill, whose booking comes behind both on the bus.
        let outcome = try run([script.plan()], [frame(10, 100)]) { _ in
            (
                [
                    .update(.accepted, leaves: 10), .fill(4, at: 100, leaves: 6),
                    .update(.cancelled, leaves: 6, .immediateRest),
                ], []
            )
        }
        #expect(script.trace == ["accepted held 0", "fill 6 held 4 open 1", "cancelled held 4"])
        #expect(outcome.openOrders == 0)
    }

    @Test("A target takes what is held and what is still open into account")
    func target() throws {
        let script = Script.make { call, context, script in
            guard case .bar = call else { return }
            switch context.step.rawValue {
            case 1:
                context.target(SignedQuantity(lots: 10), apple)
                #expect(context.target(SignedQuantity(lots: 10), apple) == nil)
                context.target(SignedQuantity(lots: 4), apple)
                context.target(SignedQuantity(lots: 4), other)
            case 2:
                // Held 4 after +10 and -6.
                context.target(SignedQuantity(lots: -1), apple)
            default: #expect(context.target(SignedQuantity(lots: -1), apple) == nil)
            }
        }
        let outcome = try run(
            [script.plan()], [frame(10, 100), frame(20, 100), frame(30, 100)], fillsNextStep)
        #expect(outcome.lots == [10, -6, 4, -5])
        #expect(outcome.openOrders == 0)
    }

    @Test("Intents of a strategy are numbered from 1, whatever another one does")
    func numbering() throws {
        let busy = Script.make { call, context, _ in
            guard case .bar = call else { return }
            let handle = context.submit(
                OrderTerms(.buy, Quantity(lots: 1), of: apple, .limit(Price(ticks: 90))))
            context.cancel(handle)
        }
        let calm = Script.make { call, context, _ in
            guard case .bar = call else { return }
            context.submit(OrderTerms(.sell, Quantity(lots: 1), of: apple))
        }
        let outcome = try run(
            [busy.plan(name: "busy"), calm.plan(name: "calm")], [frame(10, 1), frame(20, 1)])
        #expect(
            outcome.intents.map(\.id) == [
                OrderID(strategy: StrategyID(1), ordinal: 1),
                OrderID(strategy: StrategyID(1), ordinal: 2),
                OrderID(strategy: StrategyID(2), ordinal: 1),
                OrderID(strategy: StrategyID(1), ordinal: 3),
                OrderID(strategy: StrategyID(1), ordinal: 4),
                OrderID(strategy: StrategyID(2), ordinal: 2),
            ])
    }

    @Test("An order is seen while it is open, with amendments that took effect")
    func views() throws {
        let script = Script.make { call, context, script in
            let first = OrderHandle(OrderID(strategy: StrategyID(1), ordinal: 1))
            func show(_ order: OrderView?) -> String {
                guard let order else { return "none" }
                let limit = order.terms.kind.limitPrice.map { "\($0.ticks)" } ?? "-"
                return "\(order.state) \(order.leaves.lots) at \(limit)"
                    + (order.isCancelPending ? " cancelling" : "")
                    + (order.pendingAmendments.isEmpty ? "" : " amending")
            }
            switch call {
            case .bar where context.step.rawValue == 1:
                context.submit(
                    OrderTerms(.buy, Quantity(lots: 5), of: apple, .limit(Price(ticks: 90))))
                script.note(show(context.order(first)))
            case .bar where context.step.rawValue == 2:
                context.amend(first, OrderAmendment(price: Price(ticks: 91)))
                context.amend(first, OrderAmendment(price: Price(ticks: 92)))
                script.note(show(context.order(first)))
            case .bar where context.step.rawValue == 3:
                context.cancel(first)
                script.note(show(context.order(first)))
            case .update, .reject, .fill: script.note(show(context.order(first)))
            default: break
            }
        }
        let outcome = try run(
            [script.plan()], [frame(10, 1), frame(20, 1), frame(30, 1), frame(40, 1)]
        ) { intent in
            switch (intent.action, intent.id.ordinal) {
            case (.place, _):
                ([.update(.accepted, leaves: 5)], [.fill(2, at: 90, leaves: 3)])
            case (.amend(let order, _), 2): ([.update(.amended, leaves: 3, of: order)], [])
            case (.amend(let order, _), _):
                ([.update(.amendRejected, leaves: 3, .wouldTake, of: order)], [])
            case (.cancel(let order), _):
                ([], [.update(.cancelled, leaves: 3, .byStrategy, of: order)])
            default: ([], [])
            }
        }
        #expect(
            script.trace == [
                "created 5 at 90", "accepted 5 at 90", "partlyFilled 3 at 90",
                "partlyFilled 3 at 90 amending", "partlyFilled 3 at 91 amending",
                "partlyFilled 3 at 91", "partlyFilled 3 at 91 cancelling", "none",
            ])
        #expect(outcome.openOrders == 0)
    }

    @Test("A refusal is told as such, and the order is forgotten")
    func refusal() throws {
        let script = Script.make { call, context, script in
            switch call {
            case .start: context.submit(OrderTerms(.buy, Quantity(lots: 0), of: apple))
            case .reject(let update):
                script.note("\(context.step.rawValue) \(update.reason) \(context.openOrders.count)")
            default: break
            }
        }
        let outcome = try run([script.plan()], [frame(10, 1)]) { _ in
            ([.update(.rejected, leaves: 0, .invalidQuantity)], [])
        }
        #expect(script.trace == ["0 invalidQuantity 0"])
        #expect(outcome.openOrders == 0)
    }

    @Test("Timers are called after the frame, by time and number, and never in the past")
    func timers() throws {
        let script = Script.make { call, context, script in
            switch call {
            case .start:
                _ = context.wake(at: Timestamp(nanoseconds: 20))
                _ = context.wake(at: Timestamp(nanoseconds: 15))
                _ = context.wake(at: Timestamp(nanoseconds: 20))
            case .frame(let frame):
                script.note("frame \(frame.time.nanoseconds)")
                if frame.time.nanoseconds == 20 { _ = context.wake(at: frame.time) }
            case .timer(let timer): script.note("timer \(timer.rawValue & 0xFFFF_FFFF)")
            default: break
            }
        }
        let outcome = try run(
            [script.plan(takesFrames: true)],
            [frame(10, 1), frame(15, nil), frame(20, 1), frame(21, nil)])
        #expect(
            script.trace == [
                "frame 10", "frame 15", "timer 2", "frame 20", "timer 1", "timer 3", "frame 21",
                "timer 4",
            ])
        #expect(outcome.lines == ["0 wake 20", "0 wake 15", "0 wake 20", "3 wake 21"])
    }

    @Test("Intents, wakes and notes leave in the order in which they were asked for")
    func outbox() throws {
        let script = Script.make { call, context, _ in
            guard case .bar = call else { return }
            context.note("edge", 0.5)
            context.submit(OrderTerms(.buy, Quantity(lots: 1), of: apple))
            _ = context.wake(at: Timestamp(nanoseconds: 99))
            context.note("edge", 1.5)
        }
        let outcome = try run([script.plan()], [frame(10, 1)])
        // The first text of service 3 is number 1 + 256 · 0 + 3 = 4.
        #expect(
            outcome.lines == ["1 note 4 0.5", "1 intent 1", "1 wake 99", "1 note 4 1.5"])
    }

    @Test("Equity is cash and positions at the last closes, this step's included")
    func account() throws {
        let script = Script.make { call, context, script in
            guard case .bar = call else { return }
            if context.step.rawValue == 1 {
                context.target(SignedQuantity(lots: 3), apple)
                context.submit(
                    OrderTerms(.buy, Quantity(lots: 2), of: other, .limit(Price(ticks: 40))))
            }
            script.note(
                "\(context.account.cash.units) \(context.account.equity.units) "
                    + "\(context.account.reserved.units)")
        }
        // Cash 10 000 000. Step 1: 3 at the last close 200 and 2 at 40 are reserved:
        // (600 + 80) · 10 000. The market fills the first at 100: cash 10 000 000 - 3 000 000;
        // equity at 201: 7 000 000 + 3 · 201 · 10 000. Step 3 has no bar: 201 is carried.
        let outcome = try run(
            [script.plan(["AAPL", "MSFT"])],
            [frame(10, 200), frame(20, 201), frame(30, nil, 50)], cash: [10_000_000]
        ) { intent in
            intent.id.ordinal == 1
                ? ([.update(.accepted, leaves: 3)], [.fill(3, at: 100, leaves: 0)])
                : ([.update(.accepted, leaves: 2)], [])
        }
        #expect(
            script.trace == [
                "10000000 10000000 6800000", "7000000 13030000 800000", "7000000 13030000 800000",
            ])
        #expect(outcome.openOrders == 1)
    }

    @Test("Strategies on two accounts each see their own, and hear of their own orders alone")
    func accounts() throws {
        let body: Script.Body = { call, context, script in
            switch call {
            case .bar where context.step.rawValue == 1:
                context.target(SignedQuantity(lots: Int64(context.strategy.rawValue)), apple)
            case .bar:
                script.note(
                    "held \(context.position(apple).lots) cash \(context.account.cash.units)")
            case .fill(let fill): script.note("fill \(fill.quantity.lots)")
            default: break
            }
        }
        let (first, second) = (Script.make(body), Script.make(body))
        _ = try run(
            [first.plan(), second.plan(account: 2)], [frame(10, 100), frame(20, 100)],
            cash: [10_000_000, 20_000_000], fillsNextStep)
        #expect(first.trace == ["fill 1", "held 1 cash 9000000"])
        #expect(second.trace == ["fill 2", "held 2 cash 18000000"])
    }

    @Test("Draws depend on seed, strategy and name, not on other draws")
    func random() throws {
        func draws(_ seed: UInt64, _ body: @escaping @Sendable (inout Context) -> [UInt64])
            throws -> [String]
        {
            let script = Script.make { call, context, script in
                guard case .start = call else { return }
                for draw in body(&context) { script.note("\(draw)") }
            }
            _ = try run([script.plan()], [], seed: seed)
            return script.trace
        }
        let plain = try draws(1) { [$0.random("a"), $0.random("a")] }
        let mixed = try draws(1) {
            [$0.random("b"), $0.random("a"), $0.random("b"), $0.random("a")]
        }
        #expect([mixed[1], mixed[3]] == plain)
        #expect(Set(mixed).count == 4)
        #expect(try draws(2) { [$0.random("a"), $0.random("a")] } != plain)
        var stream = RandomStream(seed: 1, component: "strategies/a", entity: 1)
        #expect(plain == ["\(stream.next())", "\(stream.next())"])
    }

    @Test("Carried bars mark nothing and are not handed on")
    func carriedBars() throws {
        var carried = frame(20, 500)
        carried.slots[0].coverage = .filled
        var parameters = MovingAverageCross.Parameters()
        (parameters.fast, parameters.slow) = (1, 2)
        let script = Script.make { call, context, script in
            guard case .frame = call else { return }
            script.note("\(context.lastPrice(apple)?.ticks ?? -1)")
        }
        let outcome = try run(
            [StrategyPlan(MovingAverageCross.self, parameters), script.plan(takesFrames: true)],
            [frame(10, 100), carried])
        #expect(outcome.intents.isEmpty)
        #expect(script.trace == ["100", "100"])
    }
}
