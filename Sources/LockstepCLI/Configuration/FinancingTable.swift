import LockstepBacktest
import LockstepBookMarket
import LockstepFeed
import LockstepModel

/// What a configuration says of dated events, and of what holding costs.
enum FinancingTable {
    /// The keys of an instrument.
    static let instrumentKeys = ["borrow_rate", "borrow_available"]
    /// The keys of an account.
    static let accountKeys = ["debit_rate"]

    private static let keys = ["day_count", "session_end", "fee_increment", "short_rebate"]

    /// Reads `[[events]]`.
    ///
    /// - Parameters:
    ///   - root: The configuration.
    ///   - file: Its path; those of the events are relative to its directory.
    ///   - instruments: The instruments.
    ///   - period: The period of the run.
    /// - Returns: The feeds of events, in their order.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    static func feeds(
        _ root: ConfigurationTable, file: String, _ instruments: Instruments, _ period: FeedPeriod
    ) throws(CommandError) -> [DatumFeed] {
        var feeds: [DatumFeed] = []
        for table in try root.tables("events", namedBy: "path", known: ["path"]) {
            let path = try table.text("path", like: "\"events.csv\"")
            if path.isEmpty { throw table.refusal("path", "is empty. Name the file.") }
            feeds.append(
                DatumFeed(
                    events: DataTable.path(path, from: file), of: instruments, period: period))
        }
        return feeds
    }

    /// Reads `[financing]`, and the keys of instruments and accounts that belong to it.
    ///
    /// - Parameters:
    ///   - root: The configuration.
    ///   - instruments: The instruments.
    ///   - accounts: The accounts.
    /// - Returns: What holding costs.
    /// - Throws: ``CommandError/configuration(place:message:)``.
    static func financing(
        _ root: ConfigurationTable, _ instruments: Instruments, _ accounts: [Account]
    ) throws(CommandError) -> Financing {
        var financing = Financing()
        if let table = try root.table("financing", known: keys) {
            if let days = try table.integer("day_count", 1...366) {
                guard let count = Financing.DayCount(rawValue: days) else {
                    throw table.refusal("day_count", "is \(days). Write 365 or 360.")
                }
                financing.dayCount = count
            }
            financing.shortRebate = try rate("short_rebate", table) ?? .zero
            financing.sessionEnd = try sessionEnd(table) ?? financing.sessionEnd
            financing.feeIncrement = try increment(table, accounts.first?.currency)
        }
        for (place, table) in try root.tables("instruments", namedBy: "symbol", known: nil)
            .enumerated()
        where place < instruments.count {
            let rate = try rate("borrow_rate", table)
            var available: Quantity?
            if let text = try table.decimal("borrow_available") {
                do throws(ModelError) {
                    available = try instruments[place].quantity(from: text)
                } catch { throw table.refusal("borrow_available", "is refused. \(error)") }
            }
            if rate == nil, available == nil { continue }
            financing.borrows[instruments[place].id] = Financing.Borrow(
                rate: rate ?? .zero, available: available)
        }
        for (place, table) in try root.tables("accounts", namedBy: "name", known: nil).enumerated()
        where place < accounts.count {
            if let rate = try rate("debit_rate", table) {
                financing.debitRates[accounts[place].id] = rate
            }
        }
        return financing
    }

    /// A rate of a year.
    private static func rate(
        _ key: String, _ table: ConfigurationTable
    ) throws(CommandError) -> Rate? {
        guard let rate = try table.rate(key) else { return nil }
        if rate < .zero { throw table.refusal(key, "is \(rate). Write a rate of a year from 0.") }
        return rate
    }

    private static func sessionEnd(_ table: ConfigurationTable) throws(CommandError) -> Int64? {
        guard let text = try table.text("session_end") else { return nil }
        if let time = TimeOfDay(text), time.minutes > 0 { return Int64(time.minutes) * 60 }
        throw table.refusal(
            "session_end",
            "is \"\(text)\", which is no end of a day. Write \"HH:MM\" in UTC, from \"00:01\" to "
                + "\"24:00\".")
    }

    private static func increment(
        _ table: ConfigurationTable, _ currency: Currency?
    ) throws(CommandError) -> Money? {
        guard let decimal = try table.decimal("fee_increment"), let currency else { return nil }
        let money: Money
        do throws(ModelError) { money = try currency.money(from: decimal) } catch {
            throw table.refusal("fee_increment", "is refused. \(error)")
        }
        if money <= .zero { throw table.refusal("fee_increment", "must be above zero.") }
        return money
    }
}
