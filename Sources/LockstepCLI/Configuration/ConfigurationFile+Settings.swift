import LockstepBacktest
import LockstepBus
import LockstepFiles
import LockstepModel
import LockstepRisk

/// The tables of settings: each may be left out, and each key of it.
extension ConfigurationFile {
    /// What risk allows.
    func risk() throws(CommandError) -> RiskLimits {
        let keys = [
            "max_size", "max_notional", "max_position", "price_collar", "order_rate", "max_gross",
            "max_net", "daily_loss", "drawdown", "on_breach", "clear", "liquidation_check",
            "beyond_zero",
        ]
        guard let table = try root.table("risk", known: keys) else { return .none }
        let size = try lots(table, "max_size")
        let notional = try table.decimal("max_notional")
        let position = try lots(table, "max_position")
        let collar = try table.rate("price_collar")
        let rate = try table.text("order_rate")
        let gross = try table.decimal("max_gross")
        let net = try table.decimal("max_net")
        let loss = try table.decimal("daily_loss")
        let drawdown = try table.rate("drawdown")
        let response = try table.choice("on_breach", BreachResponse.self)
        if response != nil, loss == nil, drawdown == nil {
            throw table.refusal(
                "on_breach", "says what daily_loss and drawdown do. Add one of them.")
        }
        let clears = try table.instants("clear")
        let liquidation = LiquidationRules(
            check: try table.choice("liquidation_check", LiquidationCheck.self) ?? .close,
            beyondZero: try table.choice("beyond_zero", BeyondZero.self) ?? .keep)
        do throws(RiskError) {
            return try RiskLimits(
                maxSize: size, maxNotional: notional, maxPosition: position, priceCollar: collar,
                orderRate: try rate.map { text throws(RiskError) in try OrderRate(text) },
                account: AccountLimits(
                    maxGross: gross, maxNet: net, dailyLoss: loss, drawdown: drawdown,
                    onBreach: response ?? .reject), clears: clears, liquidation: liquidation)
        } catch {
            let place =
                switch error {
                case .limitNotPositive(let key, _), .limitOutOfRange(let key, _),
                    .contradictoryLimits(let key, _, _, _), .invalidShare(let key, _):
                    table[key]?.place
                case .invalidOrderRate: table["order_rate"]?.place
                default: nil as TOMLPlace?
                }
            throw .configuration(
                place: "\(place ?? table.place)", message: error.description)
        }
    }

    private func lots(
        _ table: ConfigurationTable, _ key: String
    ) throws(CommandError) -> Quantity? {
        guard let value = try table.decimal(key) else { return nil }
        do {
            return Quantity(lots: try value.scaled(toDecimals: 0))
        } catch {
            throw table.refusal(key, "must be a whole number of lots, not \(value).")
        }
    }

    /// How services are judged.
    func bus() throws(CommandError) -> BusSettings {
        var settings = BusSettings()
        let keys = ["strict", "deliveries_per_step"]
        guard let table = try root.table("engine", known: keys) else { return settings }
        settings.strict = try table.flag("strict") ?? settings.strict
        if let budget = try table.integer("deliveries_per_step", 1...Int64.max) {
            settings.deliveriesPerStep = Int(budget)
        }
        return settings
    }

    /// How many days make a year, where that is said.
    func periodsPerYear() throws(CommandError) -> Double? {
        guard let table = try root.table("report", known: ["periods_per_year"]),
            let periods = try table.number("periods_per_year")
        else { return nil }
        guard periods.isFinite, periods > 0 else {
            throw table.refusal("periods_per_year", "must be above zero, not \(periods).")
        }
        return periods
    }

    /// How the log is kept.
    func audit() throws(CommandError) -> BacktestConfiguration.Audit {
        var audit = BacktestConfiguration.Audit()
        let keys = ["enabled", "level", "block", "sync"]
        guard let table = try root.table("audit", known: keys) else { return audit }
        audit.isEnabled = try table.flag("enabled") ?? audit.isEnabled
        if let level = try table.integer("level", 1...3) {
            if level == 2 { throw table.refusal("level", "must be 1 or 3, not 2.") }
            audit.level = Int(level)
        }
        if let block = try table.integer("block", 256...8 << 20) { audit.block = Int(block) }
        audit.synchronization =
            try table.choice("sync", BacktestConfiguration.Audit.Synchronization.self)
            ?? audit.synchronization
        return audit
    }
}
