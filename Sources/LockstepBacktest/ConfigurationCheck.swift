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
        try checkKeepers()
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
        try checkDated()
        try checkUnique("venues", venues.map(\.name))
        try checkUnique("accounts", accounts.map(\.name))
        try checkUnique("strategies", strategies.map(\.name))
    }

    /// Checks that every account has one place to trade.
    private func checkKeepers() throws(BacktestError) {
        let keepers = venues.indices.filter { venues[$0].market.holdsAccounts }
        if keepers.count > 1 {
            throw .configuration(
                key: "venues.\(venues[keepers[1]].name)",
                message: "It keeps accounts, and so does \(venues[keepers[0]].name). "
                    + "A run has one outcome market at most.")
        }
        for account in accounts {
            guard let venue = account.venue else { continue }
            let place = Int(venue.rawValue) - 1
            if keepers.contains(place) { continue }
            throw .configuration(
                key: "accounts.\(account.name).venue",
                message: venues.indices.contains(place)
                    ? "\(venues[place].name) keeps no accounts: the run does, and they trade at "
                        + "all such venues. Remove the line."
                    : "There is no venue \(venue.rawValue).")
        }
        guard let keeper = keepers.first, venues.count > 1 else { return }
        let kept = accounts.filter { $0.venue == VenueID(UInt16(keeper + 1)) }
        if kept.isEmpty {
            throw .configuration(
                key: "venues.\(venues[keeper].name)",
                message: "No account trades there. An account trades there or at the other "
                    + "venues: write venue = \"\(venues[keeper].name)\" in [[accounts]].")
        }
    }

    private func checkUnique(_ key: String, _ names: [String]) throws(BacktestError) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw .configuration(
                key: "\(key).\(name)", message: "The name stands twice. Give each its own.")
        }
    }

    /// Checks what is said of dated events and of what holding costs.
    private func checkDated() throws(BacktestError) {
        func refuse(_ key: String, _ message: String) throws(BacktestError) {
            throw .configuration(key: key, message: message)
        }
        if !isDated { return }
        if let holder = venues.first(where: { $0.market.holdsAccounts }) {
            try refuse(
                "venues.\(holder.name)",
                "It keeps the cash of the accounts, which knows no dated events, no borrowing and "
                    + "no interest. Leave them out.")
        }
        if !(1...86_400).contains(financing.sessionEnd) {
            try refuse("financing.session_end", "It must be from 00:00:01 to 24:00.")
        }
        if let increment = financing.feeIncrement, increment <= .zero {
            try refuse("financing.fee_increment", "It must be above zero.")
        }
        if financing.shortRebate < .zero
            || financing.debitRates.values.contains(where: { $0 < .zero })
            || financing.borrows.values.contains(where: { $0.rate < .zero })
        {
            try refuse("financing", "A rate is below zero. Write what it costs, or earns, a year.")
        }
        for id in financing.borrows.keys where instruments[id] == nil {
            try refuse("financing", "There is no instrument \(id.rawValue).")
        }
        for id in financing.debitRates.keys
        where id.rawValue == 0 || Int(id.rawValue) > accounts.count {
            try refuse("financing", "There is no account \(id.rawValue).")
        }
    }
}
