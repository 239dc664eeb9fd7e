import LockstepModel
import LockstepStrategy
import Synchronization

/// What strategies of a test wrote down, by the number of the test's book.
enum TraceBook {
    private static let pages = Mutex<[Int: [String]]>([:])
    private static let last = Atomic(0)

    /// A book of its own.
    static func open() -> Int { last.add(1, ordering: .relaxed).newValue }

    static func write(_ line: String, in book: Int) {
        if book == 0 { return }
        pages.withLock { $0[book, default: []].append(line) }
    }

    /// What was written; the book is gone then.
    static func close(_ book: Int) -> [String] {
        pages.withLock { $0.removeValue(forKey: book) ?? [] }
    }
}

/// A strategy that does in each handler what its lines say, and writes down what it sees.
///
/// A line is `HANDLER@STEP VERB ARGUMENTS`. Handlers are start, frame, bar, fill, update, reject,
/// timer and end. Verbs:
/// - `buy INSTRUMENT LOTS [limit TICKS | stop TICKS] [until SECONDS] [tag TEXT]`, or `sell`
/// - `cancel ORDINAL`, `wake SECONDS`, `note NAME VALUE`, `throw`
struct Script: Strategy {
    struct Parameters: StrategyParameters {
        var lines: [String] = []
        /// The book to write to; 0 for none.
        var book = 0
        /// Series to hear bars of: instruments, and intervals where they are told.
        var bars: [String] = []
        /// The instrument whose position is written down.
        var instrument: Int = 1
    }

    struct OnPurpose: Error, CustomStringConvertible {
        var description: String { "thrown on purpose" }
    }

    struct Misspelt: Error { let line: String }

    private let parameters: Parameters

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        self.parameters = parameters
    }

    @SubscriptionBuilder var subscriptions: Subscriptions {
        for wish in parameters.bars {
            let words = wish.split(separator: " ")
            if let number = words.first.flatMap({ UInt32($0) }) {
                Bars(
                    InstrumentID(number),
                    every: words.count > 1 ? try? BarInterval(words[1]) : nil)
            }
        }
    }

    mutating func onStart(_ context: inout Context) throws { try act("start", "", &context) }

    mutating func onFrame(_ frame: Frame, _ context: inout Context) throws {
        let slots = frame.slots.map { slot in
            switch slot.coverage {
            case .absent: "-"
            case .traded: "T"
            case .filled: "f"
            }
        }
        try act("frame", " " + slots.joined(), &context)
        for bars in subscriptions.bars {
            guard let series = context.series(bars.instrument, every: bars.interval),
                let bar = frame.tradedBar(of: series)
            else { continue }
            try onBar(bar, &context)
        }
    }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        try act("bar", " series \(bar.series.rawValue) close \(bar.close.ticks)", &context)
    }

    mutating func onFill(_ fill: Fill, _ context: inout Context) throws {
        try act(
            "fill",
            " #\(fill.order.ordinal) \(fill.side) \(fill.quantity.lots)@\(fill.price.ticks)",
            &context)
    }

    mutating func onUpdate(_ update: OrderUpdate, _ context: inout Context) throws {
        try act("update", " #\(update.order.ordinal) \(update.change) \(update.reason)", &context)
    }

    mutating func onReject(_ update: OrderUpdate, _ context: inout Context) throws {
        try act("reject", " #\(update.order.ordinal) \(update.change) \(update.reason)", &context)
    }

    mutating func onTimer(_ timer: TimerID, _ context: inout Context) throws {
        try act("timer", " \(timer.rawValue & 0xFFFF_FFFF)", &context)
    }

    mutating func onEnd(_ context: inout Context) throws { try act("end", "", &context) }

    private func act(_ handler: String, _ detail: String, _ context: inout Context) throws {
        let money = { (money: Money) in money.units / 1_000_000 }
        let position = context.position(InstrumentID(UInt32(parameters.instrument))).lots
        TraceBook.write(
            "\(context.strategy.rawValue) \(context.step.rawValue) \(handler)\(detail) | "
                + "\(Self.text(context.now)) \(position) \(money(context.account.cash)) "
                + "\(money(context.account.equity))",
            in: parameters.book)
        let place = "\(handler)@\(context.step.rawValue) "
        for line in parameters.lines where line.hasPrefix(place) {
            try act(line.dropFirst(place.count).split(separator: " ").map(String.init), &context)
        }
    }

    private func act(_ words: [String], _ context: inout Context) throws {
        func number(_ place: Int) throws -> Int64 {
            guard words.count > place, let value = Int64(words[place]) else {
                throw Misspelt(line: words.joined(separator: " "))
            }
            return value
        }
        switch words[0] {
        case "buy", "sell":
            var kind = OrderKind.market()
            var tag: String?
            var place = 3
            while place + 1 < words.count {
                switch words[place] {
                case "limit": kind = .limit(Price(ticks: try number(place + 1)))
                case "stop": kind = .stop(Price(ticks: try number(place + 1)))
                case "until":
                    let date = Timestamp(nanoseconds: try number(place + 1) * 1_000_000_000)
                    if let price = kind.limitPrice { kind = .limit(price, .goodTilDate(date)) }
                default: tag = words[place + 1]
                }
                place += 2
            }
            context.submit(
                OrderTerms(
                    words[0] == "buy" ? .buy : .sell, Quantity(lots: try number(2)),
                    of: InstrumentID(UInt32(try number(1))), kind), tag: tag)
        case "cancel":
            context.cancel(
                OrderHandle(OrderID(strategy: context.strategy, ordinal: UInt32(try number(1)))))
        case "wake":
            _ = context.wake(at: Timestamp(nanoseconds: try number(1) * 1_000_000_000))
        case "note": context.note(words[1], Double(try number(2)))
        case "throw": throw OnPurpose()
        default: throw Misspelt(line: words.joined(separator: " "))
        }
    }

    /// Seconds since 1970, with the nanoseconds where there are some.
    private static func text(_ time: Timestamp) -> String {
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest == 0 ? "\(seconds)s" : "\(seconds)s\(rest)"
    }
}
