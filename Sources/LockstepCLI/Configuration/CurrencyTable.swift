import LockstepFiles
import LockstepModel

/// The currencies of a configuration; one that is not declared has six decimals.
struct CurrencyTable {
    private var declared: [String: Currency] = [:]

    init(_ root: ConfigurationTable) throws(CommandError) {
        for table in try root.tables(
            "currencies", namedBy: "code", known: ["code", "decimals"])
        {
            let code = try table.text("code", like: "\"USD\"")
            if declared[code] != nil {
                throw table.refusal("code", "stands twice. Declare each currency once.")
            }
            let bounds = Currency.allowedDecimals
            let decimals = try table.integer(
                "decimals", Int64(bounds.lowerBound)...Int64(bounds.upperBound))
            do {
                declared[code] = try Currency(code, decimals: decimals.map { Int($0) } ?? 6)
            } catch {
                throw table.refusal("code", "is refused. \(error)")
            }
        }
    }

    /// The currency of a run that names none: USDC, as it is declared or with six decimals.
    func standard() throws(CommandError) -> Currency {
        if let currency = declared["USDC"] { return currency }
        do { return try Currency("USDC") } catch {
            throw .other(.configuration, message: error.description)
        }
    }

    /// The currency that a key of a table names.
    func currency(
        _ table: ConfigurationTable, _ key: String
    ) throws(CommandError) -> Currency {
        let code = try table.text(key, like: "\"USD\"")
        if let currency = declared[code] { return currency }
        do {
            return try Currency(code)
        } catch {
            throw table.refusal(key, "is refused. \(error)")
        }
    }
}
