package import LockstepBacktest
import LockstepBus
import LockstepEvents
package import LockstepModel

/// A service of a scenario as it is configured: its mind, and how it takes part.
package struct ScenarioPart: Sendable {
    /// How a service consumes; it decides the same in every form.
    package enum Form: String, Sendable, CaseIterable {
        /// Bodies that the bus runs in place.
        case inPlace
        /// Bodies that may suspend.
        case suspending
        /// A task of its own whose scopes suspend.
        case ownTask
        /// A task of its own whose scopes do not suspend.
        case ownTaskInPlace
    }

    package let mind: any Mind
    package let form: Form
    package let strategy: StrategyID
    package let account: AccountID

    /// A service with the identity of a strategy behind all others.
    package init(
        _ mind: any Mind, _ form: Form, as strategy: UInt32 = 99, account: UInt32 = 1
    ) {
        self.mind = mind
        self.form = form
        self.strategy = StrategyID(strategy)
        self.account = AccountID(account)
    }

    /// The same mind in another form.
    package func taking(_ form: Form) -> Self {
        Self(mind, form, as: strategy.rawValue, account: account.rawValue)
    }

    package var seat: Seat { Seat(mind, as: strategy, account: account) }

    package var plan: ServicePlan {
        let topics = mind.topics
        return ServicePlan(
            topics: { bus in
                for topic in topics {
                    try await bus.register(Topic<Pulse>(topic.number), name: topic.name)
                }
            },
            { loop, _ in ScenarioService(on: loop, self) })
    }
}

/// The service around a mind: it listens, asks, and publishes what the mind says.
private actor ScenarioService: BusService {
    nonisolated let name: String
    nonisolated let executor: RunExecutor
    nonisolated let isObserver: Bool
    private let form: ScenarioPart.Form
    private let ears: [UInt8]
    private var seat: Seat
    private var dice: UInt64
    private var port: BusPort?
    private var subscription: Subscription?
    private var outlets: Outlets?

    private struct Outlets {
        let intents: Publisher<Intent>
        let wakes: Publisher<Wake>
        let notes: Publisher<Note>
        let halts: Publisher<Halt>
        var pulses: [UInt8: Publisher<Pulse>] = [:]
    }

    init(on loop: RunExecutor, _ part: ScenarioPart) {
        name = part.mind.name
        executor = loop
        isObserver = part.mind.isObserver
        form = part.form
        ears = part.mind.ears
        seat = part.seat
        dice = UInt64(part.strategy.rawValue) &* 0x9E37_79B9_7F4A_7C15
    }

    func connect(_ port: BusPort) throws {
        self.port = port
        if !isObserver {
            outlets = Outlets(
                intents: try port.publisher(Topics.intent), wakes: try port.publisher(Topics.wake),
                notes: try port.publisher(Topics.note), halts: try port.publisher(Topics.halt))
            for topic in seat.mind.topics {
                outlets?.pulses[topic.number] = try port.publisher(Topic<Pulse>(topic.number))
            }
        }
        if form == .ownTask || form == .ownTaskInPlace {
            subscription = try port.subscribe(ears.map { TopicID($0) })
            return
        }
        for ear in ears { try listen(ear, port) }
    }

    func run() async throws {
        guard let subscription else { return }
        if form == .ownTaskInPlace {
            while try await subscription.consume({ delivery throws in
                guard let (heard, moment) = Self.open(delivery) else { return }
                try self.answer(heard, moment)
            }) != nil {}
        } else {
            while try await subscription.consume({ delivery async throws in
                guard let (heard, moment) = Self.open(delivery) else { return }
                try await self.answerSlowly(heard, moment)
            }) != nil {
                // Not back at once: what comes next must wait for it.
                await stumble()
            }
        }
    }

    // MARK: Listening

    private func listen(_ ear: UInt8, _ port: BusPort) throws {
        switch TopicID(ear) {
        case Topics.lifecycle.id: try listen(Topics.lifecycle, port) { .lifecycle($0) }
        case Topics.frame.id: try listen(Topics.frame, port) { _ in .frame }
        case Topics.decide.id: try listen(Topics.decide, port) { _ in .decide }
        case Topics.match.id: try listen(Topics.match, port) { _ in .match }
        case Topics.settle.id: try listen(Topics.settle, port) { _ in .settle }
        case Topics.intent.id: try listen(Topics.intent, port) { .intent($0) }
        case Topics.order.id: try listen(Topics.order, port) { .order($0) }
        case Topics.orderUpdate.id: try listen(Topics.orderUpdate, port) { .update($0) }
        case Topics.fill.id: try listen(Topics.fill, port) { .fill($0) }
        case Topics.booking.id: try listen(Topics.booking, port) { .booking($0) }
        case Topics.lotClosed.id: try listen(Topics.lotClosed, port) { .lot($0) }
        case Topics.snapshot.id: try listen(Topics.snapshot, port) { .snapshot($0) }
        case Topics.note.id: try listen(Topics.note, port) { .note($0) }
        case Topics.wake.id: try listen(Topics.wake, port) { .wake($0) }
        case Topics.halt.id: try listen(Topics.halt, port) { .halt($0) }
        default: try listen(Topic<Pulse>(ear), port) { .pulse(ear, $0) }
        }
    }

    private func listen<Payload: EventPayload>(
        _ topic: Topic<Payload>, _ port: BusPort, _ heard: @escaping @Sendable (Payload) -> Heard
    ) throws {
        if form == .inPlace {
            try port.forEach(topic) { envelope in
                try self.answer(
                    heard(envelope.payload),
                    Moment(
                        sequence: envelope.sequence.rawValue, step: envelope.step.rawValue,
                        time: envelope.time))
            }
        } else {
            try port.forEach(topic) { envelope async throws in
                let event = heard(envelope.payload)
                let moment = Moment(
                    sequence: envelope.sequence.rawValue, step: envelope.step.rawValue,
                    time: envelope.time)
                try await self.answerSlowly(event, moment)
            }
        }
    }

    private static func open(_ delivery: borrowing Delivery) -> (Heard, Moment)? {
        let moment = Moment(
            sequence: delivery.sequence.rawValue, step: delivery.step.rawValue,
            time: delivery.time)
        let heard: Heard?
        switch delivery.topic {
        case Topics.lifecycle.id:
            heard = delivery.payload(Topics.lifecycle).map { .lifecycle($0) }
        case Topics.frame.id: heard = .frame
        case Topics.decide.id: heard = .decide
        case Topics.match.id: heard = .match
        case Topics.settle.id: heard = .settle
        case Topics.intent.id: heard = delivery.payload(Topics.intent).map { .intent($0) }
        case Topics.order.id: heard = delivery.payload(Topics.order).map { .order($0) }
        case Topics.orderUpdate.id: heard = delivery.payload(Topics.orderUpdate).map { .update($0) }
        case Topics.fill.id: heard = delivery.payload(Topics.fill).map { .fill($0) }
        case Topics.booking.id: heard = delivery.payload(Topics.booking).map { .booking($0) }
        case Topics.lotClosed.id: heard = delivery.payload(Topics.lotClosed).map { .lot($0) }
        case Topics.snapshot.id: heard = delivery.payload(Topics.snapshot).map { .snapshot($0) }
        case Topics.note.id: heard = delivery.payload(Topics.note).map { .note($0) }
        case Topics.wake.id: heard = delivery.payload(Topics.wake).map { .wake($0) }
        case Topics.halt.id: heard = delivery.payload(Topics.halt).map { .halt($0) }
        default:
            let number = delivery.topic.rawValue
            heard = delivery.payload(Topic<Pulse>(number)).map { .pulse(number, $0) }
        }
        return heard.map { ($0, moment) }
    }

    // MARK: Answering

    private func answer(_ heard: Heard, _ moment: Moment) throws {
        for act in seat.mind.answer(heard, moment) { try perform(act) }
    }

    /// Gives way here and there between its acts.
    private func answerSlowly(_ heard: Heard, _ moment: Moment) async throws {
        await stumble()
        for act in seat.mind.answer(heard, moment) {
            switch act {
            case .pause(let times): for _ in 0..<times { await port?.pause() }
            case .offload: try await port?.offload {}
            default: try perform(act)
            }
            await stumble()
        }
    }

    private func stumble() async {
        dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        for _ in 0..<(dice >> 33) % 3 { await port?.pause() }
    }

    private func perform(_ act: Act) throws {
        switch act {
        case .place(var terms, let tag):
            if let tag { terms.tag = try port?.intern(tag) }
            try outlets?.intents.publish(seat.intent(.place(terms)))
        case .cancel(let ordinal):
            try outlets?.intents.publish(seat.intent(.cancel(seat.order(ordinal))))
        case .cancelAll: try outlets?.intents.publish(seat.intent(.cancelAll(nil)))
        case .pulse(let topic, let round, let value, let text):
            let symbol = try text.flatMap { try port?.intern($0) }
            try outlets?.pulses[topic]?.publish(Pulse(round: round, value: value, text: symbol))
        case .wake(let time): try outlets?.wakes.publish(seat.wake(time))
        case .note(let name, let value):
            guard let symbol = try port?.intern(name) else { return }
            try outlets?.notes.publish(seat.note(symbol, value))
        case .halt(let halt): try outlets?.halts.publish(halt)
        case .pause, .offload: break
        case .fail(let why): throw Refusal(why)
        }
    }
}
