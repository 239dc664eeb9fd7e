import LockstepModel

/// What became of an order.
enum OrderFate: UInt8, Hashable, Sendable, Codable, BitwiseCopyable {
    case unknown = 0
    case working = 1
    case filled = 2
    case ended = 3

    /// The fate in the lowest two bits of a word.
    @inline(__always)
    init(_ word: UInt64) {
        switch word & 3 {
        case 1: self = .working
        case 2: self = .filled
        case 3: self = .ended
        default: self = .unknown
        }
    }
}

/// What became of every order a venue ever took, and on which instrument.
///
/// A new order is noted as filled at once, which is what most become: whether it works still is
/// known to its book. So nothing is noted when it fills.
///
/// Late cancels are answered from it, and an identity stays taken for the run. Orders are numbered
/// by strategy from 1, so it is a table of two bits an order; a thousand orders in a row on one
/// instrument note it once, others four bytes each. A number far ahead costs an empty page for each
/// 1,024.
struct OrderFates: ~Copyable {
    private var strategies = OwnedRow<OwnedRow<Page>>()
    /// The word of the newest orders, which is newer than the one in their page, and which it is.
    private var newest: UInt64 = 0
    private var newestWord = UInt64.max
    private var newestPlace = 0

    /// The fates of 1,024 orders in a row; without storage until one of them is noted.
    private struct Page: ~Copyable {
        /// Two bits an order, 32 orders a word.
        var fates = OwnedRow<UInt64>()
        /// The place of the instrument, as long as all of them share it.
        var place: UInt32 = 0
        /// The place of each order's instrument, once they differ.
        var places = OwnedRow<UInt32>()

        @inline(__always)
        func fate(of order: Int) -> OrderFate {
            OrderFate(fates[order >> 5] &>> (UInt64(order & 31) &* 2))
        }

        @inline(__always)
        mutating func note(_ fate: OrderFate, _ order: Int, on place: UInt32) {
            let shift = UInt64(order & 31) &* 2
            let word = fates[order >> 5]
            fates[order >> 5] = word & ~(3 &<< shift) | UInt64(fate.rawValue) &<< shift
            if place != self.place || !places.isEmpty { notePlace(place, of: order) }
        }

        /// Whether all its orders are on one instrument's place.
        func isWhole(on place: Int) -> Bool { places.isEmpty && Int(self.place) == place }

        @inline(never)
        private mutating func notePlace(_ place: UInt32, of order: Int) {
            if places.isEmpty { places = OwnedRow(repeatElement(self.place, count: 1024)) }
            places[order] = place
        }
    }

    /// The fate of an order, and the place of its instrument.
    func fate(of order: OrderID) -> (fate: OrderFate, place: Int) {
        if order.rawValue >> 5 == newestWord {
            let fate = OrderFate(newest &>> ((order.rawValue & 31) &* 2))
            return (fate, fate == .unknown ? 0 : newestPlace)
        }
        let strategy = Int(order.strategy.rawValue)
        let number = Int(order.ordinal >> 10)
        guard Self.isValid(order), strategy < strategies.count,
            number < strategies[strategy].count, !strategies[strategy][number].fates.isEmpty
        else { return (.unknown, 0) }
        let place = Int(order.ordinal & 1023)
        let fate = strategies[strategy][number].fate(of: place)
        if fate == .unknown { return (.unknown, 0) }
        guard strategies[strategy][number].places.isEmpty else {
            return (fate, Int(strategies[strategy][number].places[place]))
        }
        return (fate, Int(strategies[strategy][number].place))
    }

    /// Whether an identity is one of a strategy of the run.
    @inline(__always)
    static func isValid(_ order: OrderID) -> Bool {
        order.rawValue >> 63 == 0 && order.strategy.rawValue <= StrategyID.greatest
    }

    /// Notes a new order with a valid identity on an instrument's place.
    ///
    /// - Returns: Whether it was new; if not, its fate stays.
    @inline(__always)
    mutating func begin(_ order: OrderID, on place: Int) -> Bool {
        guard order.rawValue >> 5 == newestWord, place == newestPlace else {
            return beginElsewhere(order, on: place)
        }
        let shift = (order.rawValue & 31) &* 2
        if (newest &>> shift) & 3 != 0 { return false }
        newest |= UInt64(OrderFate.filled.rawValue) &<< shift
        return true
    }

    @inline(never)
    private mutating func beginElsewhere(_ order: OrderID, on place: Int) -> Bool {
        putAway()
        let strategy = Int(order.strategy.rawValue)
        let number = Int(order.ordinal >> 10)
        addPage(number, of: strategy, on: place)
        let position = Int(order.ordinal & 1023)
        if strategies[strategy][number].fate(of: position) != .unknown { return false }
        strategies[strategy][number].note(
            .filled, position, on: UInt32(truncatingIfNeeded: place))
        if strategies[strategy][number].isWhole(on: place) {
            newest = strategies[strategy][number].fates[position >> 5]
            newestWord = order.rawValue >> 5
            newestPlace = place
        }
        return true
    }

    /// Puts the word of the newest orders into its page.
    private mutating func putAway() {
        if newestWord == .max { return }
        let order = OrderID(rawValue: newestWord << 5)
        let (strategy, number) = (Int(order.strategy.rawValue), Int(order.ordinal >> 10))
        strategies[strategy][number].fates[Int(order.ordinal & 1023) >> 5] = newest
        newestWord = .max
    }

    /// Notes the fate of an order with a valid identity on an instrument's place.
    @inline(never)
    mutating func note(_ fate: OrderFate, of order: OrderID, on place: Int) {
        putAway()
        let strategy = Int(order.strategy.rawValue)
        let number = Int(order.ordinal >> 10)
        addPage(number, of: strategy, on: place)
        strategies[strategy][number].note(
            fate, Int(order.ordinal & 1023), on: UInt32(truncatingIfNeeded: place))
    }

    /// Makes a page where there is none yet.
    @inline(__always)
    private mutating func addPage(_ number: Int, of strategy: Int, on place: Int) {
        if strategy < strategies.count, number < strategies[strategy].count,
            !strategies[strategy][number].fates.isEmpty
        {
            return
        }
        makePage(number, of: strategy, on: place)
    }

    @inline(never)
    private mutating func makePage(_ number: Int, of strategy: Int, on place: Int) {
        while strategies.count <= strategy { strategies.append(OwnedRow<Page>()) }
        while strategies[strategy].count <= number { strategies[strategy].append(Page()) }
        strategies[strategy][number].fates = OwnedRow(repeatElement(0, count: 32))
        strategies[strategy][number].place = UInt32(truncatingIfNeeded: place)
    }
}

extension OrderFates {
    /// A page, as it is encoded.
    struct PageRecord: Codable {
        let fates: ContiguousArray<UInt64>
        let place: UInt32
        let places: ContiguousArray<UInt32>

        /// Whether it is a page of orders on so many instruments.
        func isSound(_ instruments: Int) -> Bool {
            (fates.isEmpty || fates.count == 32 && place < instruments)
                && (places.isEmpty
                    || places.count == 1024 && places.allSatisfy { $0 < instruments })
        }
    }

    /// All pages by strategy, as they are encoded.
    var record: [[PageRecord]] {
        strategies.indices.map { strategy in
            strategies[strategy].indices.map { number in
                var fates = strategies[strategy][number].fates.values
                let first = OrderID(
                    strategy: StrategyID(UInt32(strategy)), ordinal: UInt32(number) << 10)
                if newestWord != .max, newestWord >> 5 == first.rawValue >> 10 {
                    fates[Int(newestWord & 31)] = newest
                }
                return PageRecord(
                    fates: fates,
                    place: strategies[strategy][number].place,
                    places: strategies[strategy][number].places.values)
            }
        }
    }

    /// The table that was encoded.
    init(_ record: [[PageRecord]]) {
        self.init()
        for rows in record {
            var pages = OwnedRow<Page>()
            for row in rows {
                pages.append(
                    Page(
                        fates: OwnedRow(row.fates), place: row.place, places: OwnedRow(row.places)))
            }
            strategies.append(pages)
        }
    }
}
