import LockstepEvents
import LockstepModel

// Every form of a request, and every case of every enumeration.
extension ReleasedLog {
    static func requests(_ log: SpecimenLog) throws {
        let (limit, stop) = (Price(ticks: 18_000), Price(ticks: 17_900))
        let until = RestingTimeInForce.goodTilDate(time)
        let kinds: [OrderKind] = [
            .market(nil), .market(.fillOrKill), .marketOnOpen, .marketOnClose,
            .limitOnOpen(limit), .limitOnClose(limit), .limitTaking(limit, .immediateOrCancel),
            .limit(limit, .goodTilCancelled, postOnly: false), .limit(limit, .day, postOnly: true),
            .stop(stop, until), .trailingStop(.distance(ticks: 25), .day),
            .trailingStop(.share(Rate(trillionths: 10_000_000_000)), .goodTilCancelled),
            .stopLimit(stop: stop, limit: limit, .day, then: .immediateOrCancel),
            .stopLimit(stop: stop, limit: limit, until, then: nil),
            .ifTouched(stop, limit: limit, .day, then: .fillOrKill),
            .ifTouched(stop, limit: nil, .goodTilCancelled, then: nil),
        ]
        for (place, kind) in kinds.enumerated() {
            try request(
                log,
                .place(
                    OrderTerms(
                        place % 2 == 0 ? .buy : .sell,
                        size: place % 3 == 0
                            ? .fractionOfFreeMargin(Rate(trillionths: 500_000_000_000))
                            : .quantity(Quantity(lots: 3)),
                        of: apple, kind)))
        }
        try request(
            log,
            .amend(
                order, OrderAmendment(quantity: Quantity(lots: 4), price: limit, stop: stop)))
        try request(log, .amend(order, OrderAmendment(quantity: nil, price: nil, stop: nil)))
        try request(log, .cancel(order))
        try request(log, .cancelAll(apple))
        try request(log, .cancelAll(nil))
        try log.step()
    }

    private static func request(_ log: SpecimenLog, _ action: OrderAction) throws {
        try log.payload(
            6, cause: 20, producer: 16,
            Intent(id: order, strategy: strategy, account: account, action: action))
    }

    static func cases(_ log: SpecimenLog) throws {
        for change in OrderChange.allCases { try log.payload(8, update(change, .none)) }
        for reason in OrderReason.allCases {
            try log.payload(8, producer: 3, update(.rejected, reason))
            try log.payload(
                18, producer: 3, Halt(reason: reason, scope: apple, flatten: reason == .none))
        }
        try log.payload(18, Halt(reason: .none, scope: nil, flatten: false))
        try log.step()
        for side in Side.allCases { try log.payload(11, lot(side)) }
        for liquidity in Liquidity.allCases {
            for point in FillPoint.allCases {
                try log.payload(9, fill(.sell, liquidity, point, .limit))
            }
        }
        for rule in FillRule.allCases { try log.payload(9, fill(.buy, .taker, .open, rule)) }
        for kind in BookingKind.allCases where kind.rawValue <= BookingKind.transfer.rawValue {
            try log.payload(10, booking(kind, fill: 0))
        }
        try log.step()
    }
}
