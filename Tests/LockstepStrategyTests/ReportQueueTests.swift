import LockstepModel
import Testing

@testable import LockstepStrategy

@Suite("The queue of reports")
struct ReportQueueTests {
    private static func fill(_ number: UInt64) -> Fill {
        Fill(
            order: OrderID(rawValue: number), strategy: StrategyID(1), account: AccountID(1),
            instrument: InstrumentID(1), side: .buy, liquidity: .taker, point: .open,
            rule: .market, price: Price(ticks: 1), reference: Price(ticks: 1),
            quantity: Quantity(lots: 1), leaves: .zero, notional: .zero, executedAt: .epoch,
            label: .epoch, reportAt: .epoch)
    }

    private static func update(_ number: UInt64) -> OrderUpdate {
        OrderUpdate(
            order: OrderID(rawValue: number), strategy: StrategyID(1), account: AccountID(1),
            instrument: InstrumentID(1), change: .accepted, leaves: .zero, reportAt: .epoch)
    }

    private static func number(_ report: StateReference<Report>) -> UInt64 {
        (report.value.isFill ? report.value.fill.order : report.value.update.order).rawValue
    }

    @Test("Reports are released and told in the order in which they came, however many there are")
    func order() {
        var queue = ReportQueue()
        var (kept, released, told) = (UInt64(0), UInt64(0), UInt64(0))
        // Six come, five are released and four told in each round, so that the rest grows beyond
        // what is kept before the ranks are closed.
        for _ in 0..<2000 {
            for _ in 0..<6 {
                if kept % 3 == 0 {
                    queue.append(Self.fill(kept))
                } else {
                    queue.append(Self.update(kept))
                }
                kept += 1
            }
            for _ in 0..<5 {
                let number = Self.number(queue.release())
                #expect(number == released)
                released += 1
            }
            for _ in 0..<4 {
                let number = queue.next().map(Self.number)
                #expect(number == told)
                told += 1
            }
            queue.forgetTold()
        }
        while let report = queue.next() {
            #expect(Self.number(report) == told)
            told += 1
        }
        let (isReleased, isEmpty) = (queue.isReleased, queue.isEmpty)
        #expect(told == released && !isReleased && !isEmpty)
        while released < kept {
            _ = queue.release()
            released += 1
        }
        while queue.next() != nil {}
        queue.forgetTold()
        let isForgotten = queue.isEmpty
        #expect(isForgotten)
    }

    @Test("A list keeps its order when values leave it anywhere")
    func list() {
        var list = FlatList<Int>(capacity: 1)
        var model: [Int] = []
        for value in 0..<500 {
            list.append(value)
            model.append(value)
            if value % 3 == 2 {
                let place = value * 7 % model.count
                list.remove(at: place)
                model.remove(at: place)
            }
            if value % 50 == 49 {
                list.removeFirst(10)
                model.removeFirst(10)
            }
            list[0] += 1
            model[0] += 1
        }
        var found: [Int] = []
        for place in 0..<list.count { found.append(list[place]) }
        #expect(found == model)
    }
}
