import LockstepBus
import LockstepEvents
public import LockstepModel

/// Invariants that many runs want.
extension Invariant {
    /// Every fill belongs to an order that its venue has accepted and not ended.
    public static var noFillWithoutAcceptedOrder: Invariant {
        Invariant("no fill without an accepted order") { watch in
            // The orders that work, with the lots that are left: no more than are open at a time.
            var working: Set<OrderID> = []
            try watch.every(Topics.orderUpdate) { envelope in
                let update = envelope.payload
                switch update.change {
                case .accepted: working.insert(update.order)
                case .cancelled, .expired: working.remove(update.order)
                case .triggered, .amended, .rejected, .amendRejected, .cancelRejected: break
                }
                return nil
            }
            try watch.every(Topics.fill) { envelope in
                let fill = envelope.payload
                // What a venue does of its own accord has no order.
                if fill.order.rawValue == 0 { return nil }
                guard working.contains(fill.order) else {
                    return
                        "order \(fill.order.strategy.rawValue)/\(fill.order.ordinal) was filled, "
                        + "which is not working"
                }
                if fill.leaves.isZero { working.remove(fill.order) }
                return nil
            }
        }
    }

    /// No account has less cash than nothing after a booking.
    public static var cashNeverNegative: Invariant {
        Invariant("cash is never negative", on: Topics.booking) { envelope in
            let booking = envelope.payload
            return booking.cashAfter < .zero
                ? "account \(booking.account.rawValue) has \(booking.cashAfter.units) units" : nil
        }
    }

    /// No account holds more than so many lots of an instrument, long or short.
    ///
    /// - Parameters:
    ///   - limit: The most lots.
    ///   - symbol: The instrument; nil for each of them.
    /// - Returns: The invariant. A symbol that the run does not have ends it in its set-up.
    public static func positionLimit(_ limit: Quantity, of symbol: String? = nil) -> Invariant {
        let whose = symbol.map { " of \($0)" } ?? ""
        return Invariant("at most \(limit.lots) lots\(whose)") { watch in
            let instruments = watch.instruments
            let wanted = try symbol.map { try instruments($0).id }
            try watch.every(Topics.booking) { envelope in
                let booking = envelope.payload
                if let wanted, booking.instrument != wanted { return nil }
                if booking.positionAfter.magnitude <= limit { return nil }
                let symbol = instruments[booking.instrument]?.symbol ?? ""
                return "account \(booking.account.rawValue) holds "
                    + "\(booking.positionAfter.lots) lots of \(symbol)"
            }
        }
    }

    /// No account is worth less than a floor at the end of a step.
    ///
    /// - Parameter floor: The least equity, in units of the account's currency.
    /// - Returns: The invariant.
    public static func equityFloor(_ floor: Money) -> Invariant {
        Invariant("equity of \(floor.units) units at least", on: Topics.snapshot) { envelope in
            let snapshot = envelope.payload
            return snapshot.equity < floor
                ? "account \(snapshot.account.rawValue) is worth \(snapshot.equity.units) units"
                : nil
        }
    }
}
