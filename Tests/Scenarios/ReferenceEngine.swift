import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepExecution
import LockstepFeed
package import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepPortfolio
import LockstepRisk
import LockstepStrategy

/// The whole run as one single-threaded function: no bus, no actors, no tasks, no driver.
///
/// It shares the values that decide (gate, books, engines, strategies, minds, encoder) with the
/// product, and has its own order of delivery, phases, causes and numbers. On every scenario it
/// gives the digest of the real run.
package struct ReferenceEngine {
    /// What a run of the reference gives.
    package struct Outcome: Hashable, Sendable {
        package let digest: SHA256Digest
        /// Why it failed; nil when it has completed.
        package let failure: String?
        package let steps: UInt64
    }

    private let configuration: BacktestConfiguration
    let journal: ReferenceJournal
    private let hall: Confined<MarketHall>
    private let portfolio: Confined<Portfolio>
    private let gate: Confined<RiskGate>
    /// Keeps the strategies for as long as their dispatch.
    private let hosts: StrategyHosts
    private let dispatch: Confined<StrategyDispatch<ReferenceJournal>>
    var seats: [Seat]
    private var frames: FrameCursor
    private var wakes: [Timestamp] = []
    private var step: UInt64 = 0
    private var hasEnded = false

    private static let names = [
        1: "lifecycle", 2: "frame", 6: "intent", 7: "order", 8: "orderUpdate", 9: "fill",
        10: "booking", 11: "lotClosed", 12: "snapshot", 14: "outcomeQuote", 15: "venueEvent",
        16: "note", 17: "wake", 18: "halt",
    ]
    private static let services = ["driver", "simulator", "portfolio", "risk", "strategies"]

    /// Runs a scenario.
    ///
    /// - Parameters:
    ///   - scenario: The scenario.
    ///   - log: Where the records go; nil for nowhere.
    /// - Returns: What it gives.
    /// - Throws: What refuses the configuration.
    package static func run(_ scenario: Scenario, log: String? = nil) throws -> Outcome {
        var engine = try Self(scenario, ReferenceJournal(path: log))
        return try engine.run(scenario.parts)
    }

    private init(_ scenario: Scenario, _ journal: ReferenceJournal) throws {
        configuration = scenario.configuration
        self.journal = journal
        let setting = MarketSetting(
            instruments: configuration.instruments, primarySeries: configuration.primarySeries,
            accounts: configuration.placedAccounts, seed: configuration.seed)
        hall = Confined(
            MarketHall(
                engines: try configuration.venues.enumerated().map { place, venue in
                    HostedEngine(
                        try venue.market.makeHost(VenueID(UInt16(place + 1)), in: setting))
                }, instruments: configuration.instruments))
        portfolio = Confined(try configuration.portfolio())
        gate = Confined(try configuration.riskGate())
        hosts = try StrategyHosts(configuration.strategies, configuration.strategySetup)
        dispatch = Confined(StrategyDispatch(hosts, journal))
        seats = scenario.parts.map(\.seat)
        frames = try configuration.openFrames()
    }

    // MARK: Steps

    private mutating func run(_ parts: [ScenarioPart]) throws -> Outcome {
        var failure: String?
        do {
            try setUp(parts)
            try runSteps()
            try endFeed()
        } catch let error as BusError {
            failure = "\(error)"
        }
        let status: ControlEvent.EndStatus = failure == nil ? .completed : .failed
        journal.inHand = (0, 0)
        try journal.note(.end(status, reason: failure))
        return Outcome(digest: try journal.close(status), failure: failure, steps: step)
    }

    private mutating func setUp(_ parts: [ScenarioPart]) throws {
        journal.time = frames.startTime ?? .epoch
        let hasOutcomes = configuration.hasOutcomes
        var schemas: [(UInt8, RecordSchema)] = [
            (1, Lifecycle.schema), (2, Frame.schema), (6, Intent.schema), (7, Order.schema),
            (8, OrderUpdate.schema), (9, Fill.schema),
            (10, hasOutcomes ? Booking.tokenSchema : Booking.plainSchema),
            (11, LotClosed.schema), (12, Snapshot.schema),
        ]
        schemas += [(16, Note.schema), (17, Wake.schema), (18, Halt.schema)]
        if hasOutcomes { schemas += [(14, OutcomeQuote.schema), (15, VenueEvent.schema)] }
        schemas += parts.flatMap(\.mind.topics).map { ($0.number, Pulse.schema) }
        for (number, schema) in schemas {
            try journal.note(.schema(topic: number, name: name(number), schema: schema))
        }
        for symbol in configuration.symbols { _ = try journal.intern(symbol) }
        try journal.note(.configuration(json: try configuration.canonicalText()))
        try journal.append(Lifecycle.start, to: Topics.lifecycle.id)
        try drain()
        try journal.note(.stepEnd)
    }

    private mutating func runSteps() throws {
        var frame = Frame(time: journal.time, slots: [])
        var isData = try frames.next(into: &frame) != nil
        let absent = ContiguousArray(
            frames.series.map { FrameSlot.absent($0.id, of: $0.instrument) })
        while isData {
            if let wake = wakes.min(), wake < frame.time {
                try resolve(Frame(time: wake, slots: absent))
            } else {
                try resolve(frame)
                isData = try frames.next(into: &frame) != nil
            }
        }
    }

    private mutating func resolve(_ frame: Frame) throws {
        step += 1
        journal.time = frame.time
        wakes.removeAll { $0 <= frame.time }
        let root = try journal.append(frame, to: Topics.frame.id)
        try drain()
        try deliver(root, on: Topics.decide.id)
        try drain()
        if hall.value.hasBatchVenue {
            try deliver(root, on: Topics.match.id)
            try drain()
        }
        try deliver(root, on: Topics.settle.id)
        try drain()
        try journal.note(.stepEnd)
    }

    private mutating func endFeed() throws {
        hasEnded = true
        try journal.append(Lifecycle.endOfFeed, to: Topics.lifecycle.id)
        try drain()
        try journal.note(.stepEnd)
    }

    private mutating func drain() throws {
        while let event = journal.next() { try deliver(event, on: event.topic) }
    }

    // MARK: Delivery

    /// One event, to every service in the order of registration.
    private mutating func deliver(_ event: ReferenceJournal.Event, on topic: TopicID) throws {
        for service in 0..<UInt16(5 + seats.count) {
            journal.inHand = (event.sequence, service)
            do { try hand(event, topic, to: Int(service)) } catch {
                throw BusError.serviceFailed(place(of: event, Int(service)), error)
            }
        }
        journal.inHand = (0, 0)
    }

    private mutating func hand(
        _ event: ReferenceJournal.Event, _ topic: TopicID, to service: Int
    ) throws {
        switch service {
        case 0: if let wake = event.payload as? Wake { keep(wake) }
        case 1: try simulate(event, topic)
        case 2: try account(event, topic)
        case 3: try judge(event, topic)
        case 4: try decide(event, topic)
        default:
            let place = service - 5
            if seats[place].mind.ears.contains(topic.rawValue) { try ask(place, event, topic) }
        }
    }

    private mutating func keep(_ wake: Wake) {
        let soonest = Timestamp(nanoseconds: journal.time.nanoseconds + 1)
        wakes.append(max(wake.time, soonest))
    }

    private mutating func simulate(_ event: ReferenceJournal.Event, _ topic: TopicID) throws {
        switch (topic, event.payload) {
        case (Topics.frame.id, let frame as Frame): try hall.value.advance(frame, to: journal)
        case (Topics.match.id, _): try hall.value.runBatches(at: journal.time, to: journal)
        case (_, let order as Order): try hall.value.execute(order, at: journal.time, to: journal)
        case (_, let booking as Booking) where configuration.hasOutcomes:
            try hall.value.hold(booking)
        case (_, let booking as Booking) where booking.kind != .trade: try hall.value.apply(booking)
        case (Topics.settle.id, _) where configuration.hasOutcomes:
            try hall.value.settle(at: journal.time)
        default: break
        }
    }

    private mutating func account(_ event: ReferenceJournal.Event, _ topic: TopicID) throws {
        switch (topic, event.payload) {
        case (_, Lifecycle.start as Lifecycle):
            for account in portfolio.value.declared {
                try journal.append(
                    portfolio.value.deposit(account.startingCash, to: account.id),
                    to: Topics.booking.id)
            }
        case (_, is Lifecycle):
            try portfolio.value.finish()
            for snapshot in portfolio.value.snapshots {
                try journal.append(snapshot, to: Topics.snapshot.id)
            }
        case (_, let fill as Fill):
            let booking = try portfolio.value.book(fill, SequenceNumber(event.sequence))
            try journal.append(
                configuration.hasOutcomes ? booking.entered(for: fill) : booking,
                to: Topics.booking.id)
            for slice in portfolio.value.closed {
                try journal.append(slice, to: Topics.lotClosed.id)
            }
        case (_, let quote as OutcomeQuote): portfolio.value.take(quote)
        case (_, let told as VenueEvent) where told.kind == .payout:
            try journal.append(
                portfolio.value.redeem(told, at: journal.time), to: Topics.booking.id)
            for slice in portfolio.value.closed {
                try journal.append(slice, to: Topics.lotClosed.id)
            }
        case (_, let told as VenueEvent) where told.kind == .gas:
            try journal.append(portfolio.value.charge(told), to: Topics.booking.id)
        case (Topics.settle.id, let frame as Frame):
            try portfolio.value.markTokens()
            try portfolio.value.settle(frame, in: StepNumber(step))
            for snapshot in portfolio.value.snapshots {
                try journal.append(snapshot, to: Topics.snapshot.id)
            }
        default: break
        }
    }

    private mutating func judge(_ event: ReferenceJournal.Event, _ topic: TopicID) throws {
        let sequence = SequenceNumber(event.sequence)
        switch (topic, event.payload) {
        case (_, let turn as Lifecycle): gate.value.apply(turn)
        case (Topics.frame.id, let frame as Frame): gate.value.apply(frame)
        case (_, let intent as Intent):
            switch gate.value.review(intent, sequence: sequence, time: journal.time) {
            case .passed(let order): try journal.append(order, to: Topics.order.id)
            case .refused(let reason, let limit):
                try journal.publish(
                    gate.value.answer(to: intent, reason, limit: limit, time: journal.time))
            }
        case (_, let update as OrderUpdate): if event.producer != 3 { try gate.value.apply(update) }
        case (_, let fill as Fill): try gate.value.apply(fill, sequence: sequence)
        case (_, let booking as Booking): gate.value.apply(booking)
        case (_, let snapshot as Snapshot): gate.value.apply(snapshot)
        case (_, let halt as Halt): gate.value.apply(halt)
        default: break
        }
    }

    private mutating func decide(_ event: ReferenceJournal.Event, _ topic: TopicID) throws {
        let step = stepInHand
        switch (topic, event.payload) {
        case (Topics.decide.id, let frame as Frame):
            try dispatch.value.decide(frame, in: step, at: journal.time)
        case (_, let update as OrderUpdate): try dispatch.value.take(update, in: step)
        case (_, let fill as Fill): dispatch.value.take(fill, SequenceNumber(event.sequence))
        case (_, let booking as Booking): try dispatch.value.take(booking, in: step)
        case (_, let halt as Halt): dispatch.value.take(halt)
        case (_, let quote as OutcomeQuote): dispatch.value.take(quote)
        case (_, let told as VenueEvent): dispatch.value.take(told)
        case (_, let turn as Lifecycle): try dispatch.value.turn(turn, in: step, at: journal.time)
        default: break
        }
    }

    // MARK: Names

    /// The step of an event: those of the end of the feed belong to a step of its own.
    var stepInHand: StepNumber { StepNumber(hasEnded ? step + 1 : step) }

    private func name(_ topic: UInt8) -> String {
        Self.names[Int(topic)]
            ?? seats.flatMap(\.mind.topics).first { $0.number == topic }?.name ?? ""
    }

    private func place(of event: ReferenceJournal.Event, _ service: Int) -> BusPlace {
        BusPlace(
            step: stepInHand, time: journal.time,
            sequence: SequenceNumber(event.sequence), topic: name(event.topic.rawValue),
            service: service < Self.services.count
                ? Self.services[service] : seats[service - Self.services.count].mind.name)
    }
}

extension Booking {
    /// The same as an entry of the kind that a fill of tokens has: new pairs come from purchases that
    /// met each other, and pairs end with such sales.
    fileprivate func entered(for fill: Fill) -> Booking {
        guard fill.point == .cross else { return self }
        return Booking(
            fill: self.fill, account: account, strategy: strategy, instrument: instrument,
            kind: fill.side == .buy ? .mint : .merge, cashChange: cashChange, fee: fee,
            cashAfter: cashAfter, positionAfter: positionAfter, realised: realised)
    }
}
