import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepStrategy

extension BacktestConfiguration {
    /// Checks what the types alone cannot exclude.
    func check() throws(BacktestError) {
        func refuse(_ key: String, _ message: String) throws(BacktestError) {
            throw .configuration(key: key, message: message)
        }
        if !RunDirectory.isValid(name: name) {
            try refuse(
                "run.name",
                "\"\(name)\" cannot name a directory. Use letters, digits, '.', '_' and '-', "
                    + "beginning with a letter or digit, at most 128.")
        }
        if venues.isEmpty { try refuse("venues", "There is none. Declare at least one.") }
        if instruments.isEmpty {
            try refuse("instruments", "There is none. Declare at least one.")
        }
        if data.isEmpty, feeds.isEmpty, venues.allSatisfy({ $0.market.hours == nil }) {
            try refuse("data", "There is none. Declare at least one series.")
        }
        if venues.count > 1, let holder = venues.first(where: { $0.market.holdsAccounts }) {
            try refuse(
                "venues.\(holder.name)",
                "It keeps the cash of the accounts, which can trade nowhere else. "
                    + "Make it the only venue of the run.")
        }
        if accounts.isEmpty { try refuse("accounts", "There is none. Declare at least one.") }
        if let start, let end, end <= start {
            try refuse("run.end", "\(end) is not after run.start, \(start).")
        }
        if !(periodsPerYear.isFinite && periodsPerYear > 0) {
            try refuse("report.periods_per_year", "\(periodsPerYear) is not above zero.")
        }
        for instrument in instruments
        where instrument.venue.rawValue == 0 || Int(instrument.venue.rawValue) > venues.count {
            try refuse(
                "instruments.\(instrument.symbol).venue",
                "There is no venue \(instrument.venue.rawValue).")
        }
        for series in data where instruments[series.instrument] == nil {
            try refuse(
                "data", "A series names instrument \(series.instrument.rawValue), which is unknown."
            )
        }
        for strategy in strategies
        where strategy.account.rawValue == 0 || Int(strategy.account.rawValue) > accounts.count {
            try refuse(
                "strategies.\(strategy.name).account",
                "There is no account \(strategy.account.rawValue).")
        }
        try checkUnique("venues", venues.map(\.name))
        try checkUnique("accounts", accounts.map(\.name))
        try checkUnique("strategies", strategies.map(\.name))
    }

    private func checkUnique(_ key: String, _ names: [String]) throws(BacktestError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw .configuration(
                key: "\(key).\(name)", message: "The name stands twice. Give each its own.")
        }
    }
}
