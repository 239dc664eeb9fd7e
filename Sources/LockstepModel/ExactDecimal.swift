/// An exact decimal number: a mantissa times a power of ten.
///
/// It is what decimal text means, before a grid is known. The form is unique: the mantissa has no
/// trailing zeros, and zero has the exponent 0. So equal numbers are equal values.
@frozen
public struct ExactDecimal: Hashable, Sendable {
    /// The digits, with the sign.
    public let mantissa: Int64
    /// The power of ten, from -36 to 36.
    public let exponent: Int32

    /// The powers of ten that are held.
    static let exponents = -36...36

    /// Makes the number in its unique form.
    ///
    /// - Parameters:
    ///   - mantissa: The digits, with the sign.
    ///   - exponent: The power of ten.
    /// - Throws: ``ModelError/decimalTooLong(text:)`` for an exponent beyond 36.
    public init(mantissa: Int64, exponent: Int) throws(ModelError) {
        guard let value = Self(Int128(mantissa), exponent) else {
            throw .decimalTooLong(text: "\(mantissa)e\(exponent)")
        }
        self = value
    }

    /// The number in its unique form, or nil when it is out of range.
    init?(_ wide: Int128, _ power: Int) {
        var (digits, power) = (wide, power)
        if digits == 0 { power = 0 }
        while digits != 0 && digits % 10 == 0 {
            digits /= 10
            power += 1
        }
        guard let mantissa = Int64(exactly: digits), Self.exponents.contains(power) else {
            return nil
        }
        self.mantissa = mantissa
        exponent = Int32(power)
    }

    /// A whole number.
    public init(_ whole: Int64) {
        var (digits, power) = (whole, Int32(0))
        while digits != 0 && digits % 10 == 0 {
            digits /= 10
            power += 1
        }
        mantissa = digits
        exponent = power
    }

    /// Zero.
    public static var zero: Self { Self(0) }

    /// One.
    public static var one: Self { Self(1) }

    /// Reads decimal text like `12.5`, `-0.001`, `+3` or `1e-10`; nothing may stand around it.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``ModelError/notADecimal(text:)`` for anything else, infinities and NaN too;
    ///   ``ModelError/decimalTooLong(text:)`` for more digits than fit.
    public init(_ text: some StringProtocol) throws(ModelError) {
        let text = String(text)
        try self.init(ascii: text.utf8.span)
    }

    /// Reads decimal text from bytes in place; see ``init(_:)``.
    ///
    /// - Parameter bytes: The bytes of the text, in ASCII.
    /// - Throws: What ``init(_:)`` throws.
    public init(ascii bytes: Span<UInt8>) throws(ModelError) {
        var scan = DecimalScan()
        for index in bytes.indices { scan.take(bytes[index]) }
        switch scan.result {
        case .number(let digits, let power):
            guard let value = Self(digits, power) else {
                throw .decimalTooLong(text: Self.excerpt(bytes))
            }
            self = value
        case .tooLong: throw .decimalTooLong(text: Self.excerpt(bytes))
        case .junk: throw .notADecimal(text: Self.excerpt(bytes))
        }
    }

    /// The first characters of a text, for a message.
    private static func excerpt(_ bytes: Span<UInt8>) -> String {
        let kept = bytes.indices.prefix(40).map { bytes[$0] }
        return String(decoding: kept, as: UTF8.self) + (bytes.count > 40 ? "…" : "")
    }

    /// The number in units of a power of ten below one, exactly.
    ///
    /// - Parameter decimals: How many decimals the unit has: 6 gives millionths.
    /// - Returns: The number of units.
    /// - Throws: ``ModelError/tooManyDecimals(value:decimals:)`` when it is between two units,
    ///   ``ModelError/outOfRange(value:what:)`` when it does not fit 64 bits.
    public func scaled(toDecimals decimals: Int) throws(ModelError) -> Int64 {
        if mantissa == 0 { return 0 }
        let power = Int(exponent) + decimals
        if power < 0 { throw .tooManyDecimals(value: self, decimals: decimals) }
        guard let factor = FixedPoint.powerOfTen(min(power, 19)), power <= 19,
            let units = Int64(exactly: Int128(mantissa) * factor)
        else { throw .outOfRange(value: self, what: "units of \(decimals) decimals") }
        return units
    }

    /// How many decimals the number has, at least 0.
    public var decimals: Int { max(0, -Int(exponent)) }
}

extension ExactDecimal: Comparable {
    /// Whether the left number is the smaller one.
    public static func < (left: Self, right: Self) -> Bool {
        let distance = Int(left.exponent) - Int(right.exponent)
        if distance == 0 || left.mantissa.signum() != right.mantissa.signum() {
            return left.mantissa.signum() == right.mantissa.signum()
                ? left.mantissa < right.mantissa
                : left.mantissa.signum() < right.mantissa.signum()
        }
        // The same sign, other exponents: 10¹⁹ times any mantissa is beyond every mantissa.
        guard let factor = FixedPoint.powerOfTen(min(abs(distance), 19)) else { return false }
        return distance > 0
            ? Int128(left.mantissa) * factor < Int128(right.mantissa)
            : Int128(left.mantissa) < Int128(right.mantissa) * factor
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// The shortest exact decimal text, without an exponent.
    public var description: String { Self.text(Int128(mantissa), Int(exponent)) }

    /// The exact decimal text of digits times a power of ten, without an exponent.
    static func text(_ digits: Int128, _ exponent: Int) -> String {
        let sign = digits < 0 ? "-" : ""
        let magnitude = String(digits.magnitude)
        if exponent >= 0 {
            return sign + magnitude + (digits == 0 ? "" : String(repeating: "0", count: exponent))
        }
        let missing = max(0, 1 - exponent - magnitude.utf8.count)
        let padded = String(repeating: "0", count: missing) + magnitude
        return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }
}

extension ExactDecimal: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A reader of decimal text, byte by byte.
private struct DecimalScan {
    enum Result {
        case number(digits: Int128, power: Int)
        case tooLong
        case junk
    }

    private enum Place { case start, sign, whole, point, fraction, mark, markSign, exponent, junk }

    private var place = Place.start
    private var digits: Int128 = 0
    private var negative = false
    private var power = 0
    private var exponent = 0
    private var negativeExponent = false
    private var zeros = 0
    private var tooLong = false

    mutating func take(_ byte: UInt8) {
        switch (place, byte) {
        case (.start, UInt8(ascii: "-")), (.start, UInt8(ascii: "+")):
            negative = byte == UInt8(ascii: "-")
            place = .sign
        case (.start, 48...57), (.sign, 48...57), (.whole, 48...57):
            place = .whole
            takeDigit(byte - 48)
        case (.whole, UInt8(ascii: ".")): place = .point
        case (.point, 48...57), (.fraction, 48...57):
            place = .fraction
            power -= 1
            takeDigit(byte - 48)
        case (.whole, UInt8(ascii: "e")), (.whole, UInt8(ascii: "E")),
            (.fraction, UInt8(ascii: "e")), (.fraction, UInt8(ascii: "E")):
            place = .mark
        case (.mark, UInt8(ascii: "-")), (.mark, UInt8(ascii: "+")):
            negativeExponent = byte == UInt8(ascii: "-")
            place = .markSign
        case (.mark, 48...57), (.markSign, 48...57), (.exponent, 48...57):
            place = .exponent
            exponent = exponent * 10 + Int(byte - 48)
            if exponent > 10_000 {
                tooLong = true
                exponent = 0
            }
        default: place = .junk
        }
    }

    /// Takes one digit; zeros wait until a digit after them needs them.
    private mutating func takeDigit(_ digit: UInt8) {
        if digit == 0 {
            zeros += 1
            return
        }
        for _ in 0..<min(zeros, 20) where digits != 0 { multiply() }
        zeros = 0
        multiply()
        digits += Int128(digit)
    }

    private mutating func multiply() {
        digits *= 10
        if digits > 10_000_000_000_000_000_000 {
            tooLong = true
            digits = 1
        }
    }

    var result: Result {
        switch place {
        case .whole, .fraction, .exponent:
            if tooLong { return .tooLong }
            if digits == 0 { return .number(digits: 0, power: 0) }
            let scale = power + zeros + (negativeExponent ? -exponent : exponent)
            return .number(digits: negative ? -digits : digits, power: scale)
        case .start, .sign, .point, .mark, .markSign, .junk: return .junk
        }
    }
}
