public import LockstepMarket
public import LockstepModel

/// An outcome market, as it is configured.
///
/// The venue makes its own instruments: for each outcome a YES and a NO, with symbols such as
/// `final/Ann/YES`.
public struct OutcomeMarket: MarketDescription {
    /// How it is set.
    public var settings: OutcomeMarketSettings

    /// Describes the market.
    ///
    /// - Parameter settings: How it is set.
    public init(settings: OutcomeMarketSettings) { self.settings = settings }

    /// `outcome`.
    public var kind: String { "outcome" }

    /// The market takes its fees out of the cash that it holds itself.
    public var largestFee: ProportionalFee { ProportionalFee() }

    /// The market keeps cash and tokens of its accounts.
    public var holdsAccounts: Bool { true }

    /// Whether the guard is on.
    public var guardsRedemption: Bool { settings.guards.redemption }

    /// From the start for as long as its figures move, if it is not settled before; the first step
    /// is that of the first batch.
    public var hours: MarketHours? {
        MarketHours(
            opening: settings.start, firstStep: after(settings.batchInterval),
            closing: after(settings.duration))
    }

    private func after(_ span: Int64) -> Timestamp {
        let (time, isLate) = settings.start.nanoseconds.addingReportingOverflow(span)
        return Timestamp(nanoseconds: isLate ? .max : time)
    }

    /// The instruments of the venue: YES and NO of each outcome in turn.
    ///
    /// - Parameters:
    ///   - venue: The venue.
    ///   - name: Its name, with which the symbols begin.
    ///   - first: The number of the first instrument.
    ///   - currency: The currency, of six decimals.
    /// - Returns: The instruments, numbered one after another.
    /// - Throws: ``ModelError`` for a name that makes no symbol.
    public func instruments(
        venue: VenueID, name: String, from first: InstrumentID, currency: Currency
    ) throws(ModelError) -> [Instrument] {
        var instruments: [Instrument] = []
        let tick = try ExactDecimal(mantissa: settings.tick.trillionths, exponent: -12)
        let lot = try ExactDecimal(mantissa: settings.lotUnits, exponent: -6)
        for outcome in settings.outcomes {
            for token in ["YES", "NO"] {
                instruments.append(
                    try Instrument(
                        id: InstrumentID(first.rawValue + UInt32(instruments.count)),
                        symbol: "\(name)/\(outcome)/\(token)", venue: venue, currency: currency,
                        tickSize: tick, lot: lot))
            }
        }
        return instruments
    }

    public func makeEngine(
        _ venue: VenueID, in setting: MarketSetting
    ) throws(MarketError) -> OutcomeMarketVenue {
        try OutcomeMarketVenue(venue, settings, in: setting)
    }

    public func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }
}
