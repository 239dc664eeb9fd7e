import LockstepModel

/// Accounts whose equity has fallen beneath the maintenance margin of all that they hold.
///
/// They are looked at once in a step, when what the market brought is booked and before anybody
/// decides. All orders of such an account are cancelled, and positions closed at the market, that
/// with the greatest maintenance margin first, until the equity covers the initial margin of what
/// is left.
extension RiskGate {
    /// A position that may have to be closed.
    private struct Held {
        let instrument: Int
        let position: Int64
        let initial: Int128
        let maintenance: Int128
        let isLiquidated: Bool
    }

    /// Whether accounts are looked at.
    var watchesMargin: Bool {
        view.funds.indices.contains { view.funds[$0].kind == .margin }
            && view.listings.indices.contains {
                view.listings[$0].margin.maintenance != nil && !view.listings[$0].isHeldByVenue
            }
    }

    /// What is to be asked for to liquidate accounts at the prices of a step.
    ///
    /// - Parameter frame: The step's data.
    /// - Returns: The intents, account by account: a cancel of all, then orders that close.
    mutating func liquidations(_ frame: borrowing Frame) -> [Intent] {
        var intents: [Intent] = []
        for row in view.funds.indices
        where view.funds[row].kind == .margin && view.funds[row].firstCell >= 0 {
            let due: [(instrument: Int, position: Int64)]
            // What leaves 64 bits is found by whoever books it.
            do { due = try positionsDue(row, frame) } catch { continue }
            if due.isEmpty { continue }
            let account = AccountID(UInt32(truncatingIfNeeded: row &+ 1))
            if hasOthersOrders(row), let id = nextOrder(liquidates: true) {
                intents.append(
                    Intent(id: id, strategy: .house, account: account, action: .cancelAll(nil)))
            }
            for (instrument, position) in due {
                intents += closing(
                    position, account, InstrumentID(UInt32(truncatingIfNeeded: instrument &+ 1)),
                    liquidates: true)
            }
        }
        return intents
    }

    /// The positions of an account that are to be closed, in order; none where it has enough.
    private func positionsDue(
        _ row: Int, _ frame: borrowing Frame
    ) throws(ArithmeticError) -> [(instrument: Int, position: Int64)] {
        var equity = Int128(view.funds[row].cash) + Int128(view.funds[row].unbooked)
        var held: [Held] = []
        var place = Int(view.funds[row].firstCell)
        while place >= 0 {
            let (instrument, position) = (place - view.cell(row, 0), view.cells[place].position)
            if position != 0 {
                let margin = view.listings[instrument].margin
                let value = try view.listings[instrument].ratio.value(
                    Price(ticks: price(instrument, position, frame)),
                    SignedQuantity(lots: position))
                equity += Int128(value.units)
                held.append(
                    Held(
                        instrument: instrument, position: position,
                        initial: Int128(try margin.initial(on: value, position).units),
                        maintenance: Int128(try margin.maintenance(on: value, position).units),
                        isLiquidated: margin.maintenance != nil
                            && !view.listings[instrument].isHeldByVenue))
            }
            place = Int(view.cells[place].next)
        }
        if !held.contains(where: \.isLiquidated) { return [] }
        let inHand = cellsInHand
        held.removeAll { inHand.contains(view.cell(row, $0.instrument)) }
        if equity >= held.reduce(0, { $0 + $1.maintenance }) { return [] }
        var rest = held.reduce(0) { $0 + $1.initial }
        var due: [(instrument: Int, position: Int64)] = []
        let order = held.filter(\.isLiquidated).sorted {
            ($1.maintenance, $0.instrument) < ($0.maintenance, $1.instrument)
        }
        for next in order where equity < rest {
            rest -= next.initial
            due.append((next.instrument, next.position))
        }
        return due
    }

    /// The price at which a position is looked at.
    private func price(_ instrument: Int, _ position: Int64, _ frame: borrowing Frame) -> Int64 {
        let source = view.listings[instrument].source
        guard check == .extreme, source >= 0, source < frame.slots.count,
            frame.slots[source].coverage == .traded,
            frame.slots[source].bar.series.rawValue == view.listings[instrument].primary
        else { return view.mark(instrument) }
        return (position > 0 ? frame.slots[source].bar.low : frame.slots[source].bar.high).ticks
    }

    /// Whether orders of strategies work for an account.
    private func hasOthersOrders(_ row: Int) -> Bool {
        view.orders.places.contains {
            Int(view.orders[$0].account) == row
                && !OrderID(rawValue: view.orders[$0].id).isOfHouse
        }
    }
}
