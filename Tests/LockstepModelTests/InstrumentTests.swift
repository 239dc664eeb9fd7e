import LockstepModel
import Testing

/// An instrument of a run, for tests.
private func instrument(
    _ symbol: String = "AAPL", id: UInt32 = 1, tick: String = "0.01", lot: String = "1",
    multiplier: String = "1", decimals: Int = 6
) throws -> Instrument {
    try Instrument(
        id: InstrumentID(id), symbol: symbol, venue: VenueID(1),
        currency: Currency("USD", decimals: decimals), tickSize: ExactDecimal(tick),
        lot: ExactDecimal(lot), multiplier: ExactDecimal(multiplier))
}

@Suite("Instrument")
struct InstrumentTests {
    // ratio = tick size · lot · multiplier · 10ᵈ, reduced by hand.
    @Test(
        "One tick of one lot is an exact reduced ratio of money units",
        arguments: [
            ("0.01", "1", "1", 6, 10_000, 1), ("0.0000000001", "1", "1", 6, 1, 10_000),
            ("0.25", "1", "50", 6, 12_500_000, 1), ("0.01", "0.00001", "1", 6, 1, 10),
            ("0.01", "0.00000001", "1", 8, 1, 100), ("0.03125", "1", "1", 0, 1, 32),
            ("0.1", "0.3", "5", 0, 3, 20), ("1e-18", "1e-18", "1", 9, 0, 0),
        ] as [(String, String, String, Int, Int64, Int64)])
    func ratio(
        _ tick: String, _ lot: String, _ multiplier: String, _ decimals: Int, _ num: Int64,
        _ den: Int64
    ) throws {
        if num == 0 {
            #expect(throws: ModelError.inexactRatio(symbol: "AAPL")) {
                try instrument(tick: tick, lot: lot, multiplier: multiplier, decimals: decimals)
            }
            return
        }
        let ratio = try instrument(
            tick: tick, lot: lot, multiplier: multiplier, decimals: decimals
        ).ratio
        #expect(ratio.numerator == num)
        #expect(ratio.denominator == den)
    }

    @Test(
        "A ratio beyond 64 bits is refused, and never traps",
        arguments: [
            ("9223372036854775807", "9223372036854775807", "9223372036854775807"),
            ("1e36", "1e36", "1e36"), ("1e-36", "1e-36", "1e-36"), ("1e30", "1", "1"),
            ("9223372036854775807", "1", "1e-36"),
        ])
    func refusedRatio(_ tick: String, _ lot: String, _ multiplier: String) {
        #expect(throws: ModelError.inexactRatio(symbol: "AAPL")) {
            try instrument(tick: tick, lot: lot, multiplier: multiplier)
        }
    }

    @Test("Notional is rounded half-even, once")
    func notional() throws {
        // Tick 10⁻¹⁰, money 10⁻⁶: ticks · lots / 10⁴, so 5000 ticks are half a unit.
        let forex = try instrument("EURUSD", tick: "0.0000000001")
        let cases: [(ticks: Int64, lots: Int64, units: Int64)] = [
            (5000, 1, 0), (15_000, 1, 2), (25_000, 1, 2), (-5000, 1, 0), (-15_000, 1, -2),
            (5000, 3, 2), (5001, 1, 1), (13_000_000_000, 1000, 1_300_000_000),
        ]
        for (ticks, lots, units) in cases {
            let found = try forex.notional(Price(ticks: ticks), Quantity(lots: lots))
            #expect(found.units == units)
        }
        // 101.25 at a tick of 0.01 times 40 is 4050 USD.
        let share = try instrument()
        #expect(
            try share.notional(Price(ticks: 10_125), Quantity(lots: 40)).units == 4_050_000_000)
        #expect(
            try share.ratio.value(Price(ticks: 10_125), SignedQuantity(lots: -40)).units
                == -4_050_000_000)
    }

    @Test("Notional at the greatest price and quantity overflows as an error")
    func overflow() throws {
        let greatest: Int64 = 1 << 53 - 1
        for tick in ["0.01", "0.0000000001", "1000000"] {
            let one = try instrument(tick: tick)
            #expect(throws: ArithmeticError.overflow) {
                try one.notional(Price(ticks: greatest), Quantity(lots: greatest))
            }
        }
    }

    @Test("A price is read exactly on the grid, and one beside it names the grid that fits")
    func prices() throws {
        let share = try instrument()
        #expect(try share.price(from: ExactDecimal("101.25")).ticks == 10_125)
        #expect(try share.price(from: ExactDecimal("-37.63")).ticks == -3763)
        #expect(try share.price(from: ExactDecimal("1e3")).ticks == 100_000)
        #expect(try share.price(from: .zero) == .zero)
        // gcd(0.01, 100.123) = 0.001; of a future with a tick of 0.25 and 100.10: 0.05.
        let cases = [("0.01", "100.123", "0.001"), ("0.25", "100.1", "0.05"), ("3", "1", "1")]
        for (tick, price, fitting) in cases {
            let one = try instrument(tick: tick)
            let value = try ExactDecimal(price)
            let expected = ModelError.offGrid(
                symbol: "AAPL", price: value, fitting: try ExactDecimal(fitting))
            #expect(throws: expected) { try one.price(from: value) }
        }
    }

    @Test("A price beside the grid goes to the tick next to it")
    func nearest() throws {
        let future = try instrument(tick: "0.25")
        let cases: [(String, FixedPoint.Rounding, Int64)] = [
            ("100.1", .halfEven, 400), ("100.125", .halfEven, 400), ("100.375", .halfEven, 402),
            ("100.1", .ceiling, 401), ("-100.1", .floor, -401), ("-100.1", .down, -400),
            ("1e-36", .up, 1), ("-1e-36", .up, -1), ("1e-36", .halfEven, 0),
        ]
        for (text, rounding, ticks) in cases {
            let value = try ExactDecimal(text)
            #expect(try future.price(nextTo: value, rounding).ticks == ticks)
        }
    }

    @Test(
        "A price beyond the range is refused, and never traps",
        arguments: ["90071992547409.92", "-90071992547409.92", "1e36", "9223372036854775807"])
    func range(_ text: String) throws {
        let share = try instrument()
        let value = try ExactDecimal(text)
        #expect(throws: ModelError.outOfRange(value: value, what: "a price of AAPL")) {
            try share.price(from: value)
        }
        // One tick below 2⁵³ of them.
        let last = try share.price(from: ExactDecimal("90071992547409.91"))
        #expect(last.ticks == 9_007_199_254_740_991)
    }

    @Test("Coarse and fine grids meet numbers far from them without a trap")
    func farGrids() throws {
        let coarse = try Instrument(
            id: InstrumentID(1), symbol: "X", venue: VenueID(1), currency: Currency("USD"),
            tickSize: ExactDecimal("1e12"), lot: ExactDecimal("1e-12"))
        #expect(throws: ModelError.self) { try coarse.price(from: ExactDecimal("1e-36")) }
        // 9 · 10¹⁸ steps of 10⁻¹²: beyond 2⁵³.
        #expect(throws: ModelError.self) { try coarse.quantity(from: ExactDecimal("9000000")) }
        #expect(try coarse.price(from: ExactDecimal("1e27")).ticks == 1_000_000_000_000_000)
    }

    @Test("Volume is floored to lots and says whether something was cut")
    func volume() throws {
        let coin = try instrument("BTC", lot: "0.001")
        let whole = try coin.quantity(fromVolume: ExactDecimal("12.345"))
        #expect(whole.quantity.lots == 12_345)
        #expect(whole.isExact)
        let cut = try coin.quantity(fromVolume: ExactDecimal("12.3459"))
        #expect(cut.quantity.lots == 12_345)
        #expect(!cut.isExact)
        let negative = try ExactDecimal("-1")
        #expect(throws: ModelError.negativeVolume(symbol: "BTC", volume: negative)) {
            try coin.quantity(fromVolume: negative)
        }
        let odd = try ExactDecimal("0.0005")
        let expected = ModelError.offLot(
            symbol: "BTC", quantity: odd, lot: try ExactDecimal("0.001"))
        #expect(throws: expected) { try coin.quantity(from: odd) }
        #expect(throws: ModelError.self) { try coin.quantity(from: negative) }
    }

    @Test("Prices, quantities and money are told as exact decimal text")
    func texts() throws {
        let coin = try instrument("BTC", tick: "0.05", lot: "0.001")
        #expect(coin.text(of: Price(ticks: 1_234_567)) == "61728.35")
        #expect(coin.text(of: Price(ticks: -1)) == "-0.05")
        #expect(coin.text(of: Quantity(lots: 12)) == "0.012")
        #expect(coin.text(of: SignedQuantity(lots: -1000)) == "-1.000")
        #expect(coin.text(of: Money(units: -12_500_000)) == "-12.500000")
        #expect(coin.text(of: Money(units: .min)) == "-9223372036854.775808")
        #expect(try instrument(tick: "100").text(of: Price(ticks: 3)) == "300")
        #expect(coin.double(of: Price(ticks: 1_234_567)) == 61_728.35)
        #expect(coin.double(of: SignedQuantity(lots: -1500)) == -1.5)
    }

    @Test(
        "A symbol follows its rule",
        arguments: [
            ("AAPL", true), ("MARKET/OUTCOME/YES", true), ("BTC-USD.P:1_x", true), ("7", true),
            ("", false), ("-A", false), ("/A", false), ("A B", false), ("É", false),
            (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
        ])
    func symbols(_ text: String, _ allowed: Bool) throws {
        #expect(Instrument.isSymbol(text) == allowed)
        if !allowed {
            #expect(throws: ModelError.invalidSymbol(text: text)) { try instrument(text) }
        }
    }

    @Test("Sizes that are not positive and odd currencies are refused")
    func refused() throws {
        #expect(throws: ModelError.self) { try instrument(tick: "0") }
        #expect(throws: ModelError.self) { try instrument(lot: "-1") }
        #expect(throws: ModelError.invalidCurrency(code: "USD", decimals: 10)) {
            try Currency("USD", decimals: 10)
        }
        #expect(throws: ModelError.self) { try Currency("") }
        #expect(throws: ModelError.self) { try Currency("US D") }
    }
}

@Suite("Instruments")
struct InstrumentsTests {
    @Test("Instruments are found by symbol, identity and position, in order")
    func finds() throws {
        let list = try [instrument("B", id: 1), instrument("A", id: 2)]
        let all = try Instruments(list)
        #expect(try all("A") == list[1])
        #expect(all[InstrumentID(1)] == list[0])
        #expect(all[InstrumentID(0)] == nil)
        #expect(all[InstrumentID(3)] == nil)
        #expect(all.map(\.symbol) == ["B", "A"])
    }

    @Test("An unknown symbol is told with the known ones next to it")
    func unknown() throws {
        let names = ["MSFT", "AAPL", "GOOG", "TSLA", "AMZN", "AAPB"]
        let all = try Instruments(
            names.enumerated().map { try instrument($1, id: UInt32($0 + 1)) })
        let error = #expect(throws: ModelError.self) { try all("aapl") }
        guard case .unknownInstrument("aapl", let known) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        // AAPL differs in case alone, AAPB in one letter.
        #expect(known.prefix(2) == ["AAPL", "AAPB"])
        #expect(known.count == 5)
    }

    @Test("Symbols are unique and identities are positions")
    func refused() throws {
        let twice = try [instrument("A", id: 1), instrument("A", id: 2)]
        #expect(throws: ModelError.duplicateSymbol(symbol: "A")) { try Instruments(twice) }
        let second = try instrument("A", id: 2)
        let expected = ModelError.misplacedInstrument(
            symbol: "A", id: InstrumentID(2), position: 1)
        #expect(throws: expected) { try Instruments([second]) }
    }
}
