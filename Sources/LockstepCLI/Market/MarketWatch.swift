import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import Synchronization

/// What is seen of outcome markets while a run goes on; read by anyone, also during the run.
///
/// It watches as an invariant does: it publishes nothing and changes no digest.
final class MarketWatch: Sendable {
    /// The prices of an outcome from an instant on.
    struct Point: Hashable, Sendable {
        let time: Timestamp
        let yes: Double
        let no: Double
    }

    /// One outcome.
    struct Outcome: Sendable {
        /// The venue, and its name.
        let venueID: VenueID
        let venue: String
        /// The name of the outcome.
        let name: String
        let yes: InstrumentID
        let no: InstrumentID
        /// Millionths of a token in a lot.
        let lot: Int64
        var status = OutcomeStatus.open
        /// Its prices in order of time, thinned out where there are too many.
        var course: [Point] = []

        /// The prices at an instant; nil before the first.
        func prices(at time: Timestamp) -> Point? {
            var (low, high) = (0, course.count)
            while low < high {
                let middle = (low + high) / 2
                if course[middle].time <= time { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? course[low - 1] : nil
        }
    }

    /// Something that was decided, or paid.
    struct Decision: Sendable {
        let time: Timestamp
        let event: VenueEvent
    }

    /// A holding of a token.
    struct Holding: Hashable, Sendable {
        let account: AccountID
        let token: InstrumentID
    }

    /// What something is worth in two ways, in units of the currency.
    struct Worth: Hashable, Sendable {
        /// At the market maker's prices.
        var marked: Int64 = 0
        /// What the market maker would pay for all of it, fee taken off.
        var paid: Int64 = 0
    }

    /// What one source of fills did.
    struct Volume: Hashable, Sendable {
        var fills: Int64 = 0
        var notional = Money.zero
        var fees = Money.zero
    }

    /// Everything that was seen so far.
    struct Sight: Sendable {
        var outcomes: [Outcome] = []
        /// Freezes, eliminations, the settlement and payouts, in order.
        var decisions: [Decision] = []
        /// What each source did.
        var volumes: [FillPoint: Volume] = [:]
        /// Tokens got by minting pairs, and given for taking them out, in millionths: a pair is two.
        var minted: Int64 = 0
        var merged: Int64 = 0
        /// What was held when trading stopped last.
        var worths: [Holding: Worth] = [:]
        var stop: Timestamp?
        var batches = 0
        var accepted: Int64 = 0
        var refused: Int64 = 0
        var start: Timestamp?
        var time: Timestamp?

        /// Whether every outcome was paid.
        var isSettled: Bool {
            !outcomes.isEmpty && outcomes.allSatisfy { $0.status != .open && $0.status != .frozen }
        }

        /// The prices of an outcome in equal spans of time, the last one of each.
        func course(of outcome: Int, columns: Int) -> [Point] {
            guard let start, let end = time, columns > 0, !outcomes[outcome].course.isEmpty else {
                return []
            }
            let span = end.nanoseconds - start.nanoseconds
            return (1...columns).compactMap { column in
                let passed = Int64(Int128(span) * Int128(column) / Int128(columns))
                return outcomes[outcome].prices(
                    at: Timestamp(nanoseconds: start.nanoseconds + passed))
            }
        }
    }

    /// The most points kept of an outcome.
    private static let mostPoints = 1 << 16

    private let sight = Mutex(Sight())

    /// What was seen so far.
    var snapshot: Sight { sight.withLock { $0 } }

    /// What makes a run be watched.
    var invariant: Invariant {
        Invariant("market watch") { watch in
            self.sight.withLock { sight in
                sight = Sight()
                sight.outcomes = Self.outcomes(watch.instruments)
            }
            try watch.every(Topics.outcomeQuote) { envelope in
                self.take(envelope.payload, at: envelope.time)
                return nil
            }
            try watch.every(Topics.fill) { envelope in
                self.take(envelope.payload)
                return nil
            }
            try watch.every(Topics.venueEvent) { envelope in
                self.take(envelope.payload, at: envelope.time)
                return nil
            }
        }
    }

    private static func outcomes(_ instruments: Instruments) -> [Outcome] {
        instruments.compactMap { yes in
            let parts = yes.symbol.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2] == "YES",
                let no = try? instruments(yes.symbol.dropLast(3) + "NO")
            else { return nil }
            return Outcome(
                venueID: yes.venue, venue: String(parts[0]), name: String(parts[1]), yes: yes.id,
                no: no.id, lot: (try? yes.lot.scaled(toDecimals: 6)) ?? 0)
        }
    }

    private func take(_ quote: OutcomeQuote, at time: Timestamp) {
        sight.withLock { sight in
            sight.start = sight.start ?? time
            sight.time = time
            guard let place = sight.outcomes.firstIndex(where: { $0.yes == quote.yes }) else {
                return
            }
            sight.outcomes[place].status = quote.status
            let point = Point(
                time: time, yes: Double(quote.yesPrice.trillionths) / 1e12,
                no: Double(quote.noPrice.trillionths) / 1e12)
            if sight.outcomes[place].course.last?.time == time {
                sight.outcomes[place].course.removeLast()
            }
            sight.outcomes[place].course.append(point)
            if sight.outcomes[place].course.count > Self.mostPoints {
                let course = sight.outcomes[place].course
                sight.outcomes[place].course = stride(from: 0, to: course.count, by: 2).map {
                    course[$0]
                }
            }
        }
    }

    private func take(_ fill: Fill) {
        guard fill.point == .cross else { return }
        sight.withLock { sight in
            let token = fill.instrument
            let outcome = sight.outcomes.first { $0.yes == token || $0.no == token }
            guard let outcome else { return }
            let tokens = Money(units: fill.quantity.lots.multipliedClamping(by: outcome.lot))
            switch BookingKind(of: fill.point, fill.side) {
            case .mint: sight.minted = Self.sum(Money(units: sight.minted), tokens).units
            case .merge: sight.merged = Self.sum(Money(units: sight.merged), tokens).units
            default: break
            }
        }
    }

    private func take(_ event: VenueEvent, at time: Timestamp) {
        sight.withLock { sight in
            sight.start = sight.start ?? time
            sight.time = time
            if event.kind == .frozen {
                sight.stop = time
                sight.worths = [:]
            }
            switch event.kind {
            case .valuation where sight.stop == time:
                let holding = Holding(account: event.account, token: event.instrument)
                sight.worths[holding] = Worth(
                    marked: event.amount.units, paid: event.rest.units)
            case .frozen, .resumed, .eliminated, .settled, .payout:
                sight.decisions.append(Decision(time: time, event: event))
            case .batch:
                sight.batches += 1
                sight.accepted += event.count
                sight.refused += event.otherCount
            case .source:
                guard let point = FillPoint(rawValue: UInt8(clamping: event.otherCount)) else {
                    return
                }
                var volume = sight.volumes[point] ?? Volume()
                volume.fills += event.count
                volume.notional = Self.sum(volume.notional, event.amount)
                volume.fees = Self.sum(volume.fees, event.fee)
                sight.volumes[point] = volume
            default: break
            }
        }
    }

    /// A sum that stays at its end where it does not fit: it is shown, and decides nothing.
    private static func sum(_ left: Money, _ right: Money) -> Money {
        (try? left.adding(right)) ?? Money(units: .max)
    }
}

extension Int64 {
    /// A product of numbers from zero that stays at its end where it does not fit.
    fileprivate func multipliedClamping(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
