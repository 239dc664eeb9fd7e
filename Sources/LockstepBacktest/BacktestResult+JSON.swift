package import LockstepFiles
import LockstepModel

extension BacktestResult {
    /// The result as it is written to `result.json`.
    package var json: JSONValue {
        guard case .object(var members) = figures else { return figures }
        if let ruin {
            members.append(
                JSONMember(
                    "ruin",
                    [
                        "account": .string(ruin.account), "equity": .string(ruin.equity),
                        "step": Self.whole(ruin.step.rawValue),
                    ]))
        }
        if !halts.isEmpty { members.append(JSONMember("halts", .array(halts.map(\.json)))) }
        return .object(members)
    }

    private var figures: JSONValue {
        [
            "schema": 1,
            "status": .string(status.rawValue),
            "error": failure.map(\.json) ?? .null,
            "digest": .optional(digest?.description),
            "name": .string(name),
            "seed": .string(String(seed)),
            "period": [
                "start": .optional(start.map { CivilTime.text($0.nanoseconds) }),
                "end": .optional(end.map { CivilTime.text($0.nanoseconds) }),
                "steps": Self.whole(counters.steps), "bars": Self.whole(counters.bars),
            ],
            "accounts": .array(accounts.map(\.json)),
            "orders": [
                "intents": Self.whole(orders.intents), "accepted": Self.whole(orders.accepted),
                "rejected": Self.whole(orders.rejected), "filled": Self.whole(orders.filled),
                "cancelled": Self.whole(orders.cancelled), "expired": Self.whole(orders.expired),
                "open": Self.whole(orders.open),
            ],
            "reasons": .object(reasons.map { JSONMember($0.reason.name, Self.whole($0.count)) }),
            "trades": [
                "count": Self.whole(trades.count), "wins": Self.whole(trades.wins),
                "losses": Self.whole(trades.losses), "win_rate": .optional(trades.winRate),
                "profit_factor": .optional(trades.profitFactor),
                "expectancy": .optional(trades.expectancy),
            ],
            "statistics": [
                "total_return": .optional(statistics.totalReturn),
                "cagr": .optional(statistics.compoundAnnualGrowthRate),
                "annual_volatility": .optional(statistics.annualVolatility),
                "sharpe": .optional(statistics.sharpeRatio),
                "max_drawdown": .optional(statistics.maxDrawdown),
                "max_drawdown_days": statistics.maxDrawdownDays.map { .integer($0) } ?? .null,
                "exposure": .optional(statistics.exposure),
            ],
            "counters": [
                "events": Self.whole(counters.events),
                "deliveries": Self.whole(counters.deliveries), "bars": Self.whole(counters.bars),
            ],
        ]
    }

    private static func whole(_ value: some BinaryInteger) -> JSONValue {
        .integer(Int64(clamping: value))
    }
}

extension BacktestResult.Failure {
    var json: JSONValue {
        [
            "message": .string(message),
            "step": step.map { .integer(Int64(clamping: $0.rawValue)) } ?? .null,
            "sequence": sequence.map { .integer(Int64(clamping: $0.rawValue)) } ?? .null,
            "service": .optional(service),
        ]
    }
}

extension BacktestResult.Halted {
    var json: JSONValue {
        [
            "time": .string(CivilTime.text(time.nanoseconds)), "reason": .string(reason.name),
            "account": .optional(account), "instrument": .optional(instrument),
            "flatten": .boolean(flattens),
        ]
    }
}

extension BacktestResult.Account {
    var json: JSONValue {
        func text(_ money: Money) -> JSONValue { .string(currency.text(of: money)) }
        return [
            "name": .string(name), "currency": .string(currency.code),
            "cash_start": text(cashStart), "cash_end": text(cashEnd),
            "equity_start": text(equityStart), "equity_end": text(equityEnd),
            "realized": text(realised), "unrealized": text(unrealised), "fees": text(fees),
            "slippage": text(slippage), "funding": text(funding), "borrow": text(borrow),
            "interest": text(interest), "dividends": text(dividends),
        ]
    }
}
