import LockstepModel
import Testing

/// The rounded quotient by its definition.
///
/// The integers next to the exact ratio are compared with it by cross-multiplication, one after
/// another: slow, and unlike the code under test.
private func reference(
    _ product: Int128, over den: Int128, _ rounding: FixedPoint.Rounding
) -> Int128 {
    let (num, den) = den < 0 ? (-product, -den) : (product, den)
    var floor = -Int128(num.magnitude / den.magnitude) - 1
    while (floor + 1) * den <= num { floor += 1 }
    if floor * den == num { return floor }
    switch rounding {
    case .floor: return floor
    case .ceiling: return floor + 1
    case .down: return num < 0 ? floor + 1 : floor
    case .up: return num < 0 ? floor : floor + 1
    case .halfEven:
        let twice = 2 * num
        let middle = (2 * floor + 1) * den
        if twice != middle { return twice < middle ? floor : floor + 1 }
        return floor % 2 == 0 ? floor : floor + 1
    }
}

@Suite("FixedPoint")
struct FixedPointTests {
    static let extremes: [Int64] = [
        .min, .min + 1, -(1 << 53), -1_000_000_000_000, -3, -2, -1, 0, 1, 2, 3, 1_000_000_000_000,
        1 << 53, .max - 1, .max,
    ]

    @Test(
        "Every rounding agrees with its definition on all small numbers",
        arguments: FixedPoint.Rounding.allCases)
    func small(_ rounding: FixedPoint.Rounding) throws {
        var wrong = 0
        for product in Int64(-60)...60 {
            for den in Int64(-12)...12 where den != 0 {
                let expected = reference(Int128(product), over: Int128(den), rounding)
                let divided = try FixedPoint.divide(product, by: den, rounding)
                let narrow = try FixedPoint.multiplyDivide(product, 1, den: den, rounding)
                // By way of 128 bits: product · 2⁵⁵ · 32 over den · 2⁵⁵.
                let wide = try FixedPoint.multiplyDivide(
                    product, 1 << 55, num: 32, den: den * (1 << 55), rounding)
                let wideExpected = reference(Int128(product) * 32, over: Int128(den), rounding)
                if Int128(divided) != expected { wrong += 1 }
                if Int128(narrow) != expected { wrong += 1 }
                if Int128(wide) != wideExpected { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    @Test("Half-even goes to the even neighbour from the middle, on both sides of zero")
    func halfEven() throws {
        // 1/2, 3/2, 5/2, 7/2 and their negatives.
        let halves: [Int64] = [1, 3, 5, 7, -1, -3, -5, -7]
        let rounded = try halves.map { try FixedPoint.divide($0, by: 2, .halfEven) }
        #expect(rounded == [0, 2, 2, 4, 0, -2, -2, -4])
    }

    @Test(
        "Extremes give the exact result or overflow, and never trap",
        arguments: FixedPoint.Rounding.allCases)
    func extremes(_ rounding: FixedPoint.Rounding) {
        var wrong = 0
        for a in Self.extremes {
            for b in Self.extremes {
                for num in Self.extremes {
                    for den in Self.extremes {
                        let result = Result { () throws(ArithmeticError) in
                            try FixedPoint.multiplyDivide(a, b, num: num, den: den, rounding)
                        }
                        if !Self.agrees(result, a, b, num, den, rounding) { wrong += 1 }
                    }
                }
            }
        }
        #expect(wrong == 0)
    }

    /// Whether a result is what exact arithmetic says.
    ///
    /// A product beyond 128 bits is at least 2⁶⁴ over any divisor, so it has to overflow.
    static func agrees(
        _ result: Result<Int64, ArithmeticError>, _ a: Int64, _ b: Int64, _ num: Int64,
        _ den: Int64, _ rounding: FixedPoint.Rounding
    ) -> Bool {
        if den == 0 { return result == .failure(.divisionByZero) }
        let square = Int128(a) * Int128(b)
        let (product, overflow) = square.multipliedReportingOverflow(by: Int128(num))
        if overflow { return result == .failure(.overflow) }
        let wide = Int128(den)
        // The quotient alone can be far beyond 64 bits, where no rounding matters.
        if product.magnitude / wide.magnitude > 1 << 64 { return result == .failure(.overflow) }
        var expected = product / wide
        let rest = product - expected * wide
        if rest != 0 {
            let negative = (product < 0) != (wide < 0)
            let twice = rest.magnitude * 2
            let away =
                switch rounding {
                case .down: false
                case .up: true
                case .floor: negative
                case .ceiling: !negative
                case .halfEven:
                    twice > wide.magnitude || (twice == wide.magnitude && expected % 2 != 0)
                }
            if away { expected += negative ? -1 : 1 }
        }
        guard let narrow = Int64(exactly: expected) else {
            return result == .failure(.overflow)
        }
        return result == .success(narrow)
    }

    @Test("Sums, differences, products and negatives overflow as errors")
    func overflow() throws {
        #expect(throws: ArithmeticError.overflow) { try FixedPoint.add(.max, 1) }
        #expect(throws: ArithmeticError.overflow) { try FixedPoint.subtract(.min, 1) }
        #expect(throws: ArithmeticError.overflow) { try FixedPoint.multiply(.max, 2) }
        #expect(throws: ArithmeticError.overflow) { try FixedPoint.negate(.min) }
        #expect(throws: ArithmeticError.overflow) { try FixedPoint.divide(.min, by: -1, .down) }
        #expect(throws: ArithmeticError.divisionByZero) { try FixedPoint.divide(1, by: 0, .down) }
        #expect(try FixedPoint.negate(.max) == -.max)
    }

    @Test("A proportion is the amount times the rate, rounded once")
    func proportion() throws {
        // 100 000.000000 at 0.001 is 100.000000.
        let fee = try FixedPoint.proportion(
            of: 100_000_000_000, rate: Rate("0.001"), .halfEven)
        #expect(fee == 100_000_000)
        // 5 units at one half is 2.5: 2, 2, 3, 2, 3.
        let half = try Rate("0.5")
        let all = try FixedPoint.Rounding.allCases.map {
            try FixedPoint.proportion(of: 5, rate: half, $0)
        }
        #expect(all == [2, 2, 3, 2, 3])
    }
}
