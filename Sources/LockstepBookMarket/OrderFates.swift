import LockstepModel

/// What became of an order.
enum OrderFate: UInt8, Hashable, Sendable, Codable {
    case unknown = 0
    case working = 1
    case filled = 2
    case ended = 3
}

/// What became of every order a venue ever took, and on which instrument.
///
/// Late cancels are answered from it, and an identity stays taken for the run. Orders are numbered
/// by strategy from 1, so it is a table of two bits an order; a thousand orders in a row on one
/// instrument note it once, others four bytes each. A number far ahead costs an empty page for each
/// 1,024.
struct OrderFates: Hashable, Sendable, Codable {
    private var pages: ContiguousArray<ContiguousArray<Page>> = []

    /// The fates of 1,024 orders in a row; without storage until one of them is noted.
    private struct Page: Hashable, Sendable, Codable {
        /// Two bits an order, 32 orders a word.
        var fates: ContiguousArray<UInt64> = []
        /// The place of the instrument, as long as all of them share it.
        var place: UInt32 = 0
        /// The place of each order's instrument, once they differ.
        var places: ContiguousArray<UInt32> = []

        @inline(__always)
        mutating func note(_ fate: OrderFate, _ order: Int, on place: UInt32) {
            let shift = UInt64(order & 31) &* 2
            fates[order >> 5] = fates[order >> 5] & ~(3 << shift) | UInt64(fate.rawValue) << shift
            if place != self.place || !places.isEmpty { notePlace(place, of: order) }
        }

        @inline(never)
        private mutating func notePlace(_ place: UInt32, of order: Int) {
            if places.isEmpty { places = ContiguousArray(repeating: self.place, count: 1024) }
            places[order] = place
        }
    }

    /// The fate of an order, and the place of its instrument.
    func fate(of order: OrderID) -> (fate: OrderFate, place: Int) {
        let strategy = Int(order.strategy.rawValue)
        let number = Int(order.ordinal >> 10)
        guard Self.isValid(order), strategy < pages.count, number < pages[strategy].count,
            !pages[strategy][number].fates.isEmpty
        else { return (.unknown, 0) }
        let place = Int(order.ordinal & 1023)
        let bits = pages[strategy][number].fates[place >> 5] >> (UInt64(place & 31) &* 2)
        let fate = OrderFate(rawValue: UInt8(bits & 3)) ?? .unknown
        if fate == .unknown { return (.unknown, 0) }
        let places = pages[strategy][number].places
        return (fate, Int(places.isEmpty ? pages[strategy][number].place : places[place]))
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
            fate, order.ordinal, on: UInt32(truncatingIfNeeded: place), &pages[strategy])
    }

    @inline(__always)
    private static func note(
        _ fate: OrderFate, _ ordinal: UInt32, on place: UInt32,
        _ pages: inout ContiguousArray<Page>
    ) {
        let number = Int(ordinal >> 10)
        if number >= pages.count || pages[number].fates.isEmpty {
            addPage(number, of: place, &pages)
        }
        pages[number].note(fate, Int(ordinal & 1023), on: place)
    }

    @inline(never)
    private mutating func addStrategies(through strategy: Int) {
        while pages.count <= strategy { pages.append([]) }
    }

    @inline(never)
    private static func addPage(
        _ number: Int, of place: UInt32, _ pages: inout ContiguousArray<Page>
    ) {
        while pages.count <= number { pages.append(Page()) }
        pages[number].fates = ContiguousArray(repeating: 0, count: 32)
        pages[number].place = place
    }
}
