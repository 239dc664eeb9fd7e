import LockstepMarket
import LockstepModel

extension BookMarketState {
    /// All that an engine knows between two calls, as it is encoded and copied.
    struct Record: Codable {
        let venue: VenueID
        let settings: BookSettings
        let tally: BookTally
        let accounts: ContiguousArray<AccountView>
        let positions: ContiguousArray<Int64>
        let margins: [MarginTerms]
        let books: [Book]
        let orders: ContiguousArray<BookOrder>
        let costs: CostModels
        let fates: [[OrderFates.PageRecord]]
        let requestLines: ContiguousArray<LatencyLine>
        let responseLines: ContiguousArray<LatencyLine>
        let inFlight: ContiguousArray<Request>
        let nextExpiry: Timestamp
        let arrivals: UInt64

        /// A book, as it is encoded.
        struct Book: Codable {
            let instrument: InstrumentID
            let ratio: NotionalRatio
            let limits: Instrument.Limits
            let trades: Bool
            let bids: ContiguousArray<BookLevel>
            let asks: ContiguousArray<BookLevel>
            let isByOrder: Bool
            let market: ContiguousArray<MarketOrder>
            let nextInQueue: UInt64
            let overlays: [Laid]
            let isCrossed: Bool
            let isClosed: Bool
            let last: Price?
            let lastQuantity: Int64
            let told: OrderBook.Told?
            let line: LatencyLine
        }

        /// An overlay in which there is something.
        struct Laid: Codable {
            let place: Int
            let bids: ContiguousArray<QueueEntry>
            let asks: ContiguousArray<QueueEntry>
            let usedBids: ContiguousArray<UsedLevel>
            let usedAsks: ContiguousArray<UsedLevel>
            let waiting: ContiguousArray<Int32>
            let rising: ContiguousArray<StopEntry>
            let falling: ContiguousArray<StopEntry>

            var slots: [Int32] {
                (bids + asks).map(\.slot) + waiting + (rising + falling).map(\.slot)
            }
        }

        /// What is wrong with it; nil when nothing is.
        var fault: String? {
            let overlays = settings.world == .shared ? 1 : accounts.count
            if positions.count != accounts.count * books.count || margins.count != books.count
                || requestLines.count != accounts.count || responseLines.count != accounts.count
            {
                return "accounts and positions do not belong together"
            }
            if !fates.joined().allSatisfy({ $0.isSound(books.count) }) {
                return "the table of orders has odd pages"
            }
            for order in orders
            where order.location != .free
                && !(accounts.indices.contains(Int(order.accountPlace))
                    && books.indices.contains(Int(order.book))
                    && OrderFates.isValid(order.id) && order.leaves > 0
                    && order.leaves <= order.total)
            {
                return "an order has odd terms"
            }
            for laid in books.lazy.flatMap(\.overlays) {
                let isSound = laid.slots.allSatisfy {
                    orders.indices.contains(Int($0)) && orders[Int($0)].location != .free
                }
                if !isSound || laid.place < 0 || laid.place >= overlays {
                    return "an order stands where none is"
                }
            }
            return nil
        }
    }

    /// What is encoded of it.
    var record: Record {
        Record(
            venue: venue, settings: settings, tally: tally, accounts: accounts.values,
            positions: positions.values, margins: margins,
            books: books.indices.map { bookRecord($0) },
            orders: orders.values, costs: costs, fates: fates.record,
            requestLines: requestLines, responseLines: responseLines,
            inFlight: ContiguousArray(inFlight[firstInFlight...]), nextExpiry: nextExpiry,
            arrivals: arrivals)
    }

    private func bookRecord(_ place: Int) -> Record.Book {
        Record.Book(
            instrument: books[place].instrument, ratio: books[place].ratio,
            limits: books[place].limits, trades: books[place].trades,
            bids: books[place].sides[0].levels.values, asks: books[place].sides[1].levels.values,
            isByOrder: books[place].isByOrder, market: books[place].market.values,
            nextInQueue: books[place].market.next,
            overlays: books[place].active.indices.map { index in
                let overlay = Int(books[place].active[index])
                return Record.Laid(
                    place: overlay,
                    bids: books[place].overlays[overlay].sides[0].queue.values,
                    asks: books[place].overlays[overlay].sides[1].queue.values,
                    usedBids: books[place].overlays[overlay].sides[0].used.values,
                    usedAsks: books[place].overlays[overlay].sides[1].used.values,
                    waiting: books[place].overlays[overlay].waiting.values,
                    rising: books[place].overlays[overlay].rising.values,
                    falling: books[place].overlays[overlay].falling.values)
            },
            isCrossed: books[place].isCrossed, isClosed: books[place].isClosed,
            last: books[place].last,
            lastQuantity: books[place].lastQuantity, told: books[place].told,
            line: books[place].line)
    }

    /// The state that was encoded, without a fault.
    init(_ record: Record) {
        venue = record.venue
        settings = record.settings
        hasMargin = record.accounts.contains { $0.isMargin }
        tally = record.tally
        accounts = OwnedRow(record.accounts)
        positions = OwnedRow(record.positions)
        margins = record.margins
        orders = OwnedRow(record.orders)
        costs = record.costs
        fates = OrderFates(record.fates)
        requestLines = record.requestLines
        responseLines = record.responseLines
        inFlight = record.inFlight
        nextExpiry = record.nextExpiry
        arrivals = record.arrivals
        for slot in orders.indices {
            if orders[slot].location == .free {
                free.append(Int32(truncatingIfNeeded: slot))
            } else {
                table.insert(orders[slot].id.rawValue, slot)
            }
        }
        let count = settings.world == .shared ? 1 : accounts.count
        for book in record.books { books.append(OrderBook(book, overlays: count)) }
    }
}

extension OrderBook {
    /// The book that was encoded.
    init(_ record: BookMarketState.Record.Book, overlays count: Int) {
        instrument = record.instrument
        ratio = record.ratio
        limits = record.limits
        trades = record.trades
        isByOrder = record.isByOrder
        market = MarketOrders(record.market, next: record.nextInQueue)
        isCrossed = record.isCrossed
        isClosed = record.isClosed
        last = record.last
        lastQuantity = record.lastQuantity
        told = record.told
        line = record.line
        sides.append(DisplayedSide(record.bids))
        sides.append(DisplayedSide(record.asks))
        for _ in 0..<(trades ? count : 0) { overlays.append(Overlay()) }
        for laid in record.overlays {
            activate(laid.place)
            overlays[laid.place].sides[0].queue = OwnedRow(laid.bids)
            overlays[laid.place].sides[1].queue = OwnedRow(laid.asks)
            overlays[laid.place].sides[0].used = OwnedRow(laid.usedBids)
            overlays[laid.place].sides[1].used = OwnedRow(laid.usedAsks)
            overlays[laid.place].waiting = OwnedRow(laid.waiting)
            overlays[laid.place].rising = OwnedRow(laid.rising)
            overlays[laid.place].falling = OwnedRow(laid.falling)
        }
    }
}
