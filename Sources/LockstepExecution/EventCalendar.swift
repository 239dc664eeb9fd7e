import LockstepModel

/// When what is dated happens that no feed tells: the ends of days, and payments of dividends.
struct EventCalendar: Sendable {
    let instruments: Instruments
    private let financing: Financing
    /// Whether anything may accrue.
    private var accrues: Bool
    /// The next end of a day; nil before the first step.
    private var dayEnd: Timestamp?
    /// When dividends are paid, ascending, each time once.
    private var payments: [Timestamp] = []

    init(_ instruments: Instruments, _ financing: Financing) {
        self.instruments = instruments
        self.financing = financing
        accrues = financing.accrues
    }

    /// The next event that is due by a time, or before it, earliest first; a payment before the
    /// end of a day at the same time.
    ///
    /// - Parameters:
    ///   - time: The time of the step.
    ///   - isInclusive: Whether what is due at that time itself counts.
    /// - Returns: The event; nil when there is none.
    mutating func next(by time: Timestamp, isInclusive: Bool) -> MarketEvent? {
        if dayEnd == nil { dayEnd = financing.dayEnd(from: time) }
        func isDue(_ due: Timestamp) -> Bool { isInclusive ? due <= time : due < time }
        let end = dayEnd ?? .distantFuture
        if let first = payments.first, first <= end || !accrues, isDue(first) {
            payments.removeFirst()
            return MarketEvent(.payment, of: InstrumentID(0), at: first)
        }
        guard end != .distantFuture, isDue(end) else { return nil }
        if !accrues {
            // Days on which nothing accrues need not be told one by one.
            dayEnd = financing.dayEnd(from: after(time))
            return nil
        }
        dayEnd = financing.dayEnd(from: after(end))
        return MarketEvent(.accrual, of: InstrumentID(0), at: end)
    }

    /// Takes what an event means for later ones.
    mutating func note(_ event: MarketEvent) {
        if event.kind == .borrow, event.rate != .zero { accrues = true }
        guard event.kind == .dividend, let due = event.payment, due > event.time else { return }
        let place = payments.firstIndex { $0 >= due } ?? payments.count
        if place == payments.count || payments[place] != due { payments.insert(due, at: place) }
    }

    private func after(_ time: Timestamp) -> Timestamp {
        (try? time.advanced(byNanoseconds: 1)) ?? .distantFuture
    }
}
