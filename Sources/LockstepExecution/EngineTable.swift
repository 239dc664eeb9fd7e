import LockstepMarket
import LockstepModel

/// What the hall keeps of each venue, side by side.
// Safe because: it owns its rows and cannot be copied, and each place is checked before it is used;
// the hosts, which rows name without counting references, are kept beside them until the end.
@safe
struct EngineTable: ~Copyable {
    /// A venue's engine and how it stands.
    // Safe because: rows are lent by the table alone, which keeps the hosts.
    @safe
    struct Row {
        private let host: Unmanaged<MarketHost>
        let isBatch: Bool
        let holdsAccounts: Bool
        /// Whether data means nothing to the engine now.
        var isIdle: Bool
        /// The wake that was last published.
        var announcedWake = Timestamp.distantFuture

        init(_ host: MarketHost) {
            unsafe self.host = .passUnretained(host)
            isBatch = host.isBatch
            holdsAccounts = host.holdsAccounts
            isIdle = host.status().isIdle
        }

        /// Notes whether data means something to the engine, and counts it where it does.
        @inline(__always)
        mutating func note(isIdle: Bool, _ busy: inout Int) {
            if isIdle == self.isIdle { return }
            self.isIdle = isIdle
            busy &+= isIdle ? -1 : 1
        }

        /// Calls a body with the host, without counting the reference.
        @inline(__always)
        func use<Result>(_ body: (MarketHost) throws -> Result) rethrows -> Result {
            try unsafe host._withUnsafeGuaranteedRef { try body($0) }
        }
    }

    private let hosts: [MarketHost]
    private let rows: UnsafeMutablePointer<Row>
    let count: Int

    init(_ hosts: [MarketHost]) {
        self.hosts = hosts
        count = hosts.count
        unsafe rows = .allocate(capacity: hosts.count)
        for (place, host) in hosts.enumerated() {
            unsafe (rows + place).initialize(to: Row(host))
        }
    }

    deinit {
        unsafe rows.deinitialize(count: count)
        unsafe rows.deallocate()
    }

    /// The row of a venue, read and changed where it lies.
    subscript(place: Int) -> Row {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(address(of: place)) }
        @inline(__always) unsafeMutableAddress { unsafe address(of: place) }
    }

    @inline(__always)
    private func address(of place: Int) -> UnsafeMutablePointer<Row> {
        precondition(UInt(bitPattern: place) < UInt(bitPattern: count), "a place beyond the venues")
        return unsafe rows + place
    }
}
