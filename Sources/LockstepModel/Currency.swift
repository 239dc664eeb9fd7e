/// A currency: its code, and how many decimals its smallest unit has.
public struct Currency: Hashable, Sendable {
    /// How many decimals a currency may have.
    public static let allowedDecimals = 0...9

    /// The code, such as `USD`.
    public let code: String
    /// The decimals of the smallest unit: money counts units of 10⁻ᵈ.
    public let decimals: Int

    /// Declares a currency.
    ///
    /// - Parameters:
    ///   - code: The code: 1 to 16 letters or digits.
    ///   - decimals: The decimals, 0 to 9.
    /// - Throws: ``ModelError/invalidCurrency(code:decimals:)``.
    public init(_ code: String, decimals: Int = 6) throws(ModelError) {
        let sound = code.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            default: false
            }
        }
        guard sound, (1...16).contains(code.utf8.count), Self.allowedDecimals.contains(decimals)
        else { throw .invalidCurrency(code: code, decimals: decimals) }
        self.code = code
        self.decimals = decimals
    }

    /// The amount that decimal text or a number means, exactly.
    ///
    /// - Parameter value: The number, in whole currency.
    /// - Returns: The amount.
    /// - Throws: ``ModelError/tooManyDecimals(value:decimals:)`` or
    ///   ``ModelError/outOfRange(value:what:)``.
    public func money(from value: ExactDecimal) throws(ModelError) -> Money {
        Money(units: try value.scaled(toDecimals: decimals))
    }

    /// The exact decimal text of an amount, with all decimals of the currency and without its code.
    ///
    /// - Parameter money: The amount.
    /// - Returns: The text, such as `-12.500000`.
    public func text(of money: Money) -> String {
        ExactDecimal.text(Int128(money.units), -decimals)
    }
}

extension Currency: Codable {
    private enum CodingKeys: String, CodingKey { case code, decimals }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            container.decode(String.self, forKey: .code),
            decimals: container.decode(Int.self, forKey: .decimals))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(code, forKey: .code)
        try container.encode(decimals, forKey: .decimals)
    }
}
