import Foundation
import LockstepModel
import Testing

@testable import LockstepOutcomeMarket

extension WideInteger {
    /// Reads decimal digits.
    init(decimal: String) {
        self = decimal.utf8.reduce(WideInteger(0)) {
            $0 * WideInteger(10) + WideInteger(Int64($1 - 48))
        }
    }
}

/// What Python's integers give; `make_python_ints.py` beside the file wrote it.
struct PythonInts: Decodable, CustomTestStringConvertible {
    let a: String
    let b: String
    let sum: String
    let difference: String
    let product: String
    let quotient: String
    let remainder: String

    var testDescription: String { "\(a.count) and \(b.count) digits" }

    static func rows() throws -> [Self] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Vectors/wide-integer/python-ints.json")
        return try JSONDecoder().decode([Self].self, from: Data(contentsOf: file))
    }
}

@Suite struct WideIntegerTests {
    @Test(arguments: try PythonInts.rows())
    func `it computes what Python's integers do`(row: PythonInts) {
        let (a, b) = (WideInteger(decimal: row.a), WideInteger(decimal: row.b))
        #expect(a + b == WideInteger(decimal: row.sum))
        #expect(max(a, b) - min(a, b) == WideInteger(decimal: row.difference))
        #expect(a * b == WideInteger(decimal: row.product))
        let (quotient, remainder) = a.dividing(by: b)
        #expect(quotient == WideInteger(decimal: row.quotient))
        #expect(remainder == WideInteger(decimal: row.remainder))
        #expect((a < b) == (row.quotient == "0"))
    }

    @Test(arguments: UInt64(0)..<50)
    func `a quotient times its divisor and the remainder give the number back`(seed: UInt64) {
        var random = RandomStream(seed: seed, component: "wide-integer")
        func number(_ digits: UInt64) -> WideInteger {
            (0...random.next(below: digits)).reduce(WideInteger(1)) { value, _ in
                value * WideInteger(.max) + WideInteger(Int64(random.next() >> 1))
            }
        }
        let (a, b) = (number(40), number(20))
        let (quotient, remainder) = a.dividing(by: b)
        #expect(quotient * b + remainder == a)
        #expect(remainder < b)
    }

    @Test func `sixty-four bits come back, and nothing larger`() {
        #expect(WideInteger(.max).small == .max)
        #expect((WideInteger(.max) + WideInteger(1)).small == nil)
        #expect(WideInteger(0).small == 0)
        #expect((WideInteger(.max) * .max).small == nil)
    }

    @Test func `fractions add and subtract exactly`() {
        // 1/3 + 1/6 + 1/2 = 1, and less 1/7 is 6/7.
        var sum = WideFraction()
        sum.add(1, over: 3)
        sum.add(1, over: 6)
        sum.add(1, over: 2)
        #expect(sum.numerator == sum.denominator)
        sum.subtract(1, over: 7)
        #expect(sum.numerator * 7 == sum.denominator * 6)
    }
}

@Suite struct ExactTests {
    @Test(arguments: UInt64(0)..<20)
    func `products over a divisor are those of 128 bits`(seed: UInt64) {
        var random = RandomStream(seed: seed, component: "exact")
        for _ in 0..<2000 {
            let left = Int64(random.next() >> (1 + random.next(below: 62)))
            let right = Int64(random.next() >> (1 + random.next(below: 62)))
            let divisor = 1 + Int64(random.next() >> (14 + random.next(below: 50)))
            let (quotient, rest) = (Int128(left) * Int128(right)).quotientAndRemainder(
                dividingBy: Int128(divisor))
            guard quotient < Int128(Int64.max) else { continue }
            #expect(Int128(Exact.floor(left, right, over: divisor)) == quotient)
            #expect(
                Int128(Exact.ceiling(left, right, over: divisor)) == quotient + (rest > 0 ? 1 : 0))
        }
    }

    @Test func `wide products compare as their values do`() {
        // 2¹²⁸ − 1 times 3 against 2¹²⁷ times 6, which is one triple more; and small ones.
        #expect(WideProduct(.max, 3) < WideProduct(1 << 127, 6))
        #expect(WideProduct(1 << 127, 6) > WideProduct(.max, 3))
        #expect(WideProduct(6, 7) == WideProduct(21, 2))
        #expect(!(WideProduct(6, 7) < WideProduct(21, 2)))
        #expect(WideProduct(.max, .max) > WideProduct(.max, .max - 1))
    }

    @Test func `doubles round to the house's side, and what cannot be counted is nil`() {
        #expect(Exact.roundedUp(1.25) == 2)
        #expect(Exact.roundedUp(2) == 2)
        #expect(Exact.roundedDown(1.75) == 1)
        #expect(Exact.roundedUp(9e18) == 9_000_000_000_000_000_000)
        #expect(Exact.roundedUp(9.01e18) == nil)
        #expect(Exact.roundedUp(.infinity) == nil)
        #expect(Exact.roundedUp(.nan) == nil)
        #expect(Exact.roundedDown(.nan) == nil)
    }
}
