import LockstepAudit
import LockstepBacktest
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct MomentTests {
    /// What a log says of a moment, gathered in the plainest way.
    private struct Told {
        var cash: [UInt64: Int64] = [:]
        var equity: [UInt64: Int64] = [:]
        var positions: [String: Int64] = [:]
        var open: [UInt64: UInt64] = [:]

        init(_ records: ArraySlice<LogRecord>) {
            for record in records {
                let account = record.number("account") ?? 0
                switch record.topic {
                case "snapshot":
                    if case .money(let cash)? = record.value["cash"] { self.cash[account] = cash }
                    if case .money(let value)? = record.value["equity"] { equity[account] = value }
                case "fill": take(fill: record, of: account)
                case "orderUpdate": take(update: record)
                case "venueEvent": take(event: record, of: account)
                default: break
                }
            }
        }

        private mutating func take(fill: LogRecord, of account: UInt64) {
            guard let instrument = fill.number("instrument"), let order = fill.number("order"),
                case .quantity(let lots)? = fill.value["quantity"],
                case .quantity(let leaves)? = fill.value["leaves"]
            else { return }
            let signed = Int64(lots) * (fill.name("side") == "buy" ? 1 : -1)
            positions["\(account)/\(instrument)", default: 0] += signed
            open[order] = leaves == 0 ? nil : leaves
        }

        /// What is paid is burned.
        private mutating func take(event: LogRecord, of account: UInt64) {
            guard event.name("kind") == "payout", let instrument = event.number("instrument")
            else { return }
            positions["\(account)/\(instrument)"] = nil
        }

        private mutating func take(update: LogRecord) {
            guard let order = update.number("order"),
                case .quantity(let leaves)? = update.value["leaves"]
            else { return }
            switch update.name("change") {
            case "accepted", "amended": open[order] = leaves
            case "cancelled", "expired": open[order] = nil
            default: break
            }
        }
    }

    @Test func `cash, equity, positions and orders of any moment are those of the run`() throws {
        var compared = 0
        for scenario in try ScenarioBank.all() {
            try ReasonTests.log(of: scenario) { path in
                let records = try Log(path).records
                let log = try AuditLog(path: path)
                let ends = records.indices.filter { records[$0].name("kind") == "stepEnd" }
                for end in ends where end % 5 == 0 || end == ends.last {
                    // A record behind the mark may have its time: only the end of the run has.
                    let moment = try AuditMoment(at: records[end].time, in: log)
                    guard moment.isComplete else { continue }
                    let told = Told(records[...end])
                    let place = "\(scenario.name) at \(moment.time)"
                    var open: [UInt64: UInt64] = [:]
                    var positions: [String: Int64] = [:]
                    for account in moment.accounts {
                        let id = UInt64(account.id.rawValue)
                        if let cash = told.cash[id] {
                            #expect(account.cash.units == cash, "\(place)")
                        }
                        if let equity = told.equity[id] {
                            #expect(account.equity?.units == equity, "\(place)")
                            compared += 1
                        }
                        for position in account.positions {
                            positions["\(id)/\(position.instrument.rawValue)"] =
                                position.quantity.lots
                        }
                        for order in account.orders where order.isWorking {
                            open[order.id.rawValue] = order.leaves.map { UInt64($0.lots) }
                        }
                    }
                    #expect(positions == told.positions.filter { $0.value != 0 }, "\(place)")
                    #expect(open == told.open, "\(place)")
                }
            }
        }
        #expect(compared > 100, "\(compared) comparisons are too few to tell")
    }

    @Test func `between two steps nothing happens, and before the first nothing has`() throws {
        let scenario = try #require(try ScenarioBank.all().first)
        try ReasonTests.log(of: scenario) { path in
            let log = try AuditLog(path: path)
            let times = try Log(path).records.map(\.time)
            let first = try #require(times.first)
            let before = try AuditMoment(at: Timestamp(nanoseconds: first.nanoseconds - 1), in: log)
            #expect(before.lastTime == nil)
            #expect(before.nextTime == first)
            #expect(before.accounts.allSatisfy { $0.cash == .zero && $0.positions.isEmpty })
            let next = try #require(times.first { $0 > first })
            let at = try AuditMoment(at: first, in: log)
            let late = try AuditMoment(at: Timestamp(nanoseconds: next.nanoseconds - 1), in: log)
            #expect(at.nextTime == next && late.nextTime == next)
            #expect(at.accounts == late.accounts)
            #expect(at.lastSequence == late.lastSequence)
        }
    }
}
