import LockstepModel

/// What became of an order.
enum OrderFate: UInt8, Hashable, Sendable, Codable {
    case unknown = 0
    case working = 1
    case filled = 2
    case ended = 3
}

/// What became of every order a venue ever took, and on which instrument: four bytes each.
///
/// Late cancels are answered from it, and an identity stays taken for the run. Orders are numbered
/// by strategy from 1, so it is a table; a number far ahead costs an empty page for each 1,024.
struct OrderFates: Hashable, Sendable, Codable {
    private var pages: ContiguousArray<ContiguousArray<ContiguousArray<UInt32>>> = []

    /// The fate of an order, and the place of its instrument.
    func fate(of order: OrderID) -> (fate: OrderFate, place: Int) {
        let strategy = Int(order.strategy.rawValue)
        let page = Int(order.ordinal >> 10)
        guard Self.isValid(order), strategy < pages.count, page < pages[strategy].count,
            !pages[strategy][page].isEmpty
        else { return (.unknown, 0) }
        let entry = pages[strategy][page][Int(order.ordinal & 1023)]
        return (OrderFate(rawValue: UInt8(entry & 3)) ?? .unknown, Int(entry >> 2))
    }

    /// Whether an identity is one of a strategy of the run.
    static func isValid(_ order: OrderID) -> Bool {
        order.rawValue >> 63 == 0 && order.strategy.rawValue <= StrategyID.greatest
    }

    /// Notes the fate of an order with a valid identity on an instrument's place.
    @inline(__always)
    mutating func note(_ fate: OrderFate, of order: OrderID, on place: Int) {
        let strategy = Int(order.strategy.rawValue)
        if strategy >= pages.count { addStrategies(through: strategy) }
        Self.note(
            UInt32(truncatingIfNeeded: place) << 2 | UInt32(fate.rawValue), order.ordinal,
            &pages[strategy])
    }

    @inline(__always)
    private static func note(
        _ entry: UInt32, _ ordinal: UInt32, _ pages: inout ContiguousArray<ContiguousArray<UInt32>>
    ) {
        let page = Int(ordinal >> 10)
        if page >= pages.count || pages[page].isEmpty { addPage(page, &pages) }
        pages[page][Int(ordinal & 1023)] = entry
    }

    @inline(never)
    private mutating func addStrategies(through strategy: Int) {
        while pages.count <= strategy { pages.append([]) }
    }

    @inline(never)
    private static func addPage(
        _ page: Int, _ pages: inout ContiguousArray<ContiguousArray<UInt32>>
    ) {
        while pages.count <= page { pages.append([]) }
        pages[page] = ContiguousArray(repeating: 0, count: 1024)
    }
}
