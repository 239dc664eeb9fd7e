import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepStrategy

extension BacktestConfiguration {
    /// What decides the run, with defaults filled in; equal runs have equal texts.
    ///
    /// Paths, formats, names of the run and of files, settings of the log, of reports and of the
    /// bus are left out: they do not decide anything.
    package func canonicalText() throws -> String {
        try decidingPart().text(sortedKeys: true)
    }

    /// The same as a tree, for the manifest.
    func decidingPart() throws -> JSONValue {
        var members = [
            JSONMember("seed", .string(String(seed))),
            JSONMember("start", .optional(start.map { CivilTime.text($0.nanoseconds) })),
            JSONMember("end", .optional(end.map { CivilTime.text($0.nanoseconds) })),
            JSONMember(
                "venues",
                .array(
                    try venues.map { venue in
                        .object([
                            JSONMember("name", .string(venue.name)),
                            JSONMember("kind", .string(venue.market.kind)),
                            JSONMember("settings", try JSONValue(encoding: venue.market)),
                        ])
                    })),
            JSONMember("instruments", .array(instruments.map(description(of:)))),
            JSONMember(
                "series",
                .array(
                    data.map { series in
                        .object([
                            JSONMember("instrument", .string(symbol(of: series.instrument))),
                            JSONMember("interval", .string(series.interval.description)),
                        ])
                    })),
            JSONMember("accounts", .array(accounts.map(description(of:)))),
            JSONMember("strategies", .array(strategies.map(description(of:)))),
            JSONMember("risk", try JSONValue(encoding: risk)),
        ]
        if financing != Financing() { members.append(JSONMember("financing", financingPart)) }
        return .object(members)
    }

    /// What holding costs; only where it costs something.
    private var financingPart: JSONValue {
        let currency = accounts.first?.currency
        return .object([
            JSONMember("day_count", .integer(financing.dayCount.rawValue)),
            JSONMember("session_end", .integer(financing.sessionEnd)),
            JSONMember("short_rebate", .string(financing.shortRebate.description)),
            JSONMember(
                "fee_increment",
                .optional(
                    financing.feeIncrement.flatMap { money in currency?.text(of: money) })),
            JSONMember(
                "debit_rates",
                .object(
                    accounts.compactMap { account in
                        financing.debitRates[account.id].map {
                            JSONMember(account.name, .string($0.description))
                        }
                    })),
            JSONMember(
                "borrows",
                .object(
                    instruments.compactMap { instrument in
                        financing.borrows[instrument.id].map { terms in
                            JSONMember(
                                instrument.symbol,
                                .object([
                                    JSONMember("rate", .string(terms.rate.description)),
                                    JSONMember(
                                        "available",
                                        .optional(terms.available.map { String($0.lots) })),
                                ]))
                        }
                    })),
        ])
    }

    private func symbol(of instrument: InstrumentID) -> String {
        instruments[instrument]?.symbol ?? ""
    }

    private func description(of instrument: Instrument) -> JSONValue {
        let venue = Int(instrument.venue.rawValue) - 1
        var members = [
            JSONMember("symbol", .string(instrument.symbol)),
            JSONMember("venue", .string(venues[venue].name)),
            JSONMember("kind", .string("\(instrument.kind)")),
            JSONMember("currency", .string(instrument.currency.code)),
            JSONMember("decimals", .integer(Int64(instrument.currency.decimals))),
            JSONMember("tick_size", .string(instrument.tickSize.description)),
            JSONMember("lot", .string(instrument.lot.description)),
            JSONMember("multiplier", .string(instrument.multiplier.description)),
        ]
        if instrument.limits != .none {
            members.append(JSONMember("limits", limits(of: instrument)))
        }
        if instrument.margin != .none {
            members.append(JSONMember("margin", margin(of: instrument)))
        }
        return .object(members)
    }

    private func margin(of instrument: Instrument) -> JSONValue {
        func text(_ requirement: MarginTerms.Requirement?) -> JSONValue {
            switch requirement {
            case .share(let rate): .string(rate.description)
            case .perLot(let amount):
                .string(instrument.currency.text(of: amount) + " per lot")
            case nil: .null
            }
        }
        return .object([
            JSONMember("initial", text(instrument.margin.initial)),
            JSONMember("maintenance", text(instrument.margin.maintenance)),
        ])
    }

    private func limits(of instrument: Instrument) -> JSONValue {
        let limits = instrument.limits
        return .object([
            JSONMember(
                "smallest_quantity", .optional(limits.smallestQuantity.map { String($0.lots) })),
            JSONMember(
                "greatest_quantity", .optional(limits.greatestQuantity.map { String($0.lots) })),
            JSONMember(
                "smallest_notional",
                .optional(limits.smallestNotional.map { instrument.currency.text(of: $0) })),
        ])
    }

    private func description(of account: Account) -> JSONValue {
        var members = [
            JSONMember("name", .string(account.name)),
            JSONMember("currency", .string(account.currency.code)),
            JSONMember("decimals", .integer(Int64(account.currency.decimals))),
            JSONMember("cash", .string(account.currency.text(of: account.startingCash))),
            JSONMember("kind", .string(account.kind.rawValue)),
        ]
        if account.lots != .fifo {
            members.append(JSONMember("lots", .string(account.lots.rawValue)))
        }
        if let venue = account.venue {
            members.append(JSONMember("venue", .string(venues[Int(venue.rawValue) - 1].name)))
        }
        return .object(members)
    }

    private func description(of strategy: StrategyPlan) -> JSONValue {
        var members = [
            JSONMember("name", .string(strategy.name)),
            JSONMember("use", .string(strategy.use)),
            JSONMember(
                "account", .string(accounts[Int(strategy.account.rawValue) - 1].name)),
            JSONMember(
                "parameters",
                .object(
                    strategy.parameters.map { JSONMember($0.key, Self.value($0.value)) })),
        ]
        if strategy.isAgent { members.append(JSONMember("agent", .boolean(true))) }
        return .object(members)
    }

    private static func value(_ parameter: ParameterValue) -> JSONValue {
        switch parameter {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .boolean(let flag): .boolean(flag)
        case .list(let values): .array(values.map(value))
        case .table(let entries): .object(entries.map { JSONMember($0.key, value($0.value)) })
        case .nothing: .null
        }
    }
}
