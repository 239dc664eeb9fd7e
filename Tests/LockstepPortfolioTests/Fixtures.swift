import LockstepModel
import LockstepPortfolio

/// What the tests of the portfolio trade: money of two decimals, a tick of a cent, lots of one.
enum Market {
    static let first = InstrumentID(1)
    static let second = InstrumentID(2)
    static let account = AccountID(1)

    static let place = PortfolioPlace(.deposit, account)
    static let valuation = PortfolioPlace(.valuation, account, first)

    static func currency(_ decimals: Int = 2) throws -> Currency {
        try Currency("USD", decimals: decimals)
    }

    static func instruments(decimals: Int = 2, tick: String = "0.01") throws -> Instruments {
        try Instruments(
            ["AAA", "BBB"].enumerated().map { place, symbol in
                try Instrument(
                    id: InstrumentID(UInt32(place) + 1), symbol: symbol, venue: VenueID(1),
                    currency: currency(decimals), tickSize: ExactDecimal(tick), lot: .one)
            })
    }

    /// A portfolio of some margin accounts, each with its cash deposited.
    static func portfolio(
        accounts: Int = 1, cash: Int64 = 1_000_000, decimals: Int = 2, tick: String = "0.01"
    ) throws -> Portfolio {
        let declared = try (1...accounts).map { number in
            Account(
                id: AccountID(UInt32(number)), name: "account \(number)",
                currency: try currency(decimals), startingCash: Money(units: cash), kind: .margin)
        }
        var portfolio = try Portfolio(
            accounts: declared, instruments: instruments(decimals: decimals, tick: tick),
            primarySeries: [SeriesID(1), SeriesID(2)])
        for account in declared {
            _ = try portfolio.deposit(account.startingCash, to: account.id)
        }
        return portfolio
    }

    /// A fill; amounts in cents, so the notional is quantity times price.
    static func fill(
        _ side: Side, _ quantity: Int64, at price: Int64, fee: Int64 = 0, rebate: Int64 = 0,
        slippage: Int64 = 0, of instrument: InstrumentID = first,
        for account: AccountID = account, by strategy: StrategyID = StrategyID(1),
        time: Int64 = 0, notional: Int64? = nil
    ) -> Fill {
        let time = Timestamp(nanoseconds: time)
        return Fill(
            order: OrderID(strategy: strategy, ordinal: 1), strategy: strategy, account: account,
            instrument: instrument, side: side, liquidity: .taker, point: .open, rule: .market,
            price: Price(ticks: price), reference: Price(ticks: price),
            quantity: Quantity(lots: quantity), leaves: .zero,
            notional: Money(units: notional ?? price * quantity), fee: Money(units: fee),
            slippage: Money(units: slippage), rebate: Money(units: rebate), executedAt: time,
            label: time, reportAt: time)
    }

    /// A frame with one slot for each instrument; nil is a slot without a bar.
    static func frame(
        _ closes: [Int64?], coverage: Coverage = .traded, time: Int64 = 0
    ) -> Frame {
        let time = Timestamp(nanoseconds: time)
        let slots = closes.enumerated().map { place, close in
            let series = SeriesID(UInt32(place) + 1)
            let instrument = InstrumentID(UInt32(place) + 1)
            guard let close else { return FrameSlot.absent(series, of: instrument) }
            let price = Price(ticks: close)
            return FrameSlot(
                coverage: coverage,
                bar: Bar(
                    instrument: instrument, series: series, start: time, end: time, label: time,
                    open: price, high: price, low: price, close: price, volume: nil))
        }
        return Frame(time: time, slots: ContiguousArray(slots))
    }
}

extension Portfolio {
    /// Books a fill whose number does not matter.
    mutating func book(_ fill: Fill) throws -> Booking {
        try book(fill, SequenceNumber(1))
    }
}
