package import LockstepModel

/// Amounts and names of a run as text: decimals where the log tells the grid, else whole numbers
/// with their unit, and never a hazard for a terminal.
package struct AuditAmounts: Sendable {
    private let names: AuditNames

    /// Makes a writer of amounts.
    package init(_ names: AuditNames) { self.names = names }

    /// A price of an instrument.
    package func text(_ price: Price, of instrument: InstrumentID) -> String {
        AuditScope(instrument: UInt64(instrument.rawValue)).price(price.ticks, names)
            ?? "\(price.ticks)ticks"
    }

    /// A position in an instrument.
    package func text(_ quantity: SignedQuantity, of instrument: InstrumentID) -> String {
        let scope = AuditScope(instrument: UInt64(instrument.rawValue))
        let size = quantity.lots.magnitude
        return (quantity.lots < 0 ? "-" : "") + (scope.quantity(size, names) ?? "\(size)lots")
    }

    /// An amount of money of an account.
    package func text(_ money: Money, of account: AccountID) -> String {
        AuditScope(account: UInt64(account.rawValue)).money(money.units, names)
            ?? "\(money.units)units"
    }

    /// The symbol of an instrument.
    package func name(_ instrument: InstrumentID) -> String {
        names.instrument(UInt64(instrument.rawValue)).map { AuditEscaping.name($0.symbol) }
            ?? "instrument \(instrument.rawValue)"
    }

    /// The name of an account.
    package func name(_ account: AccountID) -> String {
        names.account(UInt64(account.rawValue)).map { AuditEscaping.name($0) }
            ?? "account \(account.rawValue)"
    }

    /// The name of a strategy.
    package func name(_ strategy: StrategyID) -> String {
        names.strategy(UInt64(strategy.rawValue)).map { AuditEscaping.name($0) }
            ?? "strategy \(strategy.rawValue)"
    }

    /// The currency of an account.
    package func currency(of account: AccountID) -> String? {
        names.currency(ofAccount: UInt64(account.rawValue)).map { AuditEscaping.name($0) }
    }

    /// What an order does, such as `buy AAPL, limit, at 40`.
    package func text(_ order: WorkingOrder) -> String {
        let instrument = order.terms.instrument
        var text = "\(order.terms.side) \(name(instrument)), \(order.kindName)"
        if let trigger = order.trigger { text += ", trigger \(self.text(trigger, of: instrument))" }
        if let limit = order.limit { text += ", limit \(self.text(limit, of: instrument))" }
        return text
    }
}

extension WorkingOrder {
    /// The kind of the order, as the log names it.
    package var kindName: String {
        switch terms.kind {
        case .market: "market"
        case .marketOnOpen: "marketOnOpen"
        case .marketOnClose: "marketOnClose"
        case .limitOnOpen: "limitOnOpen"
        case .limitOnClose: "limitOnClose"
        case .limit: "limit"
        case .limitTaking: "limitTaking"
        case .stop: "stop"
        case .stopLimit: "stopLimit"
        case .trailingStop: "trailingStop"
        case .ifTouched: "ifTouched"
        }
    }
}
