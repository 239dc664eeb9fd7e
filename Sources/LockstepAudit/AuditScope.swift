import LockstepModel

/// The instrument and the account that a row names, which tell the units of its numbers.
struct AuditScope: Hashable, Sendable {
    private(set) var instrument: UInt64?
    private(set) var account: UInt64?

    /// The scope of the fields of a record.
    init(_ value: RecordValue) { take(value) }

    /// The scope of numbers that are known to be of an instrument or an account.
    init(instrument: UInt64? = nil, account: UInt64? = nil) {
        self.instrument = instrument
        self.account = account
    }

    /// The scope within a row of this one; what it does not name is inherited.
    func within(_ value: RecordValue) -> AuditScope {
        var scope = self
        scope.take(value)
        return scope
    }

    private mutating func take(_ value: RecordValue) {
        if case .unsigned(let id)? = value["instrument"] { instrument = id }
        if case .unsigned(let id)? = value["account"] { account = id }
    }

    /// The name behind the number of an instrument, a strategy or an account.
    func name(of field: RecordField, _ names: AuditNames) -> String? {
        guard case .unsigned(let id) = field.value else { return nil }
        switch field.name {
        case "instrument": return names.instrument(id)?.symbol
        case "strategy": return names.strategy(id)
        case "account": return names.account(id)
        default: return nil
        }
    }

    /// Ticks as a price.
    func price(_ ticks: Int64, _ names: AuditNames) -> String? {
        guard let step = instrument.flatMap({ names.instrument($0)?.tickSize }) else { return nil }
        return Self.product(Int128(ticks), step)
    }

    /// Lots as an amount.
    func quantity(_ lots: UInt64, _ names: AuditNames) -> String? {
        guard let step = instrument.flatMap({ names.instrument($0)?.lot }) else { return nil }
        return Self.product(Int128(lots), step)
    }

    /// Units as an amount of money.
    func money(_ units: Int64, _ names: AuditNames) -> String? {
        names.moneyDecimals(account: account, instrument: instrument).map {
            Self.decimal(Int128(units), exponent: -$0)
        }
    }

    /// A product of a 64-bit number and a decimal, whose digits are 64-bit too, so it fits.
    private static func product(_ count: Int128, _ step: ExactDecimal) -> String {
        decimal(count * Int128(step.mantissa), exponent: Int(step.exponent))
    }

    /// A number times a power of ten, without zeros that say nothing.
    static func decimal(_ digits: Int128, exponent: Int) -> String {
        var (digits, exponent) = (digits, exponent)
        while exponent < 0, digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        let sign = digits < 0 ? "-" : ""
        var text = String(digits.magnitude)
        if exponent >= 0 {
            return sign + text + String(repeating: "0", count: digits == 0 ? 0 : exponent)
        }
        let places = -exponent
        if text.utf8.count <= places {
            text = String(repeating: "0", count: places + 1 - text.utf8.count) + text
        }
        let point = text.index(text.endIndex, offsetBy: -places)
        return sign + text[..<point] + "." + text[point...]
    }
}
