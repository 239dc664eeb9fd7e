import LockstepModel

/// Which venue an instrument or an order belongs to.
struct VenueDirectory {
    /// The place of the venue by instrument; -1 for a venue without an engine.
    private let byInstrument: ContiguousArray<Int>
    /// The place of the venue of each working order; kept only where there are several venues.
    private var byOrder: [OrderID: Int] = [:]
    private let isSingle: Bool

    init(instruments: Instruments, venues: [VenueID]) {
        byInstrument = ContiguousArray(
            instruments.map { instrument in
                venues.firstIndex(of: instrument.venue) ?? -1
            })
        isSingle = venues.count == 1
    }

    /// The place of the venue that trades an instrument; nil when none does.
    @inline(__always)
    func venue(of instrument: InstrumentID) -> Int? {
        let place = Int(instrument.rawValue) &- 1
        guard byInstrument.indices.contains(place) else { return nil }
        return byInstrument[place] < 0 ? nil : byInstrument[place]
    }

    /// The place of the venue to which an order went; nil for an unknown one.
    func venue(of order: OrderID) -> Int? { isSingle ? 0 : byOrder[order] }

    /// Whether it has to be told where orders go.
    @inline(__always)
    var isNoting: Bool { !isSingle }

    /// Notes to which venue an order goes.
    @inline(never)
    mutating func note(_ order: OrderID, at venue: Int) {
        if !isSingle { byOrder[order] = venue }
    }

    /// Forgets an order that has ended.
    mutating func forget(_ order: OrderID) {
        if !isSingle { byOrder[order] = nil }
    }
}
