import LockstepBacktest
import LockstepModel
import LockstepOutcomeMarket
import LockstepStrategy

/// The orders of a mixed market as a whole run: a thousand participants, each with an account, ask
/// for them in their steps, and bus, risk, market, books and audit do what they do in any run.
struct OutcomeRunWork {
    let configuration: BacktestConfiguration
    /// How many orders and cancels are asked for.
    let orders: Int

    /// Makes a run of drawn batches, one a second.
    init(_ work: OutcomeWork, outcomes: Int, users: Int) throws {
        let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
        var settings = OutcomeMarketSettings(
            outcomes: (1...outcomes).map { "o\($0)" }, start: start)
        settings.subsidy = Money(units: 100_000_000_000 * Int64(outcomes))
        settings.kappa = .init(Rate(trillionths: 1_000_000))
        settings.zeta = .init(
            Rate(trillionths: min(100_000_000_000, 900_000_000_000 / Int64(outcomes))))
        settings.opening = .supplies(yes: nil, no: nil)
        settings.guards = .init(maxSlippage: nil, redemption: false, throughMaker: false)
        settings.duration = Int64(work.batches.count + 1) * 1_000_000_000
        let market = OutcomeMarket(settings: settings)
        let currency = try Currency("USDC")
        let instruments = try Instruments(
            market.instruments(
                venue: VenueID(1), name: "final", from: InstrumentID(1), currency: currency))
        let asked = Self.asked(work, from: start, lot: 100, tick: 10_000, users: users)
        orders = asked.reduce(0) { $0 + $1.count }
        configuration = BacktestConfiguration(
            name: "mixed", venues: [.init("final", market)], instruments: instruments, data: [],
            accounts: (1...users).map { number in
                Account(
                    id: AccountID(UInt32(number)), name: "user-\(number)", currency: currency,
                    startingCash: Money(units: 100_000_000_000))
            },
            strategies: try asked.enumerated().map { user, orders in
                try StrategyPlan(
                    replaying: orders, name: "user-\(user + 1)",
                    account: AccountID(UInt32(user + 1)))
            })
    }

    /// What each user asks for, in order.
    ///
    /// Cancels of orders from before the batches are left out.
    private static func asked(
        _ work: OutcomeWork, from start: Timestamp, lot: Int64, tick: Int64, users: Int
    ) -> [[RecordedOrder]] {
        var asked = [[RecordedOrder]](repeating: [], count: users)
        var numbers: [UInt64: UInt32] = [:]
        for (batch, orders) in work.batches.enumerated() {
            let time = Timestamp(
                nanoseconds: start.nanoseconds + Int64(batch + 1) * 1_000_000_000)
            for order in orders {
                let user = Int(order.user)
                let number = UInt32(asked[user].count + 1)
                let action: OrderAction
                switch order.action {
                case .cancel(let target):
                    guard let known = numbers[target] else { continue }
                    action = .cancel(OrderID(rawValue: UInt64(known)))
                case .limit(let limit):
                    numbers[order.id] = number
                    action = .place(
                        OrderTerms(
                            limit.side, Quantity(lots: limit.size / lot),
                            of: instrument(limit.outcome, limit.token),
                            .limit(Price(ticks: limit.price / tick)), autoFill: limit.autoFill))
                case .market(let market):
                    action = .place(
                        OrderTerms(
                            market.side, Quantity(lots: market.size / lot),
                            of: instrument(market.outcome, market.token),
                            maxSlippage: market.maxSlippage.map { Rate(trillionths: $0) }))
                }
                asked[user].append(RecordedOrder(time: time, number: number, action: action))
            }
        }
        return asked
    }

    private static func instrument(_ outcome: Int, _ token: OutcomeToken) -> InstrumentID {
        InstrumentID(UInt32(outcome * 2 + (token == .yes ? 1 : 2)))
    }
}
