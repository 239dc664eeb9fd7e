import FoundationEssentials
public import LockstepModel

/// What the configuration of a run calls its instruments, strategies and accounts, and the grids
/// on which their numbers lie.
///
/// An identity is a position from 1 in the configuration. Whatever the configuration does not say
/// is simply not known: numbers are then shown as they are.
public struct AuditNames: Hashable, Sendable {
    /// An instrument as the log's configuration has it.
    public struct Instrument: Hashable, Sendable {
        /// Its symbol.
        public let symbol: String
        /// The price of one tick.
        public let tickSize: ExactDecimal?
        /// The size of one lot.
        public let lot: ExactDecimal?
        /// The code of its currency.
        public let currency: String?
    }

    /// By position, the first being number 1.
    public private(set) var instruments: [Instrument] = []
    /// By position, the first being number 1.
    public private(set) var strategies: [String] = []
    /// By position, the first being number 1.
    public private(set) var accounts: [String] = []
    private var accountCurrencies: [String?] = []
    private var decimals: [String: Int] = [:]

    init() {}

    /// Reads a configuration; anything that is not as expected stays unknown.
    init(configuration json: String) {
        let content = try? JSONDecoder().decode(Content.self, from: Data(json.utf8))
        guard let content else { return }
        instruments = (content.instruments ?? []).map { item in
            Instrument(
                symbol: item.symbol, tickSize: item.tick_size?.decimal, lot: item.lot?.decimal,
                currency: item.currency)
        }
        strategies = (content.strategies ?? []).map(\.name)
        accounts = (content.accounts ?? []).map(\.name)
        accountCurrencies = (content.accounts ?? []).map(\.currency)
        for currency in content.currencies ?? [] { decimals[currency.code] = currency.decimals }
    }

    /// The instrument with a number, where the configuration names it.
    public func instrument(_ id: UInt64) -> Instrument? { Self.element(instruments, id) }

    /// The name of a strategy.
    public func strategy(_ id: UInt64) -> String? { Self.element(strategies, id) }

    /// The name of an account.
    public func account(_ id: UInt64) -> String? { Self.element(accounts, id) }

    /// The number of the instrument with a symbol.
    ///
    /// - Parameter symbol: The symbol, or the number as text.
    /// - Returns: The number, from 1.
    /// - Throws: ``AuditError/unknownInstrument(symbol:known:)``.
    public func instrument(named symbol: String) throws(AuditError) -> UInt64 {
        if let place = instruments.firstIndex(where: { $0.symbol == symbol }) {
            return UInt64(place + 1)
        }
        if let number = UInt64(symbol), number > 0 { return number }
        throw .unknownInstrument(symbol: symbol, known: instruments.map(\.symbol))
    }

    /// The code of the currency of an account.
    public func currency(ofAccount id: UInt64) -> String? {
        Self.element(accountCurrencies, id) ?? nil
    }

    /// How many decimals the money of an account has, else that of an instrument.
    func moneyDecimals(account: UInt64?, instrument: UInt64?) -> Int? {
        let ofAccount = account.flatMap { Self.element(accountCurrencies, $0) } ?? nil
        let ofInstrument = instrument.flatMap { self.instrument($0)?.currency }
        guard let code = ofAccount ?? ofInstrument else { return nil }
        // Contracts: a currency has six decimals unless it is declared otherwise.
        let count = decimals[code] ?? 6
        return (0...18).contains(count) ? count : nil
    }

    private static func element<Element>(_ list: [Element], _ id: UInt64) -> Element? {
        id >= 1 && id <= UInt64(list.count) ? list[Int(id - 1)] : nil
    }

    /// The parts of the configuration that are read.
    private struct Content: Decodable {
        struct Item: Decodable {
            let symbol: String
            let tick_size: DecimalText?
            let lot: DecimalText?
            let currency: String?
        }

        struct Named: Decodable {
            let name: String
            let currency: String?
        }

        struct Coin: Decodable {
            let code: String
            let decimals: Int
        }

        let instruments: [Item]?
        let strategies: [Named]?
        let accounts: [Named]?
        let currencies: [Coin]?
    }

    /// A decimal as text, or nothing where it is something else.
    private struct DecimalText: Decodable {
        let decimal: ExactDecimal?

        init(from decoder: any Decoder) throws {
            let text = try? decoder.singleValueContainer().decode(String.self)
            decimal = text.flatMap { try? ExactDecimal($0) }
        }
    }
}
