import LockstepFiles
package import LockstepModel

/// Orders as CSV.
extension OrderFlow {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - instruments: The instruments of the run, on whose grids the numbers must lie.
    /// - Throws: ``FeedError``.
    package init(path: String, _ instruments: Instruments) throws(FeedError) {
        try self.init(TimedRows.open(path: path, Self.columns), instruments)
    }

    /// Takes the text of a file; see ``init(path:_:)``.
    package init(
        text: String, name: String, _ instruments: Instruments
    ) throws(FeedError) {
        try self.init(TimedRows.open(text: text, name: name, Self.columns), instruments)
    }

    private init(_ rows: TimedRows, _ instruments: Instruments) throws(FeedError) {
        var rows = OrderFlowRows(rows, instruments)
        while try rows.next() {}
        participants = rows.flow.participants
    }

    /// The rows as text, header first, in order of time and then of participants.
    ///
    /// - Parameter instruments: The instruments of the run.
    /// - Returns: The text; nil where an order has no such form.
    package func text(_ instruments: Instruments) -> String? {
        var text = Self.columns.joined(separator: ",") + "\n"
        var next = [Int](repeating: 0, count: participants.count)
        while true {
            var earliest: Int?
            for place in participants.indices where next[place] < participants[place].orders.count {
                guard let found = earliest else {
                    earliest = place
                    continue
                }
                if participants[place].orders[next[place]].time
                    < participants[found].orders[next[found]].time
                {
                    earliest = place
                }
            }
            guard let place = earliest else { return text }
            let participant = participants[place]
            guard let row = Self.row(participant.orders[next[place]], participant, instruments)
            else { return nil }
            text += row + "\n"
            next[place] += 1
        }
    }

    private static func row(
        _ order: RecordedOrder, _ participant: Participant, _ instruments: Instruments
    ) -> String? {
        var fields = [String](repeating: "", count: columns.count)
        fields[0] = CivilTime.text(order.time.nanoseconds)
        fields[1] = quoted(participant.name)
        fields[2] = quoted(participant.account)
        fields[3] = String(order.number)
        fields[4] = order.isAnswer ? "match" : "decide"
        switch order.action {
        case .place(let terms):
            guard let instrument = instruments[terms.instrument],
                case .quantity(let quantity) = terms.size, terms.link == .none, !terms.reduceOnly
            else { return nil }
            fields[6] = instrument.symbol
            fields[7] = terms.side == .buy ? "buy" : "sell"
            fields[8] = instrument.text(of: quantity)
            switch terms.kind {
            case .market(nil), .market(.fillOrKill): fields[5] = "market"
            case .limit(let price, .goodTilCancelled, postOnly: false):
                fields[5] = "limit"
                fields[9] = instrument.text(of: price)
            default: return nil
            }
            fields[10] = terms.autoFill ? "true" : "false"
            fields[11] = terms.maxSlippage.map { "\($0)" } ?? ""
        case .cancel(let target):
            fields[5] = "cancel"
            fields[12] = String(target.rawValue)
        case .cancelAll(let instrument):
            fields[5] = "cancel_all"
            if let instrument {
                guard let symbol = instruments[instrument]?.symbol else { return nil }
                fields[6] = symbol
            }
        case .amend: return nil
        }
        return fields.joined(separator: ",")
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\n")
                && byte != UInt8(ascii: "\r")
        }
        if isPlain { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}

/// Reads the rows of recorded orders, one by one.
private struct OrderFlowRows {
    private static let actions = ["market", "limit", "cancel", "cancel_all"]

    private var rows: TimedRows
    private let instruments: Instruments
    private var known: [String: Int] = [:]
    /// By participant, the numbers of its orders so far.
    private var placed: [Set<UInt32>] = []
    var flow = OrderFlow()

    init(_ rows: TimedRows, _ instruments: Instruments) {
        self.rows = rows
        self.instruments = instruments
    }

    /// Takes the next row.
    mutating func next() throws(FeedError) -> Bool {
        guard try rows.next() else { return false }
        let place = try participant()
        let written = try rows.integer("order")
        let previous = flow.participants[place].orders.last?.number ?? 0
        guard let number = UInt32(exactly: written), number > previous else {
            throw rows.refusal(
                "order", .numberNotRising(UInt32(clamping: written), previous: previous))
        }
        let isAnswer = try rows.word("phase", ["decide", "match"]) == "match"
        let action = try action(of: place)
        if case .place = action { placed[place].insert(number) }
        flow.participants[place].orders.append(
            RecordedOrder(time: rows.time, number: number, action: action, isAnswer: isAnswer))
        return true
    }

    private mutating func participant() throws(FeedError) -> Int {
        let name = try rows.needed("participant", for: "a row")
        let account = try rows.needed("account", for: "a row")
        if let place = known[name] {
            let before = flow.participants[place].account
            if before != account {
                throw rows.refusal("account", .otherAccount(account, previous: before))
            }
            return place
        }
        known[name] = flow.participants.count
        placed.append([])
        flow.participants.append(OrderFlow.Participant(name: name, account: account))
        return flow.participants.count - 1
    }

    private func action(of participant: Int) throws(FeedError) -> OrderAction {
        let action = try rows.word("action", Self.actions)
        switch action {
        case "cancel":
            let target = try rows.integer("target")
            guard let number = UInt32(exactly: target), placed[participant].contains(number) else {
                throw rows.refusal("target", .noTarget(target))
            }
            return .cancel(OrderID(rawValue: UInt64(number)))
        case "cancel_all":
            let isAll = rows.text("instrument").isEmpty
            return .cancelAll(isAll ? nil : try rows.instrument("instrument", instruments).id)
        default: return .place(try terms(action))
        }
    }

    private func terms(_ action: String) throws(FeedError) -> OrderTerms {
        let instrument = try rows.instrument("instrument", instruments)
        let side: Side = try rows.word("side", ["buy", "sell"]) == "buy" ? .buy : .sell
        let size = try rows.decimal("size", for: action)
        let quantity: Quantity
        do throws(ModelError) {
            quantity = try instrument.quantity(from: size)
        } catch { throw rows.refusal("size", .number(error)) }
        if quantity == .zero { throw rows.refusal("size", .notPositive(rows.text("size"))) }
        var kind = OrderKind.market(nil)
        if action == "limit" {
            let price = try rows.decimal("price", for: action)
            do throws(ModelError) {
                kind = .limit(try instrument.price(from: price))
            } catch { throw rows.refusal("price", .number(error)) }
        }
        let slippage = try slippage(action)
        let optsIn = rows.text("auto_fill")
        let autoFill =
            optsIn.isEmpty ? false : try rows.word("auto_fill", ["true", "false"]) == "true"
        return OrderTerms(
            side, quantity, of: instrument.id, kind, autoFill: autoFill, maxSlippage: slippage)
    }

    private func slippage(_ action: String) throws(FeedError) -> Rate? {
        if rows.text("max_slippage").isEmpty { return nil }
        let value = try rows.decimal("max_slippage", for: action)
        let slippage: Rate
        do throws(ModelError) {
            slippage = try Rate(value)
        } catch { throw rows.refusal("max_slippage", .number(error)) }
        if slippage < .zero {
            throw rows.refusal("max_slippage", .notPositive(rows.text("max_slippage")))
        }
        return slippage
    }
}
