/// What holding costs beside trading: borrowing what was sold short, and owing cash.
///
/// It accrues once a day, at the end of the session, on what is held then: calendar days without a
/// step count too. What accrues is paid at once.
public struct Financing: Hashable, Sendable {
    /// How an instrument is borrowed.
    public struct Borrow: Hashable, Sendable {
        /// What it costs a year, as a share of the worth of the short position.
        public var rate: Rate
        /// How much of it each account may be short; nil for any quantity.
        public var available: Quantity?

        /// Makes terms.
        ///
        /// - Parameters:
        ///   - rate: What it costs a year.
        ///   - available: How much of it each account may be short; nil for any quantity.
        public init(rate: Rate, available: Quantity? = nil) {
            self.rate = rate
            self.available = available
        }
    }

    /// How many days a year has for rates.
    public enum DayCount: Int64, Hashable, Sendable, Codable, CaseIterable {
        /// 360 days.
        case days360 = 360
        /// 365 days.
        case days365 = 365
    }

    /// How instruments are borrowed; one that is not named costs nothing and is there in any
    /// quantity, until a dated event says otherwise.
    public var borrows: [InstrumentID: Borrow] = [:]
    /// The interest of a year on cash below zero, by account; none for one that is not named.
    public var debitRates: [AccountID: Rate] = [:]
    /// The interest of a year that the worth of short positions earns; none unless told.
    public var shortRebate = Rate.zero
    /// How many days a year has; 365 unless told.
    public var dayCount = DayCount.days365
    /// When a day ends, in seconds after 00:00 UTC, from 1 to 86 400; 24:00 unless told.
    public var sessionEnd: Int64 = 86_400
    /// To what amounts are rounded, half-even; nil for the unit of money.
    public var feeIncrement: Money?

    /// Makes financing that costs nothing.
    public init() {}

    /// Whether something may accrue without a dated event.
    package var accrues: Bool {
        shortRebate != .zero || borrows.values.contains { $0.rate != .zero }
            || debitRates.values.contains { $0 != .zero }
    }

    /// The first end of a day at a time or after it; the distant future beyond all of them.
    ///
    /// - Parameter time: A time.
    /// - Returns: The end of the day.
    package func dayEnd(from time: Timestamp) -> Timestamp {
        let (day, end): (Int64, Int64) = (86_400_000_000_000, sessionEnd * 1_000_000_000)
        let (since, isFar) = time.nanoseconds.subtractingReportingOverflow(end)
        if isFar { return .distantFuture }
        let rest = ((since % day) + day) % day
        if rest == 0 { return time }
        let (next, isFarther) = time.nanoseconds.addingReportingOverflow(day - rest)
        return isFarther ? .distantFuture : Timestamp(nanoseconds: next)
    }
}
