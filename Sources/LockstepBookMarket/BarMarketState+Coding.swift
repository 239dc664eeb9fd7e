import LockstepMarket
import LockstepModel

extension BarMarketState {
    /// All that an engine knows between two calls, as it is encoded and copied.
    struct Record: Codable {
        let venue: VenueID
        let settings: EngineSettings
        let tally: FillTally
        let accounts: ContiguousArray<AccountView>
        let positions: ContiguousArray<Int64>
        let books: [BarBook.Record]
        let costs: CostModels
        let fates: [[OrderFates.PageRecord]]
        let arrivals: UInt64
        let halts: [PlacedHalt]
        let bands: [PlacedBand]
        let margins: [MarginTerms]
        let watchesMargin: Bool
        /// Nil where no cost model asks for them.
        let sessions: [SessionHistory]?

        /// What is wrong with it; nil when nothing is.
        var fault: String? {
            if positions.count != accounts.count * books.count {
                return "there must be one position for each account and instrument"
            }
            if !fates.joined().allSatisfy({ $0.isSound(books.count) }) {
                return "the table of orders has odd pages"
            }
            for order in books.lazy.flatMap(\.orders) {
                if !accounts.indices.contains(order.accountPlace) || order.ended {
                    return "a working order has no account, or has ended"
                }
                if !OrderFates.isValid(order.id) { return "an order has an odd identity" }
            }
            if margins.count != books.count {
                return "there must be margin terms of each instrument"
            }
            if let sessions, sessions.count != books.count {
                return "there must be the sessions of each instrument"
            }
            for book in books {
                let places = book.orders.map(\.detail).filter { $0 >= 0 }
                if places.contains(where: { $0 >= book.details.count }) {
                    return "the details of an order are missing"
                }
            }
            return nil
        }
    }

    /// What is encoded of it.
    var record: Record {
        Record(
            venue: venue, settings: settings, tally: tally, accounts: accounts.values,
            positions: positions.values, books: books.indices.map { books[$0].record },
            costs: costs, fates: fates.record, arrivals: arrivals, halts: halts,
            bands: bands, margins: margins, watchesMargin: watchesMargin,
            sessions: sessions.isEmpty ? nil : sessions)
    }

    /// The state that was encoded, without a fault.
    init(_ record: Record) {
        venue = record.venue
        settings = record.settings
        through = record.settings.through
        concernsAll = record.settings.concernsAll || record.watchesMargin
        keepsBars =
            record.settings.rules.actsOnArrival || record.settings.rules.fundsMark != .fill
        keepsMarks =
            keepsBars || record.settings.slippage.needsSessions
            || record.accounts.contains { $0.isMargin }
        (hasPlainCosts, plainFee) = Self.plainCosts(record.costs, keepsMarks: keepsMarks)
        halts = record.halts
        bands = record.bands
        margins = record.margins
        watchesMargin = record.watchesMargin
        tally = record.tally
        accounts = OwnedRow(record.accounts)
        positions = OwnedRow(record.positions)
        busyBooks = OwnedRow(repeatElement(0, count: (record.books.count + 63) / 64))
        fates = OrderFates(record.fates)
        costs = record.costs
        sessions = record.sessions ?? []
        arrivals = record.arrivals
        for (place, book) in record.books.enumerated() {
            books.append(
                BarBook(
                    book, hasPlainCosts: hasPlainCosts && !concernsAll,
                    takesPlainly: !record.settings.rules.actsOnArrival))
            busy += book.orders.count + book.changes.count
            if books[place].special != 0 { seenSpecial = true }
            if !books[place].isIdle {
                noteBusy(place)
                lastPlace = place
            }
        }
        findNextExpiry()
    }
}
