import LockstepModel
import LockstepOutcomeMarket

/// A market driven by the steps of a vector file.
struct VectorMarket {
    private(set) var engine: OutcomeMarketEngine
    private var output = OutcomeOutput()
    private var users: [String] = []

    init(_ file: VectorValue) throws {
        let parameters = try OutcomeMarketParameters(vector: file["params"] ?? .null)
        let start = file["init"]
        // States of a file's own need not have holders for their tokens.
        engine = try OutcomeMarketEngine(
            parameters, checks: start == nil ? .everyStep : .never)
        for (outcome, fields) in (start?["binaries"]?.list ?? []).enumerated() {
            try engine.set(
                outcome, contributed: fields["V"]?.whole, yes: fields["qYes"]?.whole,
                no: fields["qNo"]?.whole, pairs: fields["pairs"]?.whole,
                virtualYes: fields["virtual"]?.whole)
        }
        for (name, fields) in (start?["users"]?.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
            let user = number(name)
            try engine.open(user, cash: fields["cash"]?.whole ?? parameters.startBalance)
            for (key, size) in fields["tokens"]?.fields ?? [:] {
                let parts = key.split(separator: ":")
                guard parts.count == 2, let outcome = Int(parts[0]), let size = size.whole else {
                    throw VectorError("tokens \(key)")
                }
                try engine.give(size, Self.token(String(parts[1])), of: outcome, to: user)
            }
        }
    }

    /// Takes a step and says what came out, in the form of the file.
    mutating func take(_ step: VectorValue) throws -> VectorValue {
        switch step["op"]?.text {
        case "quote": return try quote(step)
        case "tick":
            let orders = try (step["orders"]?.list ?? []).map { try order($0) }
            try engine.runBatch(at: try now(step), orders, into: &output)
        case "freeze":
            try engine.freeze()
            return .null
        case "resume":
            try engine.resume(at: try now(step))
            return .null
        case "eliminate":
            let outcomes = (step["outcomes"]?.list ?? []).compactMap(\.whole).map { Int($0) }
            try engine.eliminate(outcomes, at: try now(step), into: &output)
        case "settle":
            guard let winner = step["winner"]?.whole else { throw VectorError("no winner") }
            try engine.settle(winner: Int(winner), at: try now(step), into: &output)
        default: throw VectorError("unknown step \(step)")
        }
        return .fields([
            "fills": .list(output.fills.map(fill)), "events": .list(events()), "state": state(),
        ])
    }

    private func now(_ step: VectorValue) throws -> Int64 {
        guard let now = step["now"] else { throw VectorError("no time in \(step)") }
        return try OutcomeMarketParameters.milliseconds(now)
    }

    private mutating func number(_ name: String) -> UInt32 {
        if let index = users.firstIndex(of: name) { return UInt32(index) }
        users.append(name)
        return UInt32(users.count - 1)
    }

    private static func token(_ text: String?) throws -> OutcomeToken {
        switch text {
        case "YES": .yes
        case "NO": .no
        default: throw VectorError("token \(text ?? "nil")")
        }
    }

    private static func side(_ text: String?) throws -> Side {
        switch text {
        case "BUY": .buy
        case "SELL": .sell
        default: throw VectorError("side \(text ?? "nil")")
        }
    }

    private mutating func order(_ value: VectorValue) throws -> OutcomeOrder {
        guard case .whole(let id)? = value["id"], let user = value["user"]?.text,
            let time = value["ts"]
        else { throw VectorError("order \(value)") }
        return OutcomeOrder(
            id: UInt64(id), user: number(user),
            time: try OutcomeMarketParameters.milliseconds(time), action: try action(value))
    }

    private func action(_ value: VectorValue) throws -> OutcomeOrder.Action {
        if value["type"]?.text == "CANCEL" {
            guard case .whole(let target)? = value["target"] else {
                throw VectorError("order \(value)")
            }
            return .cancel(target: UInt64(target))
        }
        guard let outcome = value["outcome"]?.whole, let size = value["size"]?.whole else {
            throw VectorError("order \(value)")
        }
        let token = try Self.token(value["token"]?.text)
        let side = try Self.side(value["side"]?.text)
        if value["type"]?.text == "MARKET" {
            return .market(
                OutcomeMarketOrder(
                    outcome: Int(outcome), token: token, side: side, size: size,
                    maxSlippage: value["maxSlippage"]?.whole))
        }
        guard value["type"]?.text == "LIMIT", let price = value["limit"]?.whole else {
            throw VectorError("order \(value)")
        }
        return .limit(
            OutcomeLimit(
                outcome: Int(outcome), token: token, side: side, size: size, price: price,
                autoFill: value["autoFill"]?.flag ?? false))
    }

    private func quote(_ step: VectorValue) throws -> VectorValue {
        guard let outcome = step["outcome"]?.whole, let size = step["size"]?.whole else {
            throw VectorError("quote \(step)")
        }
        let side = try Self.side(step["side"]?.text)
        let quotation = try engine.quote(
            side, try Self.token(step["token"]?.text), of: Int(outcome), size: size,
            at: try now(step))
        let trade = quotation.trade
        if trade.refusal == .makerDepleted { return .fields(["depleted": .flag(true)]) }
        if let refusal = trade.refusal { return .fields(["reason": .text(refusal.name)]) }
        var fields: [String: VectorValue] = [
            "amount": Self.whole(trade.amount), "penalised": .flag(trade.isPenalised),
            "bounded": .flag(trade.isBounded), "root": .text(trade.root.description),
            "quotedPrice": .text(trade.quotedPrice.description),
        ]
        if side == .sell {
            fields["fromOwn"] = Self.whole(quotation.own)
            fields["fromOthers"] = .list(
                engine.activeOutcomes.filter { $0 != Int(outcome) }.map {
                    .list([.whole(Int128($0)), Self.whole(quotation.others[$0])])
                })
        }
        return .fields(fields)
    }
}

/// What came out, in the form of the files.
extension VectorMarket {
    private static func whole(_ value: Int64) -> VectorValue { .whole(Int128(value)) }

    private static func order(_ id: UInt64) -> VectorValue { .whole(Int128(id)) }

    private static func name(_ token: OutcomeToken) -> VectorValue {
        .text(token == .yes ? "YES" : "NO")
    }

    private static func name(_ side: Side) -> VectorValue { .text(side == .buy ? "BUY" : "SELL") }

    private static func name(_ source: FillSource) -> VectorValue {
        switch source {
        case .book: .text("LOB")
        case .cross: .text("CROSS")
        case .maker: .text("AMM")
        case .autoFill: .text("AUTOFILL")
        }
    }

    private static func name(_ kind: FillKind) -> VectorValue {
        switch kind {
        case .taker: .text("taker")
        case .direct: .text("direct")
        case .mint: .text("mint")
        case .merge: .text("merge")
        case .pool: .text("pool")
        }
    }

    private func fill(_ fill: OutcomeFill) -> VectorValue {
        .fields([
            "source": Self.name(fill.source), "kind": Self.name(fill.kind),
            "role": .text(fill.role == .maker ? "maker" : "taker"),
            "order": Self.order(fill.order), "user": .text(users[Int(fill.user)]),
            "outcome": .whole(Int128(fill.outcome)), "token": Self.name(fill.token),
            "side": Self.name(fill.side), "size": Self.whole(fill.size),
            "notional": Self.whole(fill.notional), "fee": Self.whole(fill.fee),
            "rebate": Self.whole(fill.rebate),
        ])
    }

    /// The events; what a round renormalises is one event there.
    private func events() -> [VectorValue] {
        var values: [VectorValue] = []
        var (survivors, supplies): ([VectorValue], [VectorValue]) = ([], [])
        for event in output.events {
            if case .renormalised(let outcome, let virtualYes) = event {
                survivors.append(.whole(Int128(outcome)))
                supplies.append(Self.whole(virtualYes))
            } else {
                values.append(value(event))
            }
        }
        if !survivors.isEmpty {
            values.append(
                .fields([
                    "type": .text("RENORMALISED"), "virtual": .list(supplies),
                    "outcomes": .list(survivors),
                ]))
        }
        return values
    }

    private func value(_ event: OutcomeEvent) -> VectorValue {
        switch event {
        case .accepted(let order): return Self.event("ACCEPTED", ["order": Self.order(order)])
        case .rejected(let order, let refusal):
            return Self.event(
                "REJECTED", ["order": Self.order(order), "reason": .text(refusal.name)])
        case .filled(let order): return Self.event("FILLED", ["order": Self.order(order)])
        case .cancelled(let order, let size):
            return Self.event(
                "CANCELED", ["order": Self.order(order), "size": Self.whole(size)])
        case .match(let match): return value(match)
        case .autoFill(let match): return value(match)
        case .eliminated(let outcome, let paid, let freed):
            return Self.event(
                "ELIMINATED",
                [
                    "outcome": .whole(Int128(outcome)), "paid": Self.whole(paid),
                    "freed": Self.whole(freed),
                ])
        case .settled(let outcome, let paid, let left):
            return Self.event(
                "SETTLED",
                [
                    "outcome": .whole(Int128(outcome)), "paid": Self.whole(paid),
                    "left": Self.whole(left),
                ])
        case .renormalised: return .null
        }
    }

    private static func event(
        _ type: String, _ fields: [String: VectorValue]
    ) -> VectorValue {
        .fields(fields.merging(["type": .text(type)]) { $1 })
    }

    private func value(_ match: RestingMatch) -> VectorValue {
        var fields: [String: VectorValue] = [
            "source": Self.name(match.source), "kind": Self.name(match.kind),
            "outcome": .whole(Int128(match.outcome)), "size": Self.whole(match.size),
            "prices": .list([Self.whole(match.firstPrice), Self.whole(match.secondPrice)]),
            "fee": Self.whole(match.fee), "toPool": Self.whole(match.toPool),
        ]
        if let token = match.token { fields["token"] = Self.name(token) }
        return Self.event("MATCH", fields)
    }

    private func value(_ match: AutoFillMatch) -> VectorValue {
        Self.event(
            "AUTOFILL",
            [
                "outcome": .whole(Int128(match.outcome)), "token": Self.name(match.token),
                "side": Self.name(match.side), "price": Self.whole(match.price),
                "size": Self.whole(match.size), "charge": Self.whole(match.charge),
                "amm": Self.whole(match.amount), "surplus": Self.whole(match.surplus),
                "house": Self.whole(match.house), "rebate": Self.whole(match.rebate),
            ])
    }

    private func state() -> VectorValue {
        let house = engine.house
        return .fields([
            "binaries": .list((0..<engine.parameters.outcomes).map(binary)),
            "users": .fields(
                Dictionary(
                    uniqueKeysWithValues: users.enumerated().compactMap { index, name in
                        account(UInt32(index)).map { (name, $0) }
                    })),
            "house": .fields([
                "fees": Self.whole(house.fees), "gas": Self.whole(house.gas),
                "dust": Self.whole(house.dust), "released": Self.whole(house.released),
                "worstCase": Self.whole(engine.worstCaseEquity),
            ]),
        ])
    }

    private func binary(_ outcome: Int) -> VectorValue {
        let view = engine.view(outcome)
        let levels = engine.levels(of: outcome).map { level in
            VectorValue.fields([
                "token": Self.name(level.token), "side": Self.name(level.side),
                "price": Self.whole(level.price), "size": Self.whole(level.size),
                "optIn": Self.whole(level.optedIn),
            ])
        }
        func price(_ token: OutcomeToken) -> VectorValue {
            view.price(token).map { .text($0.description) } ?? .null
        }
        return .fields([
            "i": .whole(Int128(outcome)), "active": .flag(view.isActive),
            "V": Self.whole(view.contributed), "subsidy": Self.whole(view.subsidy),
            "L": Self.whole(view.liquidity), "qYes": Self.whole(view.yes),
            "qNo": Self.whole(view.no), "pairs": Self.whole(view.pairs),
            "virtualYes": Self.whole(view.virtualYes),
            "seigniorage": Self.whole(view.seigniorage), "pYes": price(.yes), "pNo": price(.no),
            "book": .list(levels),
        ])
    }

    private func account(_ user: UInt32) -> VectorValue? {
        guard let account = engine.account(user) else { return nil }
        var free: [String: VectorValue] = [:]
        var escrow: [String: VectorValue] = [:]
        for outcome in 0..<engine.parameters.outcomes {
            for token in OutcomeToken.allCases {
                let holding = engine.holding(user, outcome, token)
                let key = "\(outcome):\(token == .yes ? "YES" : "NO")"
                if holding.free != 0 { free[key] = Self.whole(holding.free) }
                if holding.escrow != 0 { escrow[key] = Self.whole(holding.escrow) }
            }
        }
        return .fields([
            "cash": Self.whole(account.cash), "escrowCash": Self.whole(account.escrow),
            "tokens": .fields(free), "escrowTokens": .fields(escrow),
        ])
    }
}
