import LockstepModel

/// The mechanics behind a bus: the table of topics, the services, and delivery.
///
/// One delivery runs at a time. Envelopes are numbered when they are published and delivered in
/// that order, subscriber by subscriber in registration order, which is the canonical order
/// (parent, subscriber, emission) by construction.
// Safe because: everything here is used by the loop of one run.
@safe @usableFromInline
final class BusCore: @unchecked Sendable {
    /// What a service is to the bus.
    // Safe because: the state is freed by the core alone, which outlives its members.
    @safe
    struct Member {
        let name: String
        let isObserver: Bool
        /// Held until the run has ended.
        var service: (any BusService)?
        let state: UnsafeMutablePointer<ServiceState>
        var subscriptions: [SubscriptionCore] = []
        var tasks: [Task<Void, Never>] = []
        /// Own tasks that have not returned yet.
        var running = 0
    }

    /// How far a bus is.
    enum Phase { case registering, settingUp, running, closed }

    let loop: RunExecutor
    let settings: BusSettings
    let journal: Journal
    @usableFromInline let state: UnsafeMutablePointer<BusState>
    var members: [Member] = []
    var phase = Phase.registering {
        didSet {
            unsafe state.pointee.isRunning = phase == .running
            if phase == .closed { unsafe state.pointee.obstacles.insert(.closed) }
        }
    }
    /// The first thing that went wrong; it ends the run.
    var failure: BusError? {
        didSet {
            if failure != nil { unsafe state.pointee.obstacles.insert(.failed) }
        }
    }
    /// Own tasks of services that have not returned yet.
    var runningTasks = 0
    var pumps: [Int: [Pump]] = [:]
    /// The wave in progress, where deliveries may run side by side.
    let wave = Confined(Wave())
    /// Envelopes outside of the journal, which it may point to.
    let roots = Confined<[any HeldEnvelope]>([])
    private var registered: [Int] = []
    var handlers: [RawHandler] = []
    private var topics: [RawTopic] = []
    private var symbols = SymbolTable()
    var tap: TapHandler? {
        didSet {
            unsafe state.pointee.tap = tap.map { unsafe .passUnretained($0) }
            unsafe state.pointee.isTapEager = tap.map { !$0.isPatient } ?? false
        }
    }
    var tapMember = 0
    /// What tests put before every scope; nil outside of tests.
    let entries = EntryPlan.current

    private static let controlName = "control"
    /// Jobs that one scope may take, so that one which gives way for ever is named.
    static let turnsPerScope = 1_000_000

    /// Services of one bus, the driver among them.
    static let greatestCountOfServices = 256

    /// Envelopes outside of the journal that are held from step to step.
    static let heldRoots = 16

    init(loop: RunExecutor, settings: BusSettings) {
        self.loop = loop
        self.settings = settings
        journal = Journal(budget: settings.deliveriesPerStep)
        unsafe state = journal.state
        unsafe state.pointee.isWaveAtOnce = loop.isWaveAtOnce
        unsafe insert(
            RawTopic(
                name: Self.controlName, payload: ControlEvent.self,
                schema: ControlEvent.schema, encode: RawTopic.encoder(ControlEvent.self),
                destroy: RawTopic.destroyer(ControlEvent.self)), at: 0)
        unsafe insert(
            RawTopic(
                name: Self.controlName, payload: StepEnd.self, schema: ControlEvent.schema,
                encode: RawTopic.encoder(StepEnd.self), destroy: nil), at: Int(Slot.stepEnd))
    }

    deinit {
        for member in members { unsafe member.state.deallocate() }
    }

    // MARK: Set-up

    @usableFromInline
    func register(_ slot: Int, _ topic: RawTopic) throws(BusError) {
        guard phase == .registering else { throw .tooLate(what: "Registering topic \(topic.name)") }
        func refusal(_ reason: String) -> BusError {
            .topicRefused(name: topic.name, number: UInt8(clamping: slot), reason: reason)
        }
        guard slot >= 1, slot <= Int(TopicID.greatest) else { throw refusal("numbers are 1 to 62") }
        if let present = journal.topic(slot) {
            throw refusal("topic '\(present.name)' has that number")
        }
        if topics.contains(where: { $0.name == topic.name }) {
            throw refusal("another topic has that name")
        }
        insert(topic, at: slot)
        if !topic.isRoute { registered.append(slot) }
    }

    func join(_ service: any BusService) throws(BusError) -> Int {
        guard service.executor === loop, loop.isCurrent else {
            throw .notOnLoop(service: service.name)
        }
        guard phase == .registering || phase == .settingUp else {
            throw .tooLate(what: "A port for service '\(service.name)'")
        }
        guard members.count < Self.greatestCountOfServices else {
            throw .tooManyServices(service: service.name, most: Self.greatestCountOfServices)
        }
        let state = UnsafeMutablePointer<ServiceState>.allocate(capacity: 1)
        unsafe state.initialize(
            to:
                ServiceState(
                    id: UInt16(clamping: members.count), isObserver: service.isObserver))
        if members.isEmpty { loop.adopt(self) }
        unsafe members.append(
            Member(
                name: service.name, isObserver: service.isObserver, service: service, state: state))
        return members.count - 1
    }

    func checkTopic(_ id: TopicID) throws(BusError) {
        guard id.rawValue <= TopicID.greatest, journal.topic(Int(id.rawValue)) != nil else {
            throw .unknownTopic(number: id.rawValue)
        }
    }

    /// Refuses numbers that nobody registered, or not with that payload.
    func check<Payload>(_ topic: Topic<Payload>, canPublish: Bool = false) throws(BusError) {
        try check(topic.id, ObjectIdentifier(Payload.self), "\(Payload.self)")
        if canPublish, let row = journal.topic(Int(topic.id.rawValue)), row.isRoute {
            throw .topicRefused(
                name: row.name, number: topic.id.rawValue,
                reason: "it is a route, on which envelopes of a topic are delivered")
        }
    }

    func check(
        _ id: TopicID, _ payload: ObjectIdentifier, _ name: @autoclosure () -> String
    ) throws(BusError) {
        try checkTopic(id)
        guard let row = journal.topic(Int(id.rawValue)), ObjectIdentifier(row.payload) != payload
        else { return }
        throw .topicRefused(
            name: row.name, number: id.rawValue,
            reason: "its payload is \(row.payload), not \(name())")
    }

    func checkSettingUp(_ what: String) throws(BusError) {
        guard phase == .registering || phase == .settingUp else { throw .tooLate(what: what) }
    }

    func addHandler(_ handler: RawHandler, to id: TopicID, of member: Int) throws(BusError) {
        try checkSettingUp("Subscribing")
        let handler = planned(handler, of: member)
        handlers.append(handler)
        let target = unsafe Target(
            service: members[member].state, handler: .passUnretained(handler), subscription: nil)
        journal.add(target, to: Int(id.rawValue))
    }

    func addSubscription(_ ids: [TopicID], of member: Int) throws(BusError) -> SubscriptionCore {
        try checkSettingUp("Subscribing")
        for id in ids { try checkTopic(id) }
        let subscription = unsafe SubscriptionCore(self, member: member, members[member].state)
        members[member].subscriptions.append(subscription)
        for id in ids {
            let target = unsafe Target(
                service: members[member].state, handler: nil,
                subscription: .passUnretained(subscription))
            journal.add(target, to: Int(id.rawValue))
        }
        return subscription
    }

    func setTap(_ handler: TapHandler, of member: Int) throws(BusError) {
        try checkSettingUp("Tapping")
        tap = planned(handler, of: member)
        tapMember = member
    }

    /// The number of a text; a text that is new is announced to the log first.
    func intern(_ text: String, by member: Int) throws(BusError) -> SymbolID {
        if let id = symbols.number(of: text, for: member) { return SymbolID(id) }
        // A new text is announced on the bus.
        if members[member].isObserver {
            throw .observerCannotPublish(service: members[member].name)
        }
        let open = unsafe members[member].state.pointee.open
        guard open != 0 || phase != .running || member == 0 else {
            throw fail(.publishedOutsideScope(place(of: member)))
        }
        guard phase != .closed else { throw .closed }
        guard phase != .registering else { throw .tooLate(what: "Interning before the set-up") }
        var isShared = member == 0 && !symbols.hasOwn
        #if PLANTED_DEFECTS
            if PlantedDefect.internByArrival.isOn { isShared = true }
        #endif
        let number = isShared ? symbols.addShared(text) : symbols.add(text, by: member)
        guard let id = number else { throw fail(.tooManyTexts(place(of: member))) }
        append(
            ControlEvent.symbol(id: id, text: text), slot: 0, cause: open,
            producer: UInt16(clamping: member))
        return SymbolID(id)
    }

    /// The text behind a number; `nil` for a number that was never given out.
    func text(of symbol: SymbolID) -> String? {
        symbols[symbol.rawValue]
    }

    // MARK: Publishing on behalf of the driver

    /// Numbers an envelope and puts it into the journal.
    @inlinable @inline(__always)
    func append<Payload: EventPayload>(
        _ payload: Payload, slot: UInt16, cause: UInt64, producer: UInt16
    ) {
        unsafe state.append(
            { payload },
            tail: EnvelopeHeader.tail(
                slot: slot, producer: producer,
                size: UInt32(truncatingIfNeeded: Envelope<Payload>.room)), cause: cause,
            growing: { size in unsafe grow(size) })
    }

    @usableFromInline @inline(never)
    func grow(_ size: Int) -> UnsafeMutableRawPointer { unsafe journal.grow(toFit: size) }

    /// Opens a step: from here on the driver may publish.
    func begin(_ step: StepNumber, at time: Timestamp) throws(BusError) {
        if unsafe !state.pointee.obstacles.isEmpty { try checkOpen() }
        unsafe state.pointee.open(step, at: time)
        if unsafe !state.pointee.isRunning { try settle(into: step) }
    }

    /// Declares the topics when the set-up begins, and ends the set-up with the first step.
    private func settle(into step: StepNumber) throws(BusError) {
        if phase == .registering {
            try settleTasks()
            phase = .settingUp
            for slot in registered {
                guard let topic = journal.topic(slot) else { continue }
                append(
                    ControlEvent.schema(
                        topic: UInt8(clamping: slot), name: topic.name, schema: topic.schema),
                    slot: 0, cause: 0, producer: 0)
            }
        }
        if step != .setUp { phase = .running }
    }

    /// Refuses what a failed or closed bus cannot do.
    func checkOpen() throws(BusError) {
        if let failure { throw failure }
        if phase == .closed { throw .closed }
    }

    /// Notes the end of the step, shows everything to the tap and frees the journal.
    @inline(__always)
    func endStep() throws(BusError) {
        let isReady =
            unsafe state.pointee.obstacles.isEmpty && state.pointee.cursor == state.pointee.end
        if !isReady || loop.isDisturbed { try makeReadyToEnd() }
        if unsafe state.pointee.tap == nil {
            // Nobody would see it: it only takes its number.
            unsafe state.pointee.sequence &+= 1
        } else {
            try showStep()
        }
        if unsafe state.pointee.fitsFirstChunk {
            unsafe state.pointee.rewind()
        } else {
            journal.reset()
        }
        if unsafe state.pointee.hasManyRoots { releaseRoots() }
    }

    @inline(never)
    private func makeReadyToEnd() throws(BusError) {
        if unsafe !state.pointee.obstacles.isEmpty { try checkIdle() }
        if unsafe state.pointee.cursor != state.pointee.end { try drain() }
        if loop.isDisturbed, settings.strict { throw fail(.foreignJob(placeOfStranger)) }
    }

    @inline(never)
    private func showStep() throws(BusError) {
        append(StepEnd(), slot: Slot.stepEnd, cause: 0, producer: 0)
        unsafe state.pointee.cursor = state.pointee.end
        try showTap()
    }

    private func insert(_ topic: RawTopic, at slot: Int) {
        topics.append(topic)
        journal.insert(topic, at: slot)
    }
}
