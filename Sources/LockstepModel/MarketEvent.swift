/// What happens to an instrument, or to what accounts hold and owe, at a date.
@frozen
public enum MarketEventKind: UInt8, Hashable, Sendable, Codable, CaseIterable {
    /// `new` lots stand for `old` ones.
    case split = 1
    /// Each unit pays `rate` in money, at `payment` where that is said, else at once.
    case dividend = 2
    /// Dividends that fell due by now are paid.
    case payment = 3
    /// Each unit's worth at `price`, or at its last price, pays `rate` of it.
    case funding = 4
    /// A day ends: what is borrowed costs its rate.
    case accrual = 5
    /// The instrument ends; what is held is settled at `price`.
    case settlement = 6
    /// From now on borrowing costs `rate` a year, of `quantity` where that is said.
    case borrow = 7
    /// The data of the instrument have ended.
    case endOfData = 8
}

/// A dated event of an instrument: it comes after all bars that end at its time, and before those
/// that begin then.
///
/// Events of one time happen by kind: splits, dividends, payments, funding, accrual, settlements,
/// rates; those of one kind in the order of the feed.
@frozen
public struct MarketEvent: Hashable, Sendable, Codable {
    /// What happens.
    public let kind: MarketEventKind
    /// The instrument; 0 where it is about accounts.
    public let instrument: InstrumentID
    /// When it happens.
    public let time: Timestamp
    /// A price; nil where the last one counts.
    public let price: Price?
    /// A rate, or money for each unit.
    public let rate: Rate
    /// How many lots there are after a split, for each ``old``.
    public let new: Int64
    /// How many lots there were before a split, for each ``new``.
    public let old: Int64
    /// How much may be borrowed; nil for any quantity.
    public let quantity: Quantity?
    /// When a dividend is paid; nil for at once.
    public let payment: Timestamp?

    /// Makes an event; the figures that a kind does not have stay away.
    ///
    /// - Parameters:
    ///   - kind: What happens.
    ///   - instrument: The instrument.
    ///   - time: When it happens.
    ///   - price: A price; nil where the last one counts.
    ///   - rate: A rate, or money for each unit.
    ///   - new: How many lots there are after a split.
    ///   - old: How many lots there were before it.
    ///   - quantity: How much may be borrowed; nil for any quantity.
    ///   - payment: When a dividend is paid; nil for at once.
    package init(
        _ kind: MarketEventKind, of instrument: InstrumentID, at time: Timestamp,
        price: Price? = nil, rate: Rate = .zero, new: Int64 = 0, old: Int64 = 0,
        quantity: Quantity? = nil, payment: Timestamp? = nil
    ) {
        self.kind = kind
        self.instrument = instrument
        self.time = time
        self.price = price
        self.rate = rate
        self.new = new
        self.old = old
        self.quantity = quantity
        self.payment = payment
    }

    /// A split: so many new units for so many old ones.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - new: How many units there are after it, for each `old`: 3 of a split 3:2.
    ///   - old: How many there were before it: 2 of a split 3:2.
    ///   - time: When it happens.
    /// - Returns: The event.
    public static func split(
        of instrument: InstrumentID, new: Int64, old: Int64, at time: Timestamp
    ) -> Self {
        Self(.split, of: instrument, at: time, new: new, old: old)
    }

    /// A dividend: holders of the ex-date get it, and shorts owe it.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - amount: How much money each unit pays.
    ///   - time: The ex-date: who holds the instrument after it does not get it.
    ///   - payment: When it is paid; nil for at once.
    /// - Returns: The event.
    public static func dividend(
        of instrument: InstrumentID, amount: Rate, at time: Timestamp,
        paid payment: Timestamp? = nil
    ) -> Self {
        Self(.dividend, of: instrument, at: time, rate: amount, payment: payment)
    }

    /// Funding of a perpetual: above zero longs pay, below zero shorts.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - rate: The share of the position's worth.
    ///   - mark: The price it is valued at; nil for the last one.
    ///   - time: When it is paid.
    /// - Returns: The event.
    public static func funding(
        of instrument: InstrumentID, rate: Rate, mark: Price? = nil, at time: Timestamp
    ) -> Self {
        Self(.funding, of: instrument, at: time, price: mark, rate: rate)
    }

    /// The end of an instrument: all that is held is settled in cash.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - price: What a unit is settled at; zero where nothing is left.
    ///   - time: When.
    /// - Returns: The event.
    public static func settlement(
        of instrument: InstrumentID, at price: Price, time: Timestamp
    ) -> Self {
        Self(.settlement, of: instrument, at: time, price: price)
    }

    /// The end of an instrument's data: working orders end, what is held stays at its last price.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - time: When.
    /// - Returns: The event.
    public static func endOfData(of instrument: InstrumentID, at time: Timestamp) -> Self {
        Self(.endOfData, of: instrument, at: time)
    }

    /// What borrowing an instrument costs from a time on.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - rate: The rate of a year.
    ///   - available: How much may be borrowed; nil for any quantity.
    ///   - time: From when on.
    /// - Returns: The event.
    public static func borrow(
        of instrument: InstrumentID, rate: Rate, available: Quantity? = nil, from time: Timestamp
    ) -> Self {
        Self(.borrow, of: instrument, at: time, rate: rate, quantity: available)
    }

    /// What is wrong with it; nil when nothing is.
    package var fault: String? {
        switch kind {
        case .split:
            let parts = 1...Self.greatestSplit
            if !parts.contains(new) || !parts.contains(old) {
                return "both parts of a split must be from 1 to \(Self.greatestSplit)"
            }
            return new == old ? "a split must change something" : nil
        case .dividend:
            if rate <= .zero { return "a dividend must be above zero" }
            if let payment, payment < time { return "a dividend is not paid before its ex-date" }
            return nil
        case .funding:
            if rate.trillionths.magnitude > Rate.one.trillionths.magnitude {
                return "a funding rate must be from -1 to 1"
            }
            return price.map { $0.isInRange && $0 > .zero } ?? true
                ? nil : "the price of a funding must be above zero"
        case .settlement:
            guard let price, price.isInRange, price >= .zero else {
                return "a settlement needs a price from zero"
            }
            return nil
        case .borrow:
            if rate < .zero { return "a borrow rate must be zero or more" }
            return quantity.map { $0.isInRange && $0.lots >= 0 } ?? true
                ? nil : "what may be borrowed must be zero or more"
        case .payment, .accrual, .endOfData: return nil
        }
    }

    /// The greatest part of a split.
    package static var greatestSplit: Int64 { 1_000_000 }
}

extension MarketEventKind {
    /// The place among the events of one time.
    package var order: UInt8 { rawValue }
}
