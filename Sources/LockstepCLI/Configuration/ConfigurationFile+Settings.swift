import LockstepBacktest
import LockstepBus
import LockstepFiles
import LockstepModel
import LockstepRisk

/// The tables of settings: each may be left out, and each key of it.
extension ConfigurationFile {
    /// What risk allows.
    func risk() throws(CommandError) -> RiskLimits {
        let keys = ["max_size", "max_notional", "max_position"]
        guard let table = try root.table("risk", known: keys) else { return .none }
        let size = try lots(table, "max_size")
        let notional = try table.decimal("max_notional")
        let position = try lots(table, "max_position")
        do throws(RiskError) {
            return try RiskLimits(
                maxSize: size, maxNotional: notional, maxPosition: position)
        } catch {
            let place =
                switch error {
                case .limitNotPositive(let key, _), .limitOutOfRange(let key, _),
                    .contradictoryLimits(let key, _, _, _):
                    table[key]?.place
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
