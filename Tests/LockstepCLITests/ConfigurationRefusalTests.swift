import LockstepStrategy
import Testing

@testable import LockstepCLI

@Suite struct ConfigurationRefusalTests {
    /// Reads a sample in which a text was replaced.
    private func refusal(
        _ old: String, _ new: String, _ overrides: [String] = []
    ) throws -> CommandError {
        let sample = Sample.configuration()
        #expect(old.isEmpty || sample.contains(old), "\(old) is not in the sample")
        let text = old.isEmpty ? sample : sample.replacing(old, with: new)
        let registry = try StrategyRegistry.builtIn()
        return try #require(
            #expect(throws: CommandError.self) {
                _ = try ConfigurationFile(text: text, path: "a.toml", overrides: overrides)
                    .run(registry)
            })
    }

    // Lines of the sample: run 1, name 2, venues 3, name 4, fees 5, instruments 6, symbol 7,
    // venue 8, currency 9, tick_size 10, lot 11, data 12, instrument 13, path 14, interval 15,
    // stamp 16, accounts 17, name 18, currency 19, cash 20, strategies 21, name 22, use 23,
    // account 24, parameters 25.
    @Test(arguments: [
        // A key that is not known: its place and the nearest one.
        (
            "lot = \"1\"", "lott = \"1\"", "a.toml:11:1:",
            "There is no key \"instruments.A.lott\". Did you mean \"lot\"?"
        ),
        ("[run]", "[rnu]", "a.toml:1:", "There is no key \"rnu\". Did you mean \"run\"?"),
        (
            "rate = \"0.001\"", "rates = \"0.001\"", "a.toml:5:33:",
            "There is no key \"venues.sim.fees.rates\". Did you mean \"rate\"?"
        ),
        (
            "lots = 2", "lot = 2", "a.toml:25:",
            "BuyAndHold has no parameter \"lot\". Did you mean \"lots\"?"
        ),
        // A wrong type: what is expected and what is there.
        (
            "name = \"sample\"", "name = 5", "a.toml:2:8:",
            "run.name must be text in quotes, not an integer."
        ),
        (
            "\"0.01\"", "0.01", "a.toml:10:13:",
            "instruments.A.tick_size must be written in quotes to be exact: tick_size = \"0.01\"."
        ),
        ("lots = 2", "lots = \"two\"", "a.toml:25:", "must be a whole number, not \"two\"."),
        ("[[venues]]", "[venues]", "a.toml:3:1:", "Write [[venues]] in double brackets."),
        (
            "fees = { kind = \"proportional\", rate = \"0.001\" }", "fees = 5", "a.toml:5:8:",
            "venues.sim.fees must be a table, not an integer."
        ),
        // A key that must be there.
        (
            "name = \"sample\"", "", "a.toml:1:",
            "run.name is missing. Add a line like: name = \"first-run\""
        ),
        ("stamp = \"open\"", "", "a.toml:12:", "data.A.stamp is missing."),
        ("tick_size = \"0.01\"", "", "a.toml:6:", "instruments.A.tick_size is missing."),
        ("kind = \"proportional\", ", "", "a.toml:5:8:", "venues.sim.fees.kind is missing."),
        // A name of nothing.
        (
            "venue = \"sim\"", "venue = \"simm\"", "a.toml:8:9:",
            "names \"simm\", but there is no such venue. Did you mean \"sim\"? Known: sim."
        ),
        (
            "account = \"main\"", "account = \"mian\"", "a.toml:24:11:",
            "there is no such account. Did you mean \"main\"?"
        ),
        (
            "instrument = \"A\"", "instrument = \"B\"", "a.toml:13:14:",
            "names \"B\", but there is no such instrument."
        ),
        (
            "\"BuyAndHold\"", "\"BuyAndHodl\"", "a.toml:23:7:",
            "There is no strategy \"BuyAndHodl\". Did you mean \"BuyAndHold\"?"
        ),
        // Numbers and times.
        ("\"0.01\"", "\"1O\"", "a.toml:10:13:", "\"1O\" is no decimal number."),
        ("\"0.01\"", "\"0\"", "a.toml:7:10:", "The tick size of A is 0."),
        ("\"1000\"", "\"1000.0000001\"", "a.toml:20:8:", "more than 6 decimals"),
        ("\"1000\"", "\"-1\"", "a.toml:20:8:", "accounts.main.cash must be zero or more."),
        ("\"1d\"", "\"1w\"", "a.toml:15:12:", "\"1w\" is no interval."),
        ("[run]", "[run]\nstart = \"2020-02-30\"", "a.toml:2:9:", "which is no date."),
        ("[run]", "[run]\nstart = \"1600-01-01\"", "a.toml:2:9:", "outside the years"),
        ("[run]", "[run]\nseed = -1", "a.toml:2:8:", "run.seed must be at least 0, not -1."),
        (
            "[run]", "[run]\nstart = 2020-01-02\nend = 2020-01-02", "a.toml:3:7:",
            "not after run.start"
        ),
        // Words of which only some are known.
        (
            "name = \"sim\"", "name = \"sim\"\npath = \"advers\"", "a.toml:5:8:",
            "Did you mean \"adverse\"?"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nkind = \"books\"", "a.toml:5:8:",
            "venues.sim.kind must be one of \"bars\""
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nlatency = { order = \"5ms\" }", "a.toml:5:21:",
            "a bar venue has no latency"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\ninitial_margin = \"0\"", "a.toml:5:18:",
            "venues.sim.initial_margin is refused: it must be a rate above zero."
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nmaintenance_margin = \"1\"", "a.toml:5:22:",
            "venues.sim.maintenance_margin is refused: it must be a rate above zero, beneath one"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nliquidation_fee = \"-0.1\"", "a.toml:5:19:",
            "venues.sim.liquidation_fee is refused: it must be a rate from 0"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\ninsufficient = \"some\"", "a.toml:5:16:",
            "venues.sim.insufficient"
        ),
        (
            "[run]", "[risk]\nbeyond_zero = \"mine\"\n[run]", "a.toml:2:15:", "risk.beyond_zero"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nmatcher = \"paths\"", "a.toml:5:11:",
            "Did you mean \"path\"?"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nparticipation = \"1.5\"", "a.toml:5:17:",
            "venues.sim.participation is refused: it must be a share above 0 and up to 1."
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nslippage = { kind = \"share\" }", "a.toml:5:",
            "venues.sim.slippage.k is missing"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nslippage = { kind = \"impact\", y = \"-1\" }",
            "a.toml:5:12:", "venues.sim.slippage.y is refused: it must be a number from 0."
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nslippage = { kind = \"quadratic\", spread = \"1\" }",
            "a.toml:5:", "spread"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\nsession_end = \"5pm\"", "a.toml:5:15:",
            "is \"5pm\", which is no time of the day."
        ),
        (
            "name = \"sim\"",
            "name = \"sim\"\nhalts = [{ instrument = \"A\", start = 2020-01-02 }]", "a.toml:5:",
            "end"
        ),
        (
            "name = \"sim\"", "name = \"sim\"\ncompatible_with = \"backtester\"",
            "a.toml:5:19:", "must be one of \"none\", \"backtestingPy\""
        ),
        // What contradicts something else.
        (
            "currency = \"USD\"\ntick_size", "currency = \"EUR\"\ntick_size", "a.toml:9:12:",
            "instruments.A.currency is EUR, but the accounts have USD."
        ),
        (
            "[[accounts]]",
            "[[accounts]]\nname = \"main\"\ncurrency = \"USD\"\ncash = \"1\"\n[[accounts]]",
            "a.toml:22:8:", "accounts.main.name stands twice."
        ),
        (
            "[run]", "[risk]\nmax_size = \"9\"\nmax_position = \"2\"\n[run]", "a.toml:2:12:",
            "risk.max_size is 9, but risk.max_position of 2 refuses"
        ),
        (
            "[run]", "[risk]\norder_rate = \"5 a second\"\n[run]", "a.toml:2:14:",
            "risk.order_rate is \"5 a second\". Write how many orders in how much time"
        ),
        (
            "[run]", "[risk]\non_breach = \"kill\"\n[run]", "a.toml:2:13:",
            "risk.on_breach says what daily_loss and drawdown do. Add one of them."
        ),
        (
            "[run]", "[risk]\ndrawdown = \"0.1\"\non_breach = \"stop\"\n[run]", "a.toml:3:13:",
            "risk.on_breach"
        ),
        (
            "[run]", "[risk]\nclear = [\"tomorrow\"]\n[run]", "a.toml:2:9:",
            "risk.clear must hold instants like \"2024-01-02T09:30:00Z\""
        ),
        (
            "[run]", "[risk]\ndrawdown = \"1.5\"\n[run]", "a.toml:2:12:",
            "risk.drawdown is 1.5. Write a share above zero"
        ),
        (
            "[run]", "[risk]\ndaily_loss = \"0\"\n[run]", "a.toml:2:14:",
            "risk.daily_loss is 0. Write a number above zero"
        ),
        ("[run]", "[audit]\nlevel = 2\n[run]", "a.toml:2:9:", "audit.level must be 1 or 3"),
        ("[run]", "[run", "a.toml:1:", ""),
    ])
    func `what is wrong is told with its place and a remedy`(
        _ old: String, _ new: String, _ place: String, _ part: String
    ) throws {
        let error = try refusal(old, new)
        #expect(error.exitCode == .configuration)
        #expect(error.description.hasPrefix(place), "\(error)")
        #expect(error.description.contains(part), "\(error)")
    }

    @Test(arguments: [
        ("run.sed=5", "There is no key \"run.sed\". Did you mean \"seed\"?"),
        ("strategies.frist.use=x", "Did you mean \"first\"?"),
        ("strategies.first.parameters.lots=many", "must be a whole number, not \"many\"."),
        ("accounts.main.cash=abc", "is no decimal number"),
        ("run.seed", "A value is missing"),
    ])
    func `a wrong override is told as it was typed`(_ text: String, _ part: String) throws {
        let error = try refusal("", "", [text])
        #expect(error.exitCode == .configuration)
        #expect(error.description.hasPrefix("--set \(text): "), "\(error)")
        #expect(error.description.contains(part), "\(error)")
    }

    @Test(arguments: [
        ("participation = \"0.1\"", "venues.sim.participation"),
        ("compatible_with = \"zipline\"", "venues.sim.compatible_with"),
        ("slippage = { kind = \"share\", k = \"1\" }", "venues.sim.slippage"),
        ("slippage = { kind = \"impact\", y = \"1\" }", "venues.sim.slippage"),
    ])
    func `what asks for volumes is refused where the data have none`(
        _ line: String, _ key: String
    ) throws {
        let sample = Sample.configuration()
            .replacing("name = \"sim\"", with: "name = \"sim\"\n" + line)
            .replacing("stamp = \"open\"", with: "stamp = \"open\"\ncolumns = { volume = \"\" }")
        let registry = try StrategyRegistry.builtIn()
        let error = #expect(throws: CommandError.self) {
            _ = try ConfigurationFile(text: sample, path: "a.toml").run(registry)
        }
        let told = error?.description ?? ""
        #expect(told.hasPrefix("a.toml:5:"))
        #expect(told.contains("\(key) asks for volumes, and the data of A have none."), "\(told)")
    }
}
