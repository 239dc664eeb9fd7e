import LockstepModel

/// What a bus writes and reads for every event, reached through a pointer from its publishers.
// Safe because: its addresses point into the journal that owns it, on the loop of one run.
@safe @usableFromInline
struct BusState {
    /// Where the next envelope goes, and the last place where one may begin.
    @usableFromInline var end: UnsafeMutableRawPointer
    @usableFromInline var limit: UnsafeMutableRawPointer
    /// The next envelope to deliver, and the next one the tap has not seen.
    @usableFromInline var cursor: UnsafeMutableRawPointer
    @usableFromInline var tapped: UnsafeMutableRawPointer
    @usableFromInline let routes: UnsafeMutablePointer<Route>
    @usableFromInline var sequence: UInt64 = 0
    @usableFromInline var step: UInt64 = 0
    @usableFromInline var time: Int64 = 0
    /// Scopes of services with a task of their own that have not ended.
    var openScopes = 0
    /// Deliveries of the steps before, and what is left of the budget of this one.
    var delivered = 0
    var left = Int.max
    /// The deliveries that a step may take.
    let budget: Int
    #if PLANTED_DEFECTS
        /// The envelope of the scope that was opened last.
        @usableFromInline var lastOpened: UInt64 = 0
    #endif
    /// Envelopes in the journal whose payload must be destroyed.
    @usableFromInline var owned = 0
    /// What keeps a drain from beginning at once; zero in the course of a healthy run.
    var obstacles: Obstacles = []
    /// Whether deliveries of a wave may run side by side, as a schedule picks.
    var isWaveAtOnce = false { didSet { notePlain() } }
    /// Whether more envelopes are held outside of the journal than a driver uses again.
    var hasManyRoots = false
    /// Whether the set-up is over.
    var isRunning = false { didSet { notePlain() } }
    /// The beginning of the first chunk, and the last place in it where an envelope may begin.
    let first: UnsafeMutableRawPointer
    let firstLimit: UnsafeMutableRawPointer
    /// Who sees every envelope; the bus keeps it.
    var tap: Unmanaged<TapHandler>?
    /// Whether it sees them at every barrier, and not only at the end of a step.
    var isTapEager = false { didSet { notePlain() } }
    /// Whether steps are those of a run in place whose tap waits for the end of each.
    private(set) var isPlain = false

    init(
        chunk: UnsafeMutableRawPointer, size: Int, routes: UnsafeMutablePointer<Route>, budget: Int
    ) {
        self.budget = budget
        left = budget
        unsafe first = chunk
        unsafe firstLimit = chunk + (size - Journal.headerSize)
        unsafe end = chunk
        unsafe limit = firstLimit
        unsafe cursor = chunk
        unsafe tapped = chunk
        unsafe self.routes = routes
    }

    private mutating func notePlain() { isPlain = isRunning && !isWaveAtOnce && !isTapEager }

    /// Opens a step.
    @inline(__always)
    mutating func open(_ step: StepNumber, at time: Timestamp) {
        self.step = step.rawValue
        self.time = time.nanoseconds
        delivered = deliveredInAll
        left = budget
    }

    /// Whether the step lies in the first chunk, as nearly all do, with nothing to destroy.
    var fitsFirstChunk: Bool {
        @inline(__always) get { unsafe owned == 0 && limit == firstLimit }
    }

    /// Goes back to where the journal begins.
    @inline(__always)
    mutating func rewind() {
        unsafe end = first
        unsafe cursor = first
        unsafe tapped = first
    }

    /// Whether nothing is pending, nothing stands in the way, and an eager tap has seen everything.
    var isIdle: Bool {
        @inline(__always) get {
            unsafe cursor == end && obstacles.isEmpty && (!isTapEager || tapped == end)
        }
    }

    /// Whether a drain cannot begin at once, or goes in waves.
    var needsCare: Bool { @inline(__always) get { !obstacles.isEmpty || isWaveAtOnce } }

    /// Whether a drain is not over with its last delivery: something went wrong, or the tap waits.
    var needsEnd: Bool { @inline(__always) get { !obstacles.isEmpty || isTapEager } }

    /// Deliveries of this step, and of all.
    var deliveredInStep: Int { budget &- left }
    var deliveredInAll: Int { delivered &+ deliveredInStep }
}

// Safe because: as said of the state, its addresses point into the journal, on the loop of one run.
extension UnsafeMutablePointer<BusState> {
    /// Numbers an envelope and puts it into the journal.
    ///
    /// - Parameters:
    ///   - payload: Makes what it says, once there is a place for it.
    ///   - tail: The end of its header.
    ///   - cause: The envelope that caused it, or 0.
    ///   - growing: Begins another chunk with room for so many bytes.
    @inlinable @inline(__always)
    func append<Payload: EventPayload>(
        _ payload: () -> Payload, tail: UInt64, cause: UInt64,
        growing: (Int) -> UnsafeMutableRawPointer
    ) {
        let size = Envelope<Payload>.room
        var place = unsafe pointee.end
        if unsafe place + size > pointee.limit { unsafe place = growing(size) }
        if _isPOD(Payload.self) {
            // Written where it comes to lie, and before anything else: a whole envelope would be
            // made on the stack first.
            let envelope = unsafe place.assumingMemoryBound(to: Envelope<Payload>.self)
            unsafe envelope.pointee.payload = payload()
            unsafe envelope.pointee.header = nextHeader(tail: tail, cause: cause)
        } else {
            let header = unsafe nextHeader(tail: tail, cause: cause)
            unsafe place.initializeMemory(
                as: Envelope<Payload>.self, to: Envelope(header: header, payload: payload()))
            unsafe pointee.owned &+= 1
        }
        unsafe pointee.sequence &+= 1
        unsafe pointee.end = place + size
    }

    /// The header of the next envelope.
    @inlinable @inline(__always)
    func nextHeader(tail: UInt64, cause: UInt64) -> EnvelopeHeader {
        unsafe EnvelopeHeader(
            sequence: pointee.sequence &+ 1, cause: cause, step: pointee.step,
            time: pointee.time, tail: tail)
    }
}

/// What keeps a drain from beginning.
struct Obstacles: OptionSet, Sendable {
    let rawValue: UInt8

    /// The run has failed.
    static let failed = Self(rawValue: 1)
    /// A delivery is in progress.
    static let delivering = Self(rawValue: 2)
    /// The feed has ended.
    static let closed = Self(rawValue: 4)
}

@available(*, unavailable)
extension BusState: Sendable {}
