import LockstepModel

/// What a record says, as a phrase that can be read without knowing its fields.
///
/// A topic that is not Lockstep's, or has other fields than expected, is shown by its fields.
struct RecordPhrase {
    private let names: AuditNames
    private let text: AuditText

    init(_ decoder: AuditDecoder) {
        names = decoder.names
        text = AuditText(decoder)
    }

    /// The phrase of a record.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - value: Its fields.
    ///   - instrument: The instrument of interest, of which a frame tells first; 0 for all.
    /// - Returns: One line without hazards for a terminal.
    func callAsFunction(
        _ record: AuditRecord, _ value: RecordValue, about instrument: UInt64 = 0
    ) -> String {
        let reader = PhraseFields(value, text)
        let phrase: String? =
            switch record.topic {
            case TopicNumber.control: Self.control(reader)
            case TopicNumber.lifecycle: Self.lifecycle(reader)
            case TopicNumber.frame: frame(value, about: instrument)
            case TopicNumber.intent: intent(value)
            case TopicNumber.order: order(value.number("id")).map { "\($0) passed risk" }
            case TopicNumber.orderUpdate: update(value, reader)
            case TopicNumber.fill: fill(record, value, reader)
            case TopicNumber.booking: Self.booking(reader)
            case TopicNumber.lotClosed: Self.lotClosed(reader)
            case TopicNumber.snapshot: Self.snapshot(reader)
            case TopicNumber.note: Self.note(reader)
            default: nil
            }
        return phrase ?? reader.all
    }

    // MARK: Topics

    private static func control(_ fields: PhraseFields) -> String? {
        guard let kind = fields["kind"] else { return nil }
        switch kind {
        case "stepEnd": return "the step ends"
        case "end": return fields["status"].map { "the run ends: \($0)" }
        case "configuration": return "the configuration of the run"
        default: return nil
        }
    }

    private static func lifecycle(_ fields: PhraseFields) -> String? {
        switch fields["kind"] {
        case "start": "the run starts"
        case "endOfFeed": "the data have ended"
        default: nil
        }
    }

    private func frame(_ value: RecordValue, about instrument: UInt64) -> String? {
        guard case .list(let bars)? = value["bars"], case .list(let data)? = value["data"] else {
            return nil
        }
        let wanted = bars.filter { $0.number("instrument") == instrument }
        let shown = wanted.isEmpty ? Array(bars.prefix(3)) : wanted
        var parts = shown.map { bar in
            let fields = PhraseFields(bar, text)
            let name = fields["instrument"] ?? "?"
            return "\(name) from \(fields["start"] ?? "?"): open \(fields["open"] ?? "?"), "
                + "high \(fields["high"] ?? "?"), low \(fields["low"] ?? "?"), "
                + "close \(fields["close"] ?? "?")"
                + (fields["volume"].map { ", volume \($0)" } ?? "")
        }
        if bars.count > shown.count { parts.append("\(bars.count - shown.count) more bars") }
        if !data.isEmpty { parts.append("\(data.count) other data") }
        return parts.isEmpty ? "a step without data" : parts.joined(separator: "; ")
    }

    private func intent(_ value: RecordValue) -> String? {
        guard let strategy = value.number("strategy"),
            case .enumeration(_, let action?)? = value["action"]
        else { return nil }
        let who = name(ofStrategy: strategy)
        switch action {
        case "place":
            guard let terms = value["terms"], let what = self.terms(terms) else { return nil }
            return "\(who) asks to \(what)"
        case "amend":
            guard let order = order(value.number("target")), let change = value["amendment"] else {
                return nil
            }
            let fields = PhraseFields(change, text)
            return "\(who) asks to amend \(order): "
                + fields.list(["quantity", "price", "stop"]).joined(separator: ", ")
        case "cancel": return order(value.number("target")).map { "\(who) asks to cancel \($0)" }
        case "cancelAll":
            let instrument = value.number("target").flatMap { names.instrument($0)?.symbol }
            return "\(who) asks to cancel all its orders"
                + (instrument.map { " of " + AuditEscaping.name($0) } ?? "")
        default: return nil
        }
    }

    /// What an order is to do, such as `buy 100 AAPL, limit, price 40`.
    func terms(_ terms: RecordValue) -> String? {
        let fields = PhraseFields(terms, text)
        guard let side = fields["side"], let instrument = fields["instrument"],
            let kind = fields["kind"], let size = terms["size"], let amount = size.number("value")
        else { return nil }
        let isQuantity: Bool
        if case .enumeration(1, _)? = size["kind"] { isQuantity = true } else { isQuantity = false }
        let scope = AuditScope(terms)
        let quantity =
            isQuantity
            ? scope.quantity(amount, names) ?? "\(amount)lots"
            : AuditScope.decimal(Int128(amount), exponent: -12) + " of the free margin in"
        var parts = ["\(side) \(quantity) \(instrument), \(kind)"]
        parts += fields.list([
            "price", "stop", "trail", "trailShare", "until", "maxSlippage", "tag",
        ])
        if let time = fields["tif"], time != "none" { parts.append(time) }
        if let time = fields["then"], time != "none" { parts.append("then \(time)") }
        if let parent = order(terms.number("parent")) { parts.append("with \(parent)") }
        return parts.joined(separator: ", ")
    }

    private func update(_ value: RecordValue, _ fields: PhraseFields) -> String? {
        guard let order = order(value.number("order")), let change = fields["change"],
            let leaves = fields["leaves"]
        else { return nil }
        var phrase = "\(order) is \(change)"
        switch change {
        case "amendRejected": phrase = "the change of \(order) is rejected"
        case "cancelRejected": phrase = "the cancellation of \(order) is rejected"
        default: break
        }
        if let reason = fields["reason"], reason != "none" { phrase += ": \(reason)" }
        if let limit = fields["limit"], limit != "0" { phrase += " (limit \(limit))" }
        return phrase + ", \(leaves) open"
    }

    private func fill(
        _ record: AuditRecord, _ value: RecordValue, _ fields: PhraseFields
    ) -> String? {
        guard let order = order(value.number("order")), let side = fields["side"],
            let quantity = fields["quantity"], let instrument = fields["instrument"],
            let price = fields["price"], let leaves = fields["leaves"]
        else { return nil }
        let verb = side == "buy" ? "bought" : side == "sell" ? "sold" : side
        var parts = [
            "\(verb) \(quantity) \(instrument) at \(price) for \(order)",
            leaves == "0" ? "nothing left open" : "\(leaves) left open",
        ]
        if let rule = fields["rule"] { parts.append("rule \(rule)") }
        if let point = fields["point"] { parts.append("at the point \(point)") }
        if case .time(let executed)? = value["executedAt"], executed != record.time.nanoseconds {
            parts.append("executed \(Timestamp(nanoseconds: executed))")
        }
        parts += fields.list(["fee", "slippage", "rebate"]) { $0 != "0" }
        return parts.joined(separator: ", ")
    }

    private static func booking(_ fields: PhraseFields) -> String? {
        guard let account = fields["account"], let kind = fields["kind"],
            let change = fields["cashChange"], let after = fields["cashAfter"]
        else { return nil }
        var phrase = "\(account) books a \(kind): cash \(change), then \(after)"
        if kind == "trade", let instrument = fields["instrument"],
            let position = fields["positionAfter"]
        {
            phrase += "; position \(position) lots of \(instrument)"
            if let profit = fields["realised"], profit != "0" { phrase += ", realised \(profit)" }
        }
        return phrase
    }

    private static func lotClosed(_ fields: PhraseFields) -> String? {
        guard let quantity = fields["quantity"], let instrument = fields["instrument"],
            let opened = fields["openedAt"], let profit = fields["grossProfit"]
        else { return nil }
        return "\(quantity) \(instrument), held since \(opened), are closed: gross profit \(profit)"
    }

    private static func snapshot(_ fields: PhraseFields) -> String? {
        guard let account = fields["account"] else { return nil }
        return "\(account) stands at "
            + fields.list(["equity", "cash", "realised", "unrealised", "fees"])
            .joined(separator: ", ")
    }

    private static func note(_ fields: PhraseFields) -> String? {
        guard let name = fields["name"], let value = fields["value"] else { return nil }
        return "\(name) = \(value)"
    }

    // MARK: Names

    /// An order as people call it: its number among those of its strategy.
    func order(_ id: UInt64?) -> String? {
        guard let id else { return nil }
        let order = OrderID(rawValue: id)
        return "order \(order.ordinal) of \(name(ofStrategy: UInt64(order.strategy.rawValue)))"
    }

    private func name(ofStrategy id: UInt64) -> String {
        if id == 0 { return "the run itself" }
        return names.strategy(id).map { AuditEscaping.name($0) } ?? "strategy \(id)"
    }
}

/// The fields of a row as text, each with the units of the row.
struct PhraseFields {
    private let value: RecordValue
    private let text: AuditText
    private let scope: AuditScope

    init(_ value: RecordValue, _ text: AuditText) {
        self.value = value
        self.text = text
        scope = AuditScope(value)
    }

    /// A field as text; nil where it is not there, or nothing.
    subscript(name: String) -> String? {
        guard let field = value[name], field != .null else { return nil }
        return text.text(RecordField(name, field), scope)
    }

    /// The fields that are there, each with its name in front.
    func list(_ names: [String], where isWanted: (String) -> Bool = { _ in true }) -> [String] {
        names.compactMap { name in
            self[name].flatMap { isWanted($0) ? "\(name) \($0)" : nil }
        }
    }

    /// All fields, by name.
    var all: String {
        (value.fields ?? []).map {
            "\(AuditEscaping.name($0.name))=\(text.text($0, scope))"
        }.joined(separator: " ")
    }
}
