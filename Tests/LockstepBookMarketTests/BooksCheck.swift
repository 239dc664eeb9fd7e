import LockstepModel
import LockstepPortfolio
import Testing

/// The books of some margin accounts, which are checked with every fill: prices are ticks, and one
/// tick of one lot is one unit of money.
struct BooksCheck: ~Copyable {
    private var portfolio: Portfolio
    private let cash: Int64
    private var step: UInt64 = 0

    init(accounts count: UInt32, cash: Int64, matching: LotMatching) throws {
        let currency = try Currency("USD", decimals: 2)
        let instruments = try (1...2 as ClosedRange<UInt32>).map { number in
            try Instrument(
                id: InstrumentID(number), symbol: "I\(number)", venue: VenueID(1),
                currency: currency, tickSize: ExactDecimal("0.01"), lot: .one)
        }
        let declared = (1...count).map {
            Account(
                id: AccountID($0), name: "A\($0)", currency: currency,
                startingCash: Money(units: cash), kind: .margin, lots: matching)
        }
        var books = try Portfolio(
            accounts: declared, instruments: Instruments(instruments),
            primarySeries: [SeriesID(1), SeriesID(2)])
        for account in declared {
            _ = try books.deposit(account.startingCash, to: account.id)
        }
        portfolio = books
        self.cash = cash
    }

    /// Books a fill: the ledger sums to zero, and the lots to position and cost.
    mutating func book(_ fill: Fill) throws {
        let booking = try portfolio.book(fill, SequenceNumber(1))
        let ledger = portfolio.ledger(of: fill.account)
        let sum = Ledger.Column.allCases.reduce(Int64(0)) { $0 &+ (ledger?[$1] ?? 0) }
        let lots = portfolio.lots(of: fill.instrument, in: fill.account)
        let isSound = lots?.isSound == true && lots?.lotsSum == true
        #expect(ledger != nil && sum == 0)
        #expect(isSound && lots?.position == booking.positionAfter)
    }

    /// Values what is held at some closes; the equity has changed by the sum of its columns.
    mutating func settle(_ bars: [Bar]) throws {
        step += 1
        var slots = ContiguousArray<FrameSlot>()
        for number in 1...2 as ClosedRange<UInt32> {
            let bar = bars.first { $0.instrument == InstrumentID(number) }
            slots.append(
                bar.map { FrameSlot(coverage: .traded, bar: $0) }
                    ?? .absent(SeriesID(number), of: InstrumentID(number)))
        }
        try portfolio.settle(
            Frame(time: bars.first?.end ?? .epoch, slots: slots), in: StepNumber(step))
        for summary in portfolio.summaries {
            let last = summary.last
            #expect(
                last.equity.units - cash == last.realised.units + last.unrealised.units
                    - last.fees.units + summary.rebates.units)
        }
    }

    func cash(_ account: UInt32) -> Int64? { portfolio.ledger(of: AccountID(account))?[.cash] }

    func position(_ account: UInt32, _ instrument: UInt32) -> Int64 {
        portfolio.position(of: InstrumentID(instrument), in: AccountID(account)).quantity.lots
    }
}
