import LockstepModel
import Testing

@Suite("Prices, quantities, money and rates")
struct NumberTests {
    static let bound: Int64 = 9_007_199_254_740_992  // 2⁵³

    @Test("A range ends below 2⁵³")
    func ranges() throws {
        #expect(Price(ticks: Self.bound - 1).isInRange)
        #expect(!Price(ticks: Self.bound).isInRange)
        #expect(!Price(ticks: .min).isInRange)
        #expect(!Quantity(lots: -1).isInRange)
        #expect(!Quantity(lots: Self.bound).isInRange)
        #expect(try Quantity(checking: 0) == .zero)
        #expect(throws: ArithmeticError.overflow) { try Quantity(checking: -1) }
        #expect(throws: ArithmeticError.overflow) { try SignedQuantity(checking: -Self.bound) }
        #expect(throws: ArithmeticError.overflow) { try Price(checking: Self.bound) }
    }

    @Test("Prices differ in ticks, and a price moves by ticks")
    func prices() throws {
        #expect(Price(ticks: 7) - Price(ticks: 10) == -3)
        #expect(Price(ticks: .min) - Price(ticks: 1) == .min)
        #expect(Price(ticks: .max) - Price(ticks: -1) == .max)
        #expect(try Price(ticks: 7).advanced(byTicks: -9) == Price(ticks: -2))
        #expect(throws: ArithmeticError.overflow) {
            try Price(ticks: Self.bound - 1).advanced(byTicks: 1)
        }
    }

    @Test("A quantity cannot be taken below nothing")
    func quantities() throws {
        #expect(try Quantity(lots: 5).subtracting(Quantity(lots: 5)).isZero)
        #expect(throws: ArithmeticError.overflow) {
            try Quantity(lots: 5).subtracting(Quantity(lots: 6))
        }
        #expect(throws: ArithmeticError.overflow) {
            try Quantity(lots: Self.bound - 1).adding(Quantity(lots: 1))
        }
    }

    @Test("A signed quantity is a side and a magnitude", arguments: Side.allCases)
    func signed(_ side: Side) throws {
        let change = SignedQuantity(side, Quantity(lots: 4))
        #expect(change.lots == 4 * side.sign)
        #expect(change.side == side)
        #expect(change.magnitude == Quantity(lots: 4))
        #expect(-change == SignedQuantity(side.opposite, Quantity(lots: 4)))
        #expect(try change.adding(-change) == .zero)
    }

    @Test("Nothing has no side, and the least integer does not trap")
    func edges() {
        #expect(SignedQuantity.zero.side == nil)
        #expect((-SignedQuantity(lots: .min)).lots == .max)
        #expect(SignedQuantity(lots: .min).magnitude == Quantity(lots: .max))
        #expect(SignedQuantity(.sell, Quantity(lots: .min)).lots == .max)
    }

    @Test("Money overflows as an error")
    func money() throws {
        let greatest = Money(units: .max)
        #expect(throws: ArithmeticError.overflow) { try greatest.adding(Money(units: 1)) }
        #expect(throws: ArithmeticError.overflow) {
            try Money(units: .min).subtracting(Money(units: 1))
        }
        #expect(throws: ArithmeticError.overflow) { try Money(units: .min).negated() }
        #expect(try greatest.negated().units == -.max)
        #expect(throws: ArithmeticError.overflow) {
            try greatest.proportion(Rate("1.1"))
        }
    }

    @Test("The share of a fee follows the quantity, half-even")
    func share() throws {
        // 0.50 in cents over 5 lots: 2 lots carry 20; 1 unit over 2 lots: one half, so 0.
        #expect(try Money(units: 50).share(Quantity(lots: 2), of: Quantity(lots: 5)).units == 20)
        #expect(try Money(units: 1).share(Quantity(lots: 1), of: Quantity(lots: 2)).units == 0)
        #expect(try Money(units: 3).share(Quantity(lots: 1), of: Quantity(lots: 2)).units == 2)
        #expect(throws: ArithmeticError.divisionByZero) {
            try Money(units: 3).share(Quantity(lots: 1), of: .zero)
        }
    }

    @Test(
        "A rate is read from decimal text and told in the shortest",
        arguments: [
            ("0.001", 1_000_000_000, "0.001"), ("1.50", 1_500_000_000_000, "1.5"),
            ("-0.000000000001", -1, "-0.000000000001"), ("0", 0, "0"),
            ("30", 30_000_000_000_000, "30"),
        ] as [(String, Int64, String)])
    func rates(_ text: String, _ trillionths: Int64, _ told: String) throws {
        let rate = try Rate(text)
        #expect(rate.trillionths == trillionths)
        #expect(rate.description == told)
    }

    @Test("A rate beyond twelve decimals or out of range is refused")
    func refusedRates() {
        #expect(throws: ModelError.self) { try Rate("0.0000000000001") }
        #expect(throws: ModelError.self) { try Rate("9223373") }
        #expect(throws: ModelError.self) { try Rate("one") }
    }
}
