package import LockstepModel
package import LockstepStrategy
import Synchronization

/// What strategies of a test wrote down, by the number of the test's book.
package enum TraceBook {
    private static let pages = Mutex<[Int: [String]]>([:])
    private static let last = Atomic(0)

    /// A book of its own.
    package static func open() -> Int { last.add(1, ordering: .relaxed).newValue }

    static func write(_ line: String, in book: Int) {
        pages.withLock { $0[book, default: []].append(line) }
    }

    /// What was written; the book is gone then.
    package static func close(_ book: Int) -> [String] {
        pages.withLock { $0.removeValue(forKey: book) ?? [] }
    }
}

/// A strategy that does in each handler what its lines say, and writes down what it sees.
///
/// A line is `HANDLER@STEP VERB ARGUMENTS`. Handlers are start, frame, bar, fill, update, reject,
/// timer and end. Verbs:
/// - `buy INSTRUMENT LOTS [limit TICKS | stop TICKS] [until SECONDS] [day LAST] [ioc NOW] [fok NOW]
///   [reduce ONLY] [tag TEXT]`, or `sell`
/// - `amend ORDINAL [lots LOTS] [limit TICKS] [stop TICKS]`, `cancel ORDINAL`, `cancelall INSTRUMENT`
///   with 0 for all
/// - `wake SECONDS`, `note NAME VALUE`, `throw`
package struct Script: Strategy {
    package struct Parameters: StrategyParameters {
        package var lines: [String] = []
        /// The book to write to; 0 for none.
        package var book = 0
        /// Series to hear bars of: instruments, and intervals where they are told.
        package var bars: [String] = []
        /// The instrument whose position is written down.
        package var instrument: Int = 1

        package init() {}
    }

    package struct OnPurpose: Error, CustomStringConvertible {
        package init() {}

        package var description: String { "thrown on purpose" }
    }

    struct Misspelt: Error { let line: String }

    private enum Handler: String, Codable {
        case start, frame, bar, fill, update, reject, timer, end
    }

    /// A line, taken apart.
    private struct Line: Codable {
        let handler: Handler
        let step: UInt64
        let words: [String]

        init(_ text: String) throws {
            var words = text.split(separator: " ").map(String.init)
            let place = words.isEmpty ? [] : words.removeFirst().split(separator: "@")
            guard place.count == 2, let handler = Handler(rawValue: String(place[0])),
                let step = UInt64(place[1]), !words.isEmpty
            else { throw Misspelt(line: text) }
            (self.handler, self.step, self.words) = (handler, step, words)
        }
    }

    private let parameters: Parameters
    private let lines: [Line]

    package init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
        lines = try parameters.lines.map(Line.init)
    }

    @SubscriptionBuilder package var subscriptions: Subscriptions {
        for wish in parameters.bars {
            let words = wish.split(separator: " ")
            if let number = words.first.flatMap({ UInt32($0) }) {
                Bars(
                    InstrumentID(number),
                    every: words.count > 1 ? try? BarInterval(words[1]) : nil)
            }
        }
    }

    package mutating func onStart(_ context: inout Context) throws {
        try act(.start, "", &context)
    }

    package mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        try act(.frame, " " + Self.text(frame.slots), &context)
        if parameters.bars.isEmpty { return }
        for bars in subscriptions.bars {
            guard let series = context.series(bars.instrument, every: bars.interval),
                let bar = frame.tradedBar(of: series)
            else { continue }
            try onBar(bar, &context)
        }
    }

    package mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        try act(.bar, " series \(bar.series.rawValue) close \(bar.close.ticks)", &context)
    }

    package mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        try act(
            .fill,
            " #\(fill.order.ordinal) \(fill.side) \(fill.quantity.lots)@\(fill.price.ticks)",
            &context)
    }

    package mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) throws {
        try act(.update, " #\(update.order.ordinal) \(update.change) \(update.reason)", &context)
    }

    package mutating func onReject(_ update: OrderUpdate, _ context: inout Context) throws {
        try act(.reject, " #\(update.order.ordinal) \(update.change) \(update.reason)", &context)
    }

    package mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws {
        try act(.timer, " \(timer.rawValue & 0xFFFF_FFFF)", &context)
    }

    package mutating func onEnd(_ context: inout Context) throws { try act(.end, "", &context) }

    private func act(
        _ handler: Handler, _ detail: @autoclosure () -> String, _ context: inout Context
    ) throws {
        if parameters.book != 0 { write(handler, detail(), context) }
        let step = context.step.rawValue
        for line in lines where line.step == step && line.handler == handler {
            try act(line.words, &context)
        }
    }

    private func write(_ handler: Handler, _ detail: String, _ context: borrowing Context) {
        let money = { (money: Money) in money.units / 1_000_000 }
        let position = context.position(InstrumentID(UInt32(parameters.instrument))).lots
        TraceBook.write(
            "\(context.strategy.rawValue) \(context.step.rawValue) \(handler)\(detail) | "
                + "\(Self.text(context.now)) \(position) \(money(context.account.cash)) "
                + "\(money(context.account.equity))",
            in: parameters.book)
    }

    private func act(_ words: [String], _ context: inout Context) throws {
        func number(_ place: Int) throws -> Int64 {
            guard words.count > place, let value = Int64(words[place]) else {
                throw Misspelt(line: words.joined(separator: " "))
            }
            return value
        }
        func handle(_ place: Int) throws -> OrderHandle {
            OrderHandle(OrderID(strategy: context.strategy, ordinal: UInt32(try number(place))))
        }
        switch words[0] {
        case "buy", "sell": try submit(words, number, &context)
        case "amend":
            var amendment = OrderAmendment()
            for place in stride(from: 2, to: words.count - 1, by: 2) {
                let value = try number(place + 1)
                switch words[place] {
                case "lots": amendment.quantity = Quantity(lots: value)
                case "limit": amendment.price = Price(ticks: value)
                default: amendment.stop = Price(ticks: value)
                }
            }
            context.amend(try handle(1), amendment)
        case "cancel": context.cancel(try handle(1))
        case "cancelall":
            let instrument = UInt32(try number(1))
            context.cancelAll(instrument == 0 ? nil : InstrumentID(instrument))
        case "wake":
            _ = context.wake(at: Timestamp(nanoseconds: try number(1) * 1_000_000_000))
        case "note": context.note(words[1], Double(try number(2)))
        case "throw": throw OnPurpose()
        default: throw Misspelt(line: words.joined(separator: " "))
        }
    }

    private func submit(
        _ words: [String], _ number: (Int) throws -> Int64, _ context: inout Context
    ) throws {
        var kind = OrderKind.market()
        var tag: String?
        var reduces = false
        for place in stride(from: 3, to: words.count - 1, by: 2) {
            switch words[place] {
            case "limit": kind = .limit(Price(ticks: try number(place + 1)))
            case "stop": kind = .stop(Price(ticks: try number(place + 1)))
            case "until":
                let date = Timestamp(nanoseconds: try number(place + 1) * 1_000_000_000)
                if let price = kind.limitPrice { kind = .limit(price, .goodTilDate(date)) }
            case "day": if let price = kind.limitPrice { kind = .limit(price, .day) }
            case "ioc", "fok":
                let taking: TakingTimeInForce =
                    words[place] == "ioc" ? .immediateOrCancel : .fillOrKill
                kind = kind.limitPrice.map { .limitTaking($0, taking) } ?? .market(taking)
            case "reduce": reduces = true
            default: tag = words[place + 1]
            }
        }
        context.submit(
            OrderTerms(
                words[0] == "buy" ? .buy : .sell, Quantity(lots: try number(2)),
                of: InstrumentID(UInt32(try number(1))), kind, reduceOnly: reduces), tag: tag)
    }

    /// A letter for each slot.
    private static func text(_ slots: ContiguousArray<FrameSlot>) -> String {
        slots.map { slot in
            switch slot.coverage {
            case .absent: "-"
            case .traded: "T"
            case .filled: "f"
            }
        }.joined()
    }

    /// Seconds since 1970, with the nanoseconds where there are some.
    private static func text(_ time: Timestamp) -> String {
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest == 0 ? "\(seconds)s" : "\(seconds)s\(rest)"
    }
}
