/// What can be wrong with a text or a value that describes the trading world.
@nonexhaustive
public enum ModelError: Error, Hashable, Sendable {
    /// The text is no decimal number.
    case notADecimal(text: String)
    /// The number has more digits, or a greater exponent, than exact arithmetic holds.
    case decimalTooLong(text: String)
    /// The number has more decimals than its place allows.
    case tooManyDecimals(value: ExactDecimal, decimals: Int)
    /// The number does not fit its place.
    case outOfRange(value: ExactDecimal, what: String)
    /// The text is no interval.
    case invalidInterval(text: String)
    /// The text is no symbol.
    case invalidSymbol(text: String)
    /// The currency cannot be declared so.
    case invalidCurrency(code: String, decimals: Int)
    /// A tick size, lot or multiplier is not positive.
    case notPositive(symbol: String, what: String, value: ExactDecimal)
    /// One tick of one lot is not an exact ratio of money units.
    case inexactRatio(symbol: String)
    /// A price lies between two ticks; the grid told would fit it.
    case offGrid(symbol: String, price: ExactDecimal, fitting: ExactDecimal)
    /// A quantity lies between two lots.
    case offLot(symbol: String, quantity: ExactDecimal, lot: ExactDecimal)
    /// A volume is negative.
    case negativeVolume(symbol: String, volume: ExactDecimal)
    /// Two instruments have one symbol.
    case duplicateSymbol(symbol: String)
    /// An instrument does not stand where its identity says.
    case misplacedInstrument(symbol: String, id: InstrumentID, position: Int)
    /// No instrument has the symbol; the nearest known ones are told.
    case unknownInstrument(symbol: String, known: [String])
    /// A bar contradicts itself.
    case invalidBar(series: SeriesID, label: Timestamp, fault: BarFault)
}

extension ModelError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notADecimal(let text):
            "\"\(text)\" is no decimal number. Write it like 12.5, -0.001 or 1e-10."
        case .decimalTooLong(let text):
            "The number \"\(text)\" has too many digits. At most 18 significant digits are exact."
        case .tooManyDecimals(let value, let decimals):
            "The number \(value) has more than \(decimals) decimals. Round it, or declare more."
        case .outOfRange(let value, let what):
            "The number \(value) is too large for \(what). "
                + "Use a smaller one, or a coarser tick size, lot or currency unit."
        case .invalidInterval(let text):
            "\"\(text)\" is no interval. Write a count from 1 and s, m, h or d, like 5m or 1d."
        case .invalidSymbol(let text):
            "\"\(text)\" is no symbol. Use 1 to 64 of A-Z a-z 0-9 . _ : / - and begin with a "
                + "letter or a digit."
        case .invalidCurrency(let code, let decimals):
            "The currency \"\(code)\" with \(decimals) decimals is refused. "
                + "Use a code of 1 to 16 letters or digits and 0 to 9 decimals."
        case .notPositive(let symbol, let what, let value):
            "The \(what) of \(symbol) is \(value). Declare a number above zero."
        case .inexactRatio(let symbol):
            "One tick of one lot of \(symbol) is no ratio of money units that fits 64 bits. "
                + "Use a simpler tick size, lot or multiplier, or fewer decimals of the currency."
        case .offGrid(let symbol, let price, let fitting):
            "The price \(price) is not on the grid of \(symbol). "
                + "A tick size of \(fitting) would fit it."
        case .offLot(let symbol, let quantity, let lot):
            "The quantity \(quantity) of \(symbol) is no whole number of lots of \(lot). "
                + "Use a multiple, or declare a smaller lot."
        case .negativeVolume(let symbol, let volume):
            "The volume \(volume) of \(symbol) is negative. Correct the data."
        case .duplicateSymbol(let symbol):
            "Two instruments have the symbol \(symbol). Give each its own."
        case .misplacedInstrument(let symbol, let id, let position):
            "The instrument \(symbol) has identity \(id.rawValue), but stands at position "
                + "\(position). Number the instruments from 1 in their order."
        case .unknownInstrument(let symbol, let known):
            "No instrument has the symbol \"\(symbol)\". Known: "
                + (known.isEmpty ? "none" : known.joined(separator: ", "))
                + ". Declare it among the instruments, or correct the symbol."
        case .invalidBar(let series, let label, let fault):
            "The bar with the stamp \(label) of series \(series.rawValue) is "
                + "refused: \(fault). Correct the data."
        }
    }
}
