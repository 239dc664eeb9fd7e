/// A decimal number read exactly from text: `mantissa` times ten to the power `exponent`.
///
/// Zeros at the end of a fraction are dropped: 1.50 is 15 times ten to the power -1; zero has the
/// exponent 0.
package struct DecimalText: Hashable, Sendable {
    /// All digits, with the sign.
    package let mantissa: Int64
    /// The power of ten, -400 to 400.
    package let exponent: Int

    /// Makes a number of its parts, which are kept as they are.
    package init(mantissa: Int64, exponent: Int) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// Reads `12`, `-12.34`, `+.5`, `5.` or `1.2e-5`, without blanks.
    ///
    /// - Parameter bytes: The whole text, in ASCII.
    /// - Throws: ``FieldFault/empty``, ``FieldFault/notANumber``, ``FieldFault/infinite``,
    ///   ``FieldFault/junk`` or ``FieldFault/tooManyDigits``.
    package init(_ bytes: Span<UInt8>) throws(FieldFault) {
        if bytes.isEmpty { throw .empty }
        var at = 0
        var isNegative = false
        if bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
            isNegative = bytes[0] == UInt8(ascii: "-")
            at = 1
        }
        var value: UInt64 = 0
        var scale = 0
        var zeros = 0
        var digits = 0
        var hasPoint = false
        while at < bytes.count {
            let digit = bytes[at] &- 0x30
            if digit <= 9 {
                digits += 1
                if hasPoint && digit == 0 {
                    // Counts only if another digit follows.
                    zeros += 1
                } else {
                    if zeros > 0 {
                        try Self.shift(&value, by: zeros)
                        scale -= zeros
                        zeros = 0
                    }
                    if value > 922_337_203_685_477_579 {
                        try Self.shift(&value, by: 1)
                    } else {
                        value *= 10
                    }
                    value += UInt64(digit)
                    if value > UInt64(Int64.max) { throw .tooManyDigits }
                    if hasPoint { scale -= 1 }
                }
            } else if bytes[at] == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            at += 1
        }
        if digits == 0 { throw Self.word(bytes) }
        if at < bytes.count { scale += try Self.power(bytes, at) }
        if value == 0 { scale = 0 }
        guard (-400...400).contains(scale) else { throw .tooManyDigits }
        mantissa = isNegative ? -Int64(value) : Int64(value)
        exponent = scale
    }

    /// Reads a number from a string.
    package init(_ text: String) throws(FieldFault) { try self.init(Array(text.utf8).span) }

    /// The number as a whole multiple of ten to the power `-decimals`.
    ///
    /// - Parameter decimals: Digits after the point: 2 gives cents.
    /// - Returns: The multiple, exactly.
    /// - Throws: ``FieldFault/notWhole`` when digits would be lost, ``FieldFault/tooManyDigits``
    ///   beyond 64 bits.
    package func scaled(decimals: Int) throws(FieldFault) -> Int64 {
        var value = mantissa
        if value == 0 { return 0 }
        var shift = exponent + decimals
        while shift > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { throw .tooManyDigits }
            value = product
            shift -= 1
        }
        while shift < 0 {
            if value % 10 != 0 { throw .notWhole }
            value /= 10
            shift += 1
        }
        return value
    }

    private static func shift(_ value: inout UInt64, by places: Int) throws(FieldFault) {
        if value == 0 { return }
        for _ in 0..<places {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow || product > UInt64(Int64.max) { throw .tooManyDigits }
            value = product
        }
    }

    private static func power(_ bytes: Span<UInt8>, _ start: Int) throws(FieldFault) -> Int {
        var at = start + 1
        guard bytes[start] | 0x20 == UInt8(ascii: "e"), at < bytes.count else { throw .junk }
        var isNegative = false
        if bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
            isNegative = bytes[at] == UInt8(ascii: "-")
            at += 1
        }
        if at == bytes.count { throw .junk }
        var power = 0
        while at < bytes.count {
            let digit = bytes[at] &- 0x30
            if digit > 9 { throw .junk }
            power = min(power * 10 + Int(digit), 100_000)
            at += 1
        }
        return isNegative ? -power : power
    }

    /// Tells the words for "no number" from mere junk.
    private static func word(_ bytes: Span<UInt8>) -> FieldFault {
        if bytes.count > 10 { return .junk }
        var text = ""
        for index in bytes.indices {
            text.unicodeScalars.append(Unicode.Scalar(bytes[index] | 0x20))
        }
        if bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-") {
            text.unicodeScalars.removeFirst()
        }
        switch text {
        case "nan", "null", "na", "n/a", "none": return .notANumber
        case "inf", "infinity": return .infinite
        default: return .junk
        }
    }
}

/// How a column tells an instant.
package enum TimeFormat: String, Hashable, Sendable, CaseIterable {
    case iso8601
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case nanoseconds = "ns"

    /// Reads an instant; numbers may have a fraction as long as it ends at the nanosecond.
    ///
    /// - Parameter bytes: The whole text.
    /// - Returns: Nanoseconds since 1970 UTC.
    /// - Throws: ``FieldFault``.
    package func nanoseconds(_ bytes: Span<UInt8>) throws(FieldFault) -> Int64 {
        let decimals: Int
        switch self {
        case .iso8601: return try CivilTime.nanoseconds(bytes)
        case .seconds: decimals = 9
        case .milliseconds: decimals = 6
        case .microseconds: decimals = 3
        case .nanoseconds: decimals = 0
        }
        let number = try DecimalText(bytes)
        do {
            return try number.scaled(decimals: decimals)
        } catch .tooManyDigits {
            throw .timeOutOfRange
        }
    }
}

/// Reads a whole number within 64 bits, such as `-12`; `12.0` is one too.
package func wholeNumber(_ bytes: Span<UInt8>) throws(FieldFault) -> Int64 {
    try DecimalText(bytes).scaled(decimals: 0)
}
