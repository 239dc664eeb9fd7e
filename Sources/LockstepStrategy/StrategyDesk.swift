import LockstepBus
public import LockstepModel

/// What the strategies of a run have in common: the time, the market and the accounts.
@usableFromInline
struct StrategyDesk {
    let instruments: Instruments
    let series: SeriesTable
    let seed: UInt64
    let ratios: ContiguousArray<NotionalRatio>
    /// How the bus announces a text; set when the service is connected.
    var port: BusPort?
    @usableFromInline var now: Timestamp = .epoch
    @usableFromInline var step: StepNumber = .setUp
    /// By instrument.
    @usableFromInline var lastPrices: ContiguousArray<Price?>
    /// By account.
    @usableFromInline var cash: ContiguousArray<Money>
    /// By account, and in it by instrument.
    @usableFromInline var positions: ContiguousArray<SignedQuantity>
    /// The strategies, by identity.
    var seats: ContiguousArray<StateReference<StrategySeat>> = []

    init(_ setup: StrategySetup) {
        instruments = setup.instruments
        series = SeriesTable(setup.series, instruments: setup.instruments)
        seed = setup.seed
        ratios = ContiguousArray(setup.instruments.map(\.ratio))
        lastPrices = ContiguousArray(repeating: nil, count: setup.instruments.count)
        cash = ContiguousArray(setup.cash)
        positions = ContiguousArray(
            repeating: .zero, count: setup.instruments.count * setup.cash.count)
    }

    /// Takes the closes of the primary series that traded.
    @inline(__always)
    mutating func mark(_ frame: borrowing Frame) {
        var instrument = 0
        while instrument < lastPrices.count {
            let place = series.primary[instrument]
            if place >= 0, place < frame.slots.count, frame.slots[place].coverage == .traded {
                lastPrices[instrument] = frame.slots[place].bar.close
            }
            instrument &+= 1
        }
    }

    /// Takes how an account stands after a booking.
    mutating func book(_ booking: Booking) {
        let account = Int(booking.account.rawValue) - 1
        guard cash.indices.contains(account) else { return }
        cash[account] = booking.cashAfter
        let instrument = Int(booking.instrument.rawValue) - 1
        guard lastPrices.indices.contains(instrument) else { return }
        positions[account * lastPrices.count + instrument] = booking.positionAfter
    }

    /// Cash and positions at the last prices.
    func equity(of account: Int) throws(ArithmeticError) -> Money {
        var sum = cash[account]
        let base = account * lastPrices.count
        for instrument in lastPrices.indices {
            let position = positions[base + instrument]
            guard !position.isZero, let price = lastPrices[instrument] else { continue }
            sum = try sum.adding(ratios[instrument].value(price, position))
        }
        return sum
    }

    /// What the open purchases of an account would cost.
    func reserved(of account: Int) throws(ArithmeticError) -> Money {
        var sum = Money.zero
        for seat in seats where Int(seat.value.account.rawValue) - 1 == account {
            for order in seat.value.orders.list where order.terms.side == .buy {
                let instrument = Int(order.terms.instrument.rawValue) - 1
                guard lastPrices.indices.contains(instrument),
                    let price = order.terms.kind.limitPrice ?? order.terms.kind.triggerPrice
                        ?? lastPrices[instrument]
                else { continue }
                sum = try sum.adding(ratios[instrument].notional(price, order.leaves))
            }
        }
        return sum
    }
}

@available(*, unavailable)
extension StrategyDesk: Sendable {}
