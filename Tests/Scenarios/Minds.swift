import LockstepModel

/// Answers what fills book with a pulse, and now and then with an order of its own.
package struct Answerer: Mind {
    package let name: String
    package let ears: [UInt8]
    package var topics: [(number: UInt8, name: String)] { [(topic, name)] }
    private let topic: UInt8
    private let every: Int64
    private var heard: Int64 = 0
    private var placed: Int64 = 0

    /// Hears bookings unless told otherwise.
    package init(_ name: String, topic: UInt8, ears: [UInt8] = [10], every: Int64 = 4) {
        (self.name, self.topic, self.ears, self.every) = (name, topic, ears, every)
    }

    package mutating func answer(_ event: Heard, _ moment: Moment) -> [Act] {
        let instrument: InstrumentID
        let side: Side
        switch event {
        case .booking(let booking) where booking.kind == .trade:
            instrument = booking.instrument
            side = booking.positionAfter.lots > 0 ? .sell : .buy
        case .fill(let fill): (instrument, side) = (fill.instrument, fill.side.opposite)
        default: return []
        }
        heard += 1
        var acts: [Act] = [
            .pulse(topic, round: 0, value: heard, text: "\(name) \(heard)"), .pause(1),
        ]
        if heard % every == 0, placed < 12 {
            placed += 1
            acts.append(
                .place(
                    OrderTerms(side, Quantity(lots: 1), of: instrument), tag: "\(name) \(placed)"))
        }
        return acts
    }
}

/// Decides beside the strategies: a pulse, a new text and an order in every few steps.
package struct Rival: Mind {
    package let name: String
    package var ears: [UInt8] { [3, 8] }
    package var topics: [(number: UInt8, name: String)] { [(topic, name)] }
    private let topic: UInt8
    private let every: UInt64
    private let instrument: InstrumentID
    private let offloads: Bool
    private var placed: UInt32 = 0
    private var refused: Int64 = 0

    package init(
        _ name: String, topic: UInt8, every: UInt64, instrument: UInt32 = 1,
        offloads: Bool = false
    ) {
        (self.name, self.topic, self.every) = (name, topic, every)
        (self.instrument, self.offloads) = (InstrumentID(instrument), offloads)
    }

    package mutating func answer(_ event: Heard, _ moment: Moment) -> [Act] {
        if case .update(let update) = event {
            if update.change.isRefusal { refused += 1 }
            return []
        }
        guard moment.step % every == 0 else { return [] }
        placed += 1
        var acts: [Act] = [
            .pulse(topic, round: 0, value: refused, text: "\(name) at \(moment.step)"),
            .pause(2),
            .place(
                OrderTerms(
                    placed % 2 == 1 ? .buy : .sell, Quantity(lots: 1), of: instrument),
                tag: "turn \(moment.step)"),
            .note("\(name) \(placed % 5)", Double(placed)),
        ]
        if offloads, placed % 3 == 0 { acts.insert(.offload, at: 1) }
        if placed % 4 == 0 { acts.append(.cancel(ordinal: placed)) }
        return acts
    }
}

/// Sends pulses back to another, a bounded number of times, and begins in some steps.
package struct Pong: Mind {
    package let name: String
    package var ears: [UInt8] { begins == 0 ? [hears] : [hears, 3] }
    package var topics: [(number: UInt8, name: String)] { [(speaks, name)] }
    private let speaks: UInt8
    private let hears: UInt8
    private let begins: UInt64
    private let rounds: UInt64

    package init(_ name: String, speaks: UInt8, hears: UInt8, begins: UInt64 = 0, rounds: UInt64) {
        (self.name, self.speaks, self.hears) = (name, speaks, hears)
        (self.begins, self.rounds) = (begins, rounds)
    }

    package mutating func answer(_ event: Heard, _ moment: Moment) -> [Act] {
        switch event {
        case .pulse(_, let pulse) where pulse.round < rounds:
            [
                .pause(1),
                .pulse(
                    speaks, round: pulse.round + 1, value: pulse.value &* 3 &+ 1,
                    text: pulse.round % 2 == 0 ? nil : "\(name) \(pulse.value % 7)"),
            ]
        case .decide where moment.step % begins == 0:
            [.pulse(speaks, round: 0, value: Int64(moment.step), text: nil), .pause(1)]
        default: []
        }
    }
}

/// Keeps a sum of everything it hears, in its order, and tells it when accounts are settled.
package struct Witness: Mind {
    package let name: String
    package let ears: [UInt8]
    package var topics: [(number: UInt8, name: String)] { [(topic, name)] }
    private let topic: UInt8
    private var sum: UInt64 = 1

    /// Hears the topics of the run and its routes, and the pulses told.
    package init(_ name: String, topic: UInt8, pulses: [UInt8] = []) {
        (self.name, self.topic) = (name, topic)
        ears = [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 16, 17, 18] + pulses
    }

    package mutating func answer(_ event: Heard, _ moment: Moment) -> [Act] {
        add(moment.sequence)
        switch event {
        case .booking(let booking): add(UInt64(bitPattern: booking.cashAfter.units))
        case .snapshot(let snapshot): add(UInt64(bitPattern: snapshot.equity.units))
        case .pulse(let topic, let pulse): add(UInt64(topic) << 32 ^ UInt64(pulse.round))
        case .settle:
            add(5)
            return [.pulse(topic, round: 0, value: Int64(bitPattern: sum), text: nil)]
        case .decide: add(3)
        case .lifecycle, .frame, .match, .intent, .order, .update, .fill, .lot, .note, .wake,
            .halt:
            break
        }
        return []
    }

    private mutating func add(_ value: UInt64) {
        sum = (sum ^ value) &* 0x100_0000_01B3
        sum ^= sum >> 29
    }
}

/// Halts an instrument in some steps, and clears it in others.
package struct Halter: Mind {
    package let name: String
    package var ears: [UInt8] { [5] }
    private let period: UInt64
    private let scope: InstrumentID?

    package init(_ name: String, period: UInt64, scope: UInt32? = nil) {
        (self.name, self.period, self.scope) = (name, period, scope.map { InstrumentID($0) })
    }

    package mutating func answer(_ event: Heard, _ moment: Moment) -> [Act] {
        switch moment.step % period {
        case 0: [.halt(Halt(reason: .halted, scope: scope)), .pause(1)]
        case period / 2: [.halt(Halt(reason: .none, scope: scope))]
        default: []
        }
    }
}

/// Wishes for steps between the frames.
package struct Waker: Mind {
    package let name: String
    package var ears: [UInt8] { [1, 3] }
    private let seconds: [Int64]

    package init(_ name: String, after seconds: [Int64]) {
        (self.name, self.seconds) = (name, seconds)
    }

    package mutating func answer(_ event: Heard, _ moment: Moment) -> [Act] {
        let now = moment.time.nanoseconds
        if moment.step % 4 != 0 { return [] }
        return seconds.flatMap {
            [.wake(Timestamp(nanoseconds: now + $0 * 1_000_000_000)), .pause(1)]
        }
    }
}

/// Fails at an event, after it has told something and given way.
package struct Failing: Mind {
    package let name: String
    package let ears: [UInt8]
    package let isObserver: Bool
    private let at: Int
    private let pauses: Int
    private var heard = 0

    package init(
        _ name: String, ears: [UInt8], at: Int, pauses: Int = 0, isObserver: Bool = false
    ) {
        (self.name, self.ears, self.at, self.pauses) = (name, ears, at, pauses)
        self.isObserver = isObserver
    }

    package mutating func answer(_ event: Heard, _ moment: Moment) -> [Act] {
        heard += 1
        guard heard == at else { return [] }
        let fail = Act.fail("\(name) has had enough at event \(moment.sequence)")
        return isObserver
            ? [fail] : [.note("last of \(name)", Double(heard)), .pause(pauses), fail]
    }
}
