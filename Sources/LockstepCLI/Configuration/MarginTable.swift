import LockstepModel

/// The margin keys of an instrument.
enum MarginTable {
    static let keys = [
        "initial_margin", "maintenance_margin", "margin_per_contract", "maintenance_per_contract",
    ]

    /// The terms of an instrument; what is missing is the venue's.
    static func terms(
        _ table: ConfigurationTable, _ currency: Currency
    ) throws(CommandError) -> MarginTerms {
        let terms = MarginTerms(
            initial: try requirement(
                table, "initial_margin", "margin_per_contract", currency),
            maintenance: try requirement(
                table, "maintenance_margin", "maintenance_per_contract", currency))
        switch (terms.initial, terms.maintenance) {
        case (_, .share(let rate)?) where rate >= .one:
            throw table.refusal("maintenance_margin", "must be beneath one, not \(rate).")
        case (.share(let initial)?, .share(let maintenance)?) where maintenance > initial:
            throw table.refusal(
                "maintenance_margin",
                "is \(maintenance), above initial_margin, \(initial). Lower it.")
        case (.perLot(let initial)?, .perLot(let maintenance)?) where maintenance > initial:
            throw table.refusal(
                "maintenance_per_contract", "is above margin_per_contract. Lower it.")
        default: return terms
        }
    }

    private static func requirement(
        _ table: ConfigurationTable, _ share: String, _ amount: String, _ currency: Currency
    ) throws(CommandError) -> MarginTerms.Requirement? {
        if let rate = try table.rate(share) {
            if table[amount] != nil {
                throw table.refusal(amount, "and \(share) exclude each other. Remove one.")
            }
            if rate <= .zero { throw table.refusal(share, "must be above zero, not \(rate).") }
            return .share(rate)
        }
        guard let contract = try table.decimal(amount) else { return nil }
        if contract.mantissa <= 0 {
            throw table.refusal(amount, "must be above zero, not \(contract).")
        }
        let lot = try table.decimal("lot", like: "\"1\"")
        guard lot.mantissa > 0,
            let ratio = NotionalRatio([contract, lot], decimals: currency.decimals),
            ratio.denominator == 1
        else {
            throw table.refusal(
                amount, "of a lot of \(lot) is no exact amount of \(currency.code).")
        }
        return .perLot(Money(units: ratio.numerator))
    }
}
