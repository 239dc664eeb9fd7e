import LockstepAudit
import LockstepFiles
import LockstepModel
import LockstepReports

/// A moment of a run as text and as JSON.
struct MomentDisplay {
    private let moment: AuditMoment
    private let accounts: [AccountMoment]
    private let amounts: AuditAmounts
    private let palette: Palette

    init(_ moment: AuditMoment, _ palette: Palette = .plain) {
        self.moment = moment
        accounts = moment.accounts
        amounts = AuditAmounts(moment.names)
        self.palette = palette
    }

    // MARK: Text

    /// What the moment is, then each account, then the last prices.
    var text: String {
        var text = meaning + "\n"
        for account in accounts { text += "\n" + self.text(account) }
        let prices = moment.prices
        if prices.isEmpty { return text }
        var table = TextTable([
            .words("last price"), .figures("price"), .words("known at"), .words("of"),
        ])
        for price in prices {
            table.add([
                amounts.name(price.instrument), amounts.text(price.price, of: price.instrument),
                "\(price.at)", price.isOfFill ? "a fill" : "a bar",
            ])
        }
        return text + "\n" + lines(table, indent: "")
    }

    /// One sentence on which step the moment is the end of.
    private var meaning: String {
        guard let last = moment.lastTime else {
            let next = moment.nextTime.map { "; the first step is of \($0)" } ?? ""
            return "At \(moment.time) nothing had happened\(next)."
        }
        let step = moment.step.map { "step \($0)" } ?? "the set-up"
        var text = "At \(moment.time), with everything up to \(step) of \(last) (record "
        text += "\(moment.lastSequence.rawValue))"
        if !moment.isComplete { text += ", and what the log has of the step after it" }
        return text
            + (moment.nextTime.map { ", and nothing of the next step, of \($0)." }
                ?? "; no step follows.")
    }

    private func text(_ account: AccountMoment) -> String {
        let name =
            amounts.name(account.id) + (amounts.currency(of: account.id).map { " (\($0))" } ?? "")
        let equity = account.equity.map { amounts.text($0, of: account.id) } ?? "not known"
        var text = palette.strong(name) + "\n"
        text += "  cash    \(amounts.text(account.cash, of: account.id))\n"
        text += "  equity  \(equity)\n"
        if !account.positions.isEmpty { text += "\n" + positions(of: account) }
        if !account.orders.isEmpty { text += "\n" + orders(of: account) }
        return text
    }

    private func positions(of account: AccountMoment) -> String {
        var table = TextTable([
            .words("position"), .figures("quantity"), .figures("price"), .figures("value"),
            .figures("cost"),
        ])
        for position in account.positions {
            table.add([
                amounts.name(position.instrument),
                amounts.text(position.quantity, of: position.instrument),
                amounts.text(position.mark, of: position.instrument),
                position.value.map { amounts.text($0, of: account.id) } ?? "-",
                position.cost.map { amounts.text($0, of: account.id) } ?? "-",
            ])
        }
        return lines(table, indent: "  ")
    }

    private func orders(of account: AccountMoment) -> String {
        var table = TextTable([
            .words("order"), .words("what"), .figures("open"), .words("state"), .words("since"),
        ])
        for order in account.orders {
            table.add([
                "\(order.id.ordinal) of \(amounts.name(order.id.strategy))", amounts.text(order),
                open(order) ?? "-", state(order), "\(order.decidedAt)",
            ])
        }
        return lines(table, indent: "  ")
    }

    private func lines(_ table: TextTable, indent: String) -> String {
        var lines = table.lines.map { indent + $0 }
        if let title = lines.first { lines[0] = palette.faint(title) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func open(_ order: WorkingOrder) -> String? {
        order.leaves.map { quantity in
            amounts.text(SignedQuantity(lots: quantity.lots), of: order.terms.instrument)
        }
    }

    private func state(_ order: WorkingOrder) -> String { order.isWorking ? "working" : "sent" }

    // MARK: JSON

    /// The same as JSON; amounts are decimal text.
    var json: JSONValue {
        [
            "time": .string("\(moment.time)"),
            "step": moment.step.map { .integer(Int64(clamping: $0)) } ?? .null,
            "complete": .boolean(moment.isComplete),
            "record": .integer(Int64(clamping: moment.lastSequence.rawValue)),
            "record_time": .optional(moment.lastTime?.description),
            "next_time": .optional(moment.nextTime?.description),
            "accounts": .array(accounts.map(json)),
            "prices": .array(
                moment.prices.map { price in
                    [
                        "instrument": .string(amounts.name(price.instrument)),
                        "price": .string(amounts.text(price.price, of: price.instrument)),
                        "time": .string("\(price.at)"),
                        "of": .string(price.isOfFill ? "fill" : "bar"),
                    ]
                }),
        ]
    }

    private func json(_ account: AccountMoment) -> JSONValue {
        func money(_ amount: Money?) -> JSONValue {
            .optional(amount.map { amounts.text($0, of: account.id) })
        }
        return [
            "name": .string(amounts.name(account.id)),
            "currency": .optional(amounts.currency(of: account.id)),
            "cash": money(account.cash), "equity": money(account.equity),
            "positions": .array(
                account.positions.map { position in
                    let instrument = position.instrument
                    return [
                        "instrument": .string(amounts.name(instrument)),
                        "quantity": .string(amounts.text(position.quantity, of: instrument)),
                        "price": .string(amounts.text(position.mark, of: instrument)),
                        "value": money(position.value), "cost": money(position.cost),
                    ]
                }),
            "orders": .array(account.orders.map(json)),
        ]
    }

    private func json(_ order: WorkingOrder) -> JSONValue {
        let instrument = order.terms.instrument
        func price(_ price: Price?) -> JSONValue {
            .optional(price.map { amounts.text($0, of: instrument) })
        }
        return [
            "id": .integer(Int64(clamping: order.id.rawValue)),
            "number": .integer(Int64(order.id.ordinal)),
            "strategy": .string(amounts.name(order.id.strategy)),
            "instrument": .string(amounts.name(instrument)),
            "side": .string("\(order.terms.side)"), "kind": .string(order.kindName),
            "limit": price(order.limit), "trigger": price(order.trigger),
            "open": .optional(open(order)), "state": .string(state(order)),
            "since": .string("\(order.decidedAt)"),
            "intent": .integer(Int64(clamping: order.intent.rawValue)),
        ]
    }
}
