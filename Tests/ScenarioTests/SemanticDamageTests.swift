import Foundation
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepEvents
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct SemanticDamageTests {
    /// A way to make a log wrong, and the rule that must tell.
    struct Damage: Sendable, CustomTestStringConvertible {
        let rule: SemanticRule
        let name: String
        let edit: @Sendable (inout EditedLog) throws -> Void

        init(
            _ rule: SemanticRule, _ name: String,
            _ edit: @escaping @Sendable (inout EditedLog) throws -> Void
        ) {
            self.rule = rule
            self.name = name
            self.edit = edit
        }

        var testDescription: String { "\(rule.name): \(name)" }
    }

    /// Two openings, a sale that closes the first and a part of the second, an amended order, a
    /// refusal by risk, a late cancel, and a user's service with a topic of its own.
    static func configuration() throws -> BacktestConfiguration {
        let rows: [Row] = (0..<8).map { place in
            let open = 10_000 + Int64(place) * 40
            return (open, open + 100, open - 100, open + 20)
        }
        var configuration = try Stage.configuration(
            [Stage.bars(rows)], accounts: [Stage.account(1)],
            [
                Stage.script([
                    "frame@1 buy 1 3", "frame@2 buy 1 4", "frame@3 sell 1 5", "frame@3 buy 1 0",
                    "frame@4 cancel 1", "frame@4 note seen 1",
                ])
            ])
        let id = StrategyID(2)
        func intent(_ ordinal: UInt32, _ action: OrderAction) -> Intent {
            Intent(
                id: OrderID(strategy: id, ordinal: ordinal), strategy: id, account: AccountID(1),
                action: action)
        }
        configuration.services = [
            Sender.plan([
                intent(
                    1,
                    .place(
                        OrderTerms(
                            .buy, Quantity(lots: 5), of: InstrumentID(1),
                            .limit(Price(ticks: 5_000))))),
                intent(
                    2,
                    .amend(
                        OrderID(strategy: id, ordinal: 1),
                        OrderAmendment(quantity: Quantity(lots: 9)))),
            ])
        ]
        return configuration
    }

    @Test func `the log that is made wrong below is right as it is`() throws {
        let log = try EditedLog(running: Self.configuration())
        #expect(try log.findings() == [])
        // Everything that the damages need is there.
        #expect(log.places(Topics.lotClosed.id).count == 2)
        #expect(log.places(Topics.fill.id).count == 3)
    }

    private static let amended: @Sendable (OrderUpdate) -> Bool = { $0.change == .amended }
    private static let accepted: @Sendable (OrderUpdate) -> Bool = { $0.change == .accepted }

    static let damages: [Damage] = [
        Damage(.records, "a note with a byte too many") { log in
            let place = try log.place(Topics.note)
            log.entries[place].payload.append(0)
        },
        Damage(.records, "a snapshot cut short") { log in
            // The second one: the account was told of before, and will be again.
            let place = log.places(Topics.snapshot.id)[1]
            log.entries[place].payload.removeLast()
        },
        Damage(.steps, "the mark of a step without a record") { log in
            let place = try log.mark(ofStep: 7)
            log.repeat(place)
            log.entries[place + 1].time = Timestamp(
                nanoseconds: log.entries[place].time.nanoseconds + 1)
        },
        Damage(.steps, "a step that does not end before the run") { log in
            log.entries.remove(at: try log.mark(ofStep: 9))
        },
        Damage(.steps, "a mark behind the end") { log in
            log.entries.swapAt(log.entries.count - 1, log.entries.count - 2)
        },
        Damage(.steps, "another end than the file's") { log in
            log.put(ControlEvent.end(.cancelled, reason: nil), at: log.entries.count - 1)
        },
        Damage(.steps, "no end") { log in log.entries.removeLast() },
        Damage(.times, "a mark later than its step") { log in
            log.entries[try log.mark(ofStep: 3)].time = Timestamp(
                nanoseconds: 180 * Stage.second + 1)
        },
        Damage(.times, "a step at the time of the one before") { log in
            let (start, end) = (try log.mark(ofStep: 7) + 1, try log.mark(ofStep: 8))
            // Nothing but the frame's own times is in the records of this step.
            for place in start...end {
                log.entries[place].time = Timestamp(nanoseconds: 420 * Stage.second)
            }
        },
        Damage(.parents, "a cause in the step before") { log in
            let places = log.places(Topics.frame.id)
            let snapshot = try log.place(Topics.snapshot, from: places[4])
            log.entries[snapshot].cause = log.entries[places[3]].number
        },
        Damage(.causes, "a snapshot that nothing caused") { log in
            log.entries[try log.place(Topics.snapshot)].cause = 0
        },
        Damage(.causes, "a fill by the accountant") { log in
            log.entries[try log.place(Topics.fill)].producer = 2
        },
        Damage(.causes, "an acceptance that a booking caused") { log in
            let place = try log.place(
                Topics.orderUpdate, from: log.places(Topics.booking.id)[2], where: accepted)
            let booking = log.places(Topics.booking.id).last { $0 < place }
            log.entries[place].cause = log.entries[try #require(booking)].number
        },
        Damage(.causes, "a record of a route") { log in
            var copy = log.entries[try log.place(Topics.note)]
            copy.topic = 4
            copy.number = 1 << 40
            log.entries.insert(copy, at: try log.place(Topics.note))
        },
        Damage(.risk, "another order than was asked for") { log in
            let place = log.places(Topics.order.id)[0]
            log.put(
                OrderRecord(
                    id: OrderID(strategy: StrategyID(1), ordinal: 40),
                    intent: SequenceNumber(log.entries[place].cause)), at: place)
        },
        Damage(.risk, "an intent that nobody judged") { log in
            let place = try log.place(Topics.orderUpdate) { $0.reason == .invalidQuantity }
            log.entries.remove(at: place)
        },
        Damage(.risk, "a refusal of another order") { log in
            let place = try log.place(Topics.orderUpdate) { $0.reason == .invalidQuantity }
            let update = try log.payload(Topics.orderUpdate, at: place)
            log.put(update.with(order: OrderID(rawValue: 99)), at: place)
        },
        Damage(.orders, "an order accepted twice") { log in
            log.repeat(try log.place(Topics.orderUpdate, where: accepted))
        },
        Damage(.orders, "an end after the end") { log in
            let place = try log.place(Topics.orderUpdate, where: { $0.reason == .alreadyFilled })
            let update = try log.payload(Topics.orderUpdate, at: place)
            log.put(update.with(change: .cancelled, reason: .byStrategy), at: place)
        },
        Damage(.orders, "a late cancel of an order that never was") { log in
            let place = try log.place(Topics.orderUpdate, where: { $0.reason == .alreadyFilled })
            let update = try log.payload(Topics.orderUpdate, at: place)
            log.put(
                update.with(order: OrderID(strategy: StrategyID(1), ordinal: 50)), at: place)
        },
        Damage(.orders, "an acceptance for another instrument") { log in
            let place = try log.place(Topics.orderUpdate, where: accepted)
            let update = try log.payload(Topics.orderUpdate, at: place)
            log.put(update.with(instrument: InstrumentID(2)), at: place)
        },
        Damage(.leaves, "an acceptance of more than was asked for") { log in
            let place = try log.place(Topics.orderUpdate, where: accepted)
            let update = try log.payload(Topics.orderUpdate, at: place)
            log.put(update.with(leaves: Quantity(lots: 4)), at: place)
        },
        Damage(.leaves, "a fill that leaves more than there was") { log in
            let place = try log.place(Topics.fill)
            let fill = try log.payload(Topics.fill, at: place)
            log.put(fill.with(leaves: Quantity(lots: 1)), at: place)
        },
        Damage(.leaves, "an amendment to another quantity") { log in
            let place = try log.place(Topics.orderUpdate, where: amended)
            let update = try log.payload(Topics.orderUpdate, at: place)
            log.put(update.with(leaves: Quantity(lots: 10)), at: place)
        },
        Damage(.fills, "a fill of an order that was not accepted") { log in
            log.entries.remove(at: try log.place(Topics.orderUpdate, where: accepted))
        },
        Damage(.decisions, "a fill labelled as of another bar") { log in
            let place = try log.place(Topics.fill)
            let fill = try log.payload(Topics.fill, at: place)
            log.put(fill.with(label: .epoch), at: place)
        },
        Damage(.decisions, "a bar that began before the decision") { log in
            let fill = try log.place(Topics.fill)
            let place = try #require(log.places(Topics.frame.id).last { $0 < fill })
            log.put(try log.frame(at: place, startingEarlierBy: 1), at: place)
        },
        Damage(.cash, "a change that is not the fill's") { log in
            let place = log.places(Topics.booking.id)[1]
            let booking = try log.payload(Topics.booking, at: place)
            log.put(booking.with(cashChange: Money(units: -1)), at: place)
        },
        Damage(.cash, "cash that is not the sum") { log in
            let place = log.places(Topics.booking.id)[2]
            let booking = try log.payload(Topics.booking, at: place)
            log.put(booking.with(cashAfter: Money(units: 1)), at: place)
        },
        Damage(.positions, "a position that is not the sum") { log in
            let place = log.places(Topics.booking.id)[2]
            let booking = try log.payload(Topics.booking, at: place)
            log.put(booking.with(positionAfter: SignedQuantity(lots: 8)), at: place)
        },
        Damage(.lots, "more closed than was open") { log in
            let place = log.places(Topics.lotClosed.id)[0]
            let slice = try log.payload(Topics.lotClosed, at: place)
            log.put(slice.with(quantity: Quantity(lots: 4)), at: place)
        },
        Damage(.lots, "a slice that is missing") { log in
            log.entries.remove(at: log.places(Topics.lotClosed.id)[1])
        },
        Damage(.lots, "a slice told twice") { log in
            log.repeat(log.places(Topics.lotClosed.id)[1])
        },
        Damage(.lots, "last in, first out") { log in
            let places = log.places(Topics.lotClosed.id)
            log.entries.swapAt(places[0], places[1])
        },
        Damage(.lots, "a share of a fee that is another") { log in
            let place = log.places(Topics.lotClosed.id)[0]
            let slice = try log.payload(Topics.lotClosed, at: place)
            log.put(slice.with(openFee: Money(units: 1)), at: place)
        },
        Damage(.profits, "a profit that no lot made") { log in
            let place = log.places(Topics.booking.id)[3]
            let booking = try log.payload(Topics.booking, at: place)
            log.put(booking.with(realised: Money(units: 5)), at: place)
        },
        Damage(.profits, "a fee that is not the fill's") { log in
            let place = log.places(Topics.booking.id)[3]
            let booking = try log.payload(Topics.booking, at: place)
            log.put(booking.with(fee: Money(units: 5)), at: place)
        },
        Damage(.profits, "fees that are not the sum") { log in
            let place = log.places(Topics.snapshot.id)[3]
            let snapshot = try log.payload(Topics.snapshot, at: place)
            log.put(snapshot.with(fees: Money(units: 5)), at: place)
        },
        Damage(.profits, "profits that are not the sum") { log in
            let place = log.places(Topics.snapshot.id)[3]
            let snapshot = try log.payload(Topics.snapshot, at: place)
            log.put(snapshot.with(realised: Money(units: 5)), at: place)
        },
        Damage(.equity, "equity that is not cash and exposure") { log in
            let place = log.places(Topics.snapshot.id)[3]
            let snapshot = try log.payload(Topics.snapshot, at: place)
            log.put(snapshot.with(equity: Money(units: 5)), at: place)
        },
        Damage(.equity, "a profit that the marks do not show") { log in
            let place = log.places(Topics.snapshot.id)[3]
            let snapshot = try log.payload(Topics.snapshot, at: place)
            log.put(snapshot.with(unrealised: Money(units: 5)), at: place)
        },
        Damage(.equity, "a gross exposure that the marks do not show") { log in
            let place = log.places(Topics.snapshot.id)[3]
            let snapshot = try log.payload(Topics.snapshot, at: place)
            log.put(snapshot.with(gross: Money(units: 5)), at: place)
        },
        Damage(.equity, "a bar with another close") { log in
            let place = log.places(Topics.frame.id)[4]
            log.put(try log.frame(at: place, closingHigherBy: 1), at: place)
        },
    ]

    @Test(arguments: damages)
    func `a log that is wrong in one way is told by that rule alone`(_ damage: Damage) throws {
        var log = try EditedLog(running: Self.configuration())
        try damage.edit(&log)
        let findings = try log.findings()
        #expect(!findings.isEmpty)
        for finding in findings {
            #expect(finding.rule == damage.rule, "\(finding)")
            #expect(!"\(finding)".contains("\n"))
        }
    }

    @Test func `every rule has a damage that it tells`() {
        #expect(Set(Self.damages.map(\.rule)) == Set(SemanticRule.allCases))
    }

    @Test func `a step that begins before the one before it is sealed is told`() throws {
        var log = try EditedLog(running: Self.configuration())
        let mark = try log.mark(ofStep: 5)
        log.entries.swapAt(mark, mark + 1)
        let rules = Set(try log.findings().map(\.rule))
        #expect(rules.contains(.times))
        #expect(rules.contains(.parents))
    }

    @Test func `a finding names record, step and time, and what was expected`() throws {
        var log = try EditedLog(running: Self.configuration())
        let place = log.places(Topics.booking.id)[2]
        let booking = try log.payload(Topics.booking, at: place)
        log.put(booking.with(cashAfter: Money(units: 1)), at: place)
        // 3 lots at 100.40 and 4 at 100.80: 100,000 − 301.20 − 403.20.
        #expect(
            try log.findings().map(\.description) == [
                "cash: record \(place + 1), step 3, 1970-01-01T00:03:00Z: expected cash of 99295.6 "
                    + "in account 1, found 0.000001"
            ])
    }
}
