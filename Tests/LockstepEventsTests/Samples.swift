import LockstepBus
import LockstepEvents
import LockstepModel

/// The time and the number of the record in which the samples are written.
enum SampleRecord {
    static let time: Int64 = 1_700_000_000_123_456_789
    static let sequence: UInt64 = 1 << 40
}

/// A payload of which random values can be drawn, the extremes among them.
protocol Sample: EventPayload, Equatable {
    static func sample(_ random: inout RandomStream) -> Self
}

/// Every payload that is read back as it was written.
let sampledPayloads: [any Sample.Type] = [
    Lifecycle.self, Frame.self, Intent.self, OrderRecord.self, OrderUpdate.self, Fill.self,
    Booking.self, LotClosed.self, Snapshot.self, OutcomeQuote.self, VenueEvent.self, Note.self,
    Wake.self, Halt.self,
]

extension RandomStream {
    /// Any 64 bits: one of the extremes, or a number of random length.
    mutating func word() -> Int64 {
        switch next(below: 8) {
        case 0: 0
        case 1: 1
        case 2: -1
        case 3: .min
        case 4: .max
        default: Int64(bitPattern: next()) >> Int64(next(below: 64))
        }
    }

    mutating func identity() -> UInt32 {
        switch next(below: 4) {
        case 0: 0
        case 1: .max
        default: UInt32(truncatingIfNeeded: next() >> (32 + next(below: 32)))
        }
    }

    /// A number that is beneath 2⁵³ in magnitude.
    mutating func bounded() -> Int64 {
        let limit = Int64(1) << 53
        switch next(below: 8) {
        case 0: return 1 - limit
        case 1: return limit - 1
        default: return word() % limit
        }
    }

    mutating func flag() -> Bool { next(below: 2) == 0 }
    mutating func element<Value>(of values: [Value]) -> Value {
        values[Int(next(below: UInt64(values.count)))]
    }
    mutating func money() -> Money { Money(units: word()) }
    mutating func time() -> Timestamp { Timestamp(nanoseconds: word()) }
    mutating func order() -> OrderID { OrderID(rawValue: UInt64(bitPattern: word())) }
    mutating func price() -> Price { Price(ticks: bounded()) }
    mutating func quantity() -> Quantity { Quantity(lots: bounded() & (1 << 53 - 1)) }
    mutating func instrument() -> InstrumentID { InstrumentID(identity()) }
    mutating func account() -> AccountID { AccountID(identity()) }
    mutating func strategy() -> StrategyID { StrategyID(identity()) }
}

extension Lifecycle: Sample {
    static func sample(_ random: inout RandomStream) -> Self { random.element(of: allCases) }
}

extension Frame: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        var slots: ContiguousArray<FrameSlot> = []
        let count = random.next(below: 5)
        for place in 0..<count {
            let series = SeriesID(UInt32(place) + 1)
            // The last slot has traded: slots after it are not in the record.
            if place + 1 < count, random.flag() {
                slots.append(.absent(series, of: InstrumentID(0)))
                continue
            }
            let bar = Bar(
                instrument: random.instrument(), series: series, start: random.time(),
                end: random.time(), label: random.time(), open: random.price(),
                high: random.price(), low: random.price(), close: random.price(),
                volume: random.flag() ? random.quantity() : nil)
            slots.append(FrameSlot(coverage: .traded, bar: bar))
        }
        var data: ContiguousArray<MarketDatum> = []
        for length in 0..<random.next(below: 4) {
            data.append(
                MarketDatum(
                    kind: UInt8(truncatingIfNeeded: random.next()), instrument: random.instrument(),
                    bytes: (0..<length * 100).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            )
        }
        return Self(
            time: Timestamp(nanoseconds: SampleRecord.time), slots: slots, data: data)
    }
}

extension Intent: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        let action: OrderAction =
            switch random.next(below: 8) {
            case 0:
                .amend(
                    random.order(),
                    OrderAmendment(
                        quantity: random.flag() ? Quantity(lots: random.word()) : nil,
                        price: random.flag() ? Price(ticks: random.word()) : nil,
                        stop: random.flag() ? Price(ticks: random.word()) : nil))
            case 1: .cancel(random.order())
            case 2: .cancelAll(random.flag() ? random.instrument() : nil)
            default: .place(terms(&random))
            }
        return Self(
            id: random.order(), strategy: random.strategy(), account: random.account(),
            action: action)
    }

    /// Terms as a strategy may ask for them, with sizes and prices that risk will refuse.
    static func terms(_ random: inout RandomStream) -> OrderTerms {
        OrderTerms(
            random.element(of: Side.allCases),
            size: random.flag()
                ? .quantity(Quantity(lots: random.word()))
                : .fractionOfFreeMargin(Rate(trillionths: random.word())),
            of: random.instrument(), random.element(of: kinds(&random)),
            reduceOnly: random.flag(), autoFill: random.flag(),
            maxSlippage: random.flag() ? Rate(trillionths: random.word()) : nil,
            link: OrderLink(
                parent: random.flag() ? random.order() : nil,
                group: random.flag() ? random.order() : nil),
            tag: random.flag() ? SymbolID(random.identity()) : nil)
    }

    /// Every kind with every time in force.
    static func kinds(_ random: inout RandomStream) -> [OrderKind] {
        let (price, stop) = (Price(ticks: random.word()), Price(ticks: random.word()))
        var kinds: [OrderKind] = [
            .market(nil), .marketOnOpen, .marketOnClose, .limitOnOpen(price), .limitOnClose(price),
        ]
        for taking in TakingTimeInForce.allCases {
            kinds += [.market(taking), .limitTaking(price, taking)]
        }
        for resting in [.goodTilCancelled, .day, RestingTimeInForce.goodTilDate(random.time())] {
            kinds += [
                .limit(price, resting, postOnly: true), .limit(price, resting, postOnly: false),
                .stop(stop, resting),
                .trailingStop(.distance(ticks: random.word()), resting),
                .trailingStop(.share(Rate(trillionths: random.word())), resting),
            ]
            for then in [nil, TakingTimeInForce.immediateOrCancel, .fillOrKill] {
                kinds += [
                    .stopLimit(stop: stop, limit: price, resting, then: then),
                    .ifTouched(stop, limit: price, resting, then: then),
                    .ifTouched(stop, limit: nil, resting, then: then),
                ]
            }
        }
        return kinds
    }
}

extension OrderRecord: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        let intent = 1 + random.next(below: SampleRecord.sequence - 1)
        return Self(id: random.order(), intent: SequenceNumber(intent))
    }
}

extension OrderUpdate: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        Self(
            order: random.order(), strategy: random.strategy(), account: random.account(),
            instrument: random.instrument(), change: random.element(of: OrderChange.allCases),
            reason: random.element(of: OrderReason.allCases), limit: random.word(),
            leaves: Quantity(lots: random.word()), reportAt: random.time())
    }
}

extension Fill: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        Self(
            order: random.order(), strategy: random.strategy(), account: random.account(),
            instrument: random.instrument(), side: random.element(of: Side.allCases),
            liquidity: random.element(of: Liquidity.allCases),
            point: random.element(of: FillPoint.allCases),
            rule: random.element(of: FillRule.allCases), price: random.price(),
            reference: random.price(), quantity: random.quantity(), leaves: random.quantity(),
            notional: random.money(), fee: random.money(), slippage: random.money(),
            rebate: random.money(), executedAt: random.time(), label: random.time(),
            reportAt: random.time())
    }
}

extension Booking: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        Self(
            fill: SequenceNumber(random.next(below: SampleRecord.sequence)),
            account: random.account(),
            strategy: random.strategy(), instrument: random.instrument(),
            kind: random.element(of: BookingKind.allCases), cashChange: random.money(),
            fee: random.money(), cashAfter: random.money(),
            positionAfter: SignedQuantity(lots: random.bounded()), realised: random.money())
    }
}

extension LotClosed: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        Self(
            account: random.account(), strategy: random.strategy(),
            instrument: random.instrument(), side: random.element(of: Side.allCases),
            quantity: random.quantity(), openedAt: random.time(), closedAt: random.time(),
            openNotional: random.money(), closeNotional: random.money(), openFee: random.money(),
            closeFee: random.money(), grossProfit: random.money())
    }
}

extension Snapshot: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        Self(
            account: random.account(), cash: random.money(), equity: random.money(),
            realised: random.money(), unrealised: random.money(), fees: random.money(),
            grossExposure: random.money(), netExposure: random.money())
    }
}

extension OutcomeQuote: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        func level(_ random: inout RandomStream) -> QuoteLevel {
            QuoteLevel(price: random.price(), quantity: random.quantity())
        }
        return Self(
            venue: VenueID(UInt16(truncatingIfNeeded: random.word())),
            status: random.element(of: OutcomeStatus.allCases), outcome: random.identity(),
            yes: random.instrument(), no: random.instrument(),
            yesPrice: Rate(trillionths: random.word()),
            noPrice: Rate(trillionths: random.word()), yesBid: level(&random),
            yesAsk: level(&random), noBid: level(&random), noAsk: level(&random),
            liquidity: random.money())
    }
}

extension VenueEvent: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        var event = Self(
            random.element(of: VenueEventKind.allCases),
            at: VenueID(UInt16(truncatingIfNeeded: random.word())), outcome: random.identity(),
            instrument: random.instrument(), account: random.account())
        event.order = random.order()
        event.price = random.price()
        event.otherPrice = random.price()
        event.quantity = random.quantity()
        event.amount = random.money()
        event.fee = random.money()
        event.rest = random.money()
        event.count = random.word()
        event.otherCount = random.word()
        return event
    }
}

extension Note: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        let values = [0.1, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, random.unit()]
        return Self(
            strategy: random.strategy(), name: SymbolID(random.identity()),
            value: random.element(of: values))
    }
}

extension Wake: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        Self(time: random.time(), requester: UInt64(bitPattern: random.word()))
    }
}

extension Halt: Sample {
    static func sample(_ random: inout RandomStream) -> Self {
        // Instruments count from 1.
        let scope = InstrumentID(max(1, random.identity()))
        return Self(
            reason: random.element(of: OrderReason.allCases), scope: random.flag() ? scope : nil,
            flatten: random.flag())
    }
}
