import LockstepModel
import LockstepRisk
import Testing

/// A slow book of the same orders, which adds everything up anew each time.
private struct SlowBook {
    struct Order {
        var id: OrderID
        var account: AccountID
        var side: Side
        var lots: Int64
        var price: Int64
        var filled: Int64 = 0
        var isReduceOnly: Bool
        var amendments: [OrderAmendment] = []

        /// The terms as they are, and after each amendment under way.
        var allTerms: [(lots: Int64, price: Int64)] {
            amendments.reduce(into: [(lots: lots, price: price)]) { terms, amendment in
                let (lots, price) = terms[terms.count - 1]
                terms.append(
                    (
                        lots: amendment.quantity?.lots ?? lots,
                        price: amendment.price?.ticks ?? price
                    ))
            }
        }

        var leaves: Int64 { allTerms.map { max(0, $0.lots - filled) }.max() ?? 0 }

        /// A tick of a lot is 100 units; the fee is 0.3 % rounded up, and 7.
        var cost: Int64 {
            allTerms.map { terms in
                let lots = max(0, terms.lots - filled)
                let notional = lots * terms.price * 100
                return lots == 0 ? 0 : notional + (notional * 3 + 999) / 1000 + 7
            }.max() ?? 0
        }
    }

    var orders: [Order] = []

    func reserved(_ account: AccountID) -> Int64 {
        orders.filter { $0.account == account && $0.side == .buy && !$0.isReduceOnly }
            .reduce(0) { $0 + $1.cost }
    }

    func working(_ account: AccountID, _ side: Side) -> Int64 {
        orders.filter { $0.account == account && $0.side == side && !$0.isReduceOnly }
            .reduce(0) { $0 + $1.leaves }
    }
}

@Suite struct RandomFlowTests {
    @Test(arguments: UInt64(0)..<24)
    func `what is reserved is what a slow book adds up, and nothing when nothing works`(
        seed: UInt64
    ) throws {
        var random = RandomStream(seed: seed, component: "risk")
        let fee = LargestFee(rate: try Rate("0.003"), fixed: Money(units: 7))
        var bench = try Bench(fee: fee, cash: 3_000_000)
        var book = SlowBook()
        for _ in 0..<600 {
            bench.mark(90 + Int64(random.next(below: 20)))
            switch random.next(below: 6) {
            case 0, 1: try place(&bench, &book, &random)
            case 2: try fill(&bench, &book, &random)
            case 3: try amend(&bench, &book, &random)
            case 4: try answer(&bench, &book, &random)
            default: try end(&bench, &book, &random)
            }
            compare(bench, book)
        }
        while !book.orders.isEmpty {
            try end(&bench, &book, &random)
            compare(bench, book)
        }
        #expect(bench.reserved(Bench.cash) == 0)
        #expect(bench.reserved(Bench.margin) == 0)
    }

    private func compare(_ bench: borrowing Bench, _ book: SlowBook) {
        #expect(bench.gate.view.openOrders == book.orders.count)
        for account in [Bench.cash, Bench.margin] {
            #expect(bench.reserved(account) == book.reserved(account))
            #expect(bench.reserved(account) >= 0)
            for side in Side.allCases {
                #expect(
                    bench.gate.view.working(account, Bench.first, side).lots
                        == book.working(account, side))
            }
        }
        #expect(bench.gate.view.position(Bench.cash, Bench.first) >= .zero)
        #expect(bench.gate.view.cash(of: Bench.cash) >= .zero)
    }

    private func place(
        _ bench: inout Bench, _ book: inout SlowBook, _ random: inout RandomStream
    ) throws {
        let price = 80 + Int64(random.next(below: 40))
        let lots = 1 + Int64(random.next(below: 60))
        let side: Side = random.next(below: 2) == 0 ? .buy : .sell
        let account = random.next(below: 2) == 0 ? Bench.cash : Bench.margin
        let isReduceOnly = random.next(below: 5) == 0
        let terms = OrderTerms(
            side, Quantity(lots: lots), of: Bench.first, .limit(Price(ticks: price)),
            reduceOnly: isReduceOnly)
        let asked = bench.ask(.place(terms), for: account)
        if Refusal(asked.verdict) != nil { return }
        book.orders.append(
            SlowBook.Order(
                id: asked.id, account: account, side: side, lots: lots, price: price,
                isReduceOnly: isReduceOnly))
    }

    /// Fills at the limit; what only reduces is not filled, since the venue would cut it.
    private func fill(
        _ bench: inout Bench, _ book: inout SlowBook, _ random: inout RandomStream
    ) throws {
        guard let at = pick(book, &random), !book.orders[at].isReduceOnly else { return }
        let order = book.orders[at]
        let rest = order.lots - order.filled
        let lots = 1 + Int64(random.next(below: UInt64(rest)))
        try bench.fill(
            order.id, order.side, lots, at: order.price, leaves: rest - lots, for: order.account,
            fee: (lots * order.price * 100 * 3 + 999) / 1000)
        book.orders[at].filled += lots
        if lots == rest { book.orders.remove(at: at) }
    }

    private func amend(
        _ bench: inout Bench, _ book: inout SlowBook, _ random: inout RandomStream
    ) throws {
        guard let at = pick(book, &random) else { return }
        let lots = book.orders[at].filled + 1 + Int64(random.next(below: 60))
        let price = Price(ticks: 80 + Int64(random.next(below: 40)))
        let amendment = OrderAmendment(
            quantity: random.next(below: 2) == 0 ? Quantity(lots: lots) : nil, price: price)
        let asked = bench.ask(.amend(book.orders[at].id, amendment))
        if Refusal(asked.verdict) == nil { book.orders[at].amendments.append(amendment) }
    }

    /// The venue answers the oldest amendment of an order, one way or the other.
    private func answer(
        _ bench: inout Bench, _ book: inout SlowBook, _ random: inout RandomStream
    ) throws {
        guard let at = pick(book, &random), !book.orders[at].amendments.isEmpty else { return }
        let accepted = book.orders[at].allTerms[1]
        let rest = accepted.lots - book.orders[at].filled
        book.orders[at].amendments.removeFirst()
        if random.next(below: 3) == 0 || rest <= 0 {
            try bench.update(book.orders[at].id, .amendRejected, reason: .wouldTake)
        } else {
            (book.orders[at].lots, book.orders[at].price) = accepted
            try bench.update(book.orders[at].id, .amended, leaves: rest)
        }
    }

    private func end(
        _ bench: inout Bench, _ book: inout SlowBook, _ random: inout RandomStream
    ) throws {
        guard let at = pick(book, &random) else { return }
        try bench.update(book.orders[at].id, random.next(below: 2) == 0 ? .cancelled : .expired)
        book.orders.remove(at: at)
    }

    private func pick(_ book: SlowBook, _ random: inout RandomStream) -> Int? {
        book.orders.isEmpty ? nil : Int(random.next(below: UInt64(book.orders.count)))
    }
}
