import LockstepBookMarket
import LockstepModel
import Testing

/// X14 and X15 of the rules, and the queue models' own arithmetic, seen through the engine.
@Suite struct QueueModelTests {
    static func exponent(_ text: String) throws -> QueueExponent {
        try #require(QueueExponent(Rate(text)))
    }

    static func model(_ name: String) throws -> QueueModel {
        switch name {
        case "riskAverse": .riskAverse
        case "log": .log
        case "log2": .log2
        case "power2(2)": .power2(try exponent("2"))
        case "power3(2)": .power3(try exponent("2"))
        default: .power(try exponent(String(name.dropFirst(6))))
        }
    }

    /// An order joins behind 60, 40 more come behind it, then 100 go down to 80 without a trade.
    @Test(
        arguments: [
            ("riskAverse", 60), ("power 1", 48), ("power 2", 46.15385), ("power 3", 44.57143),
            ("log", 49.49223), ("log2", 56.09307), ("power2(2)", 43.2), ("power3(2)", 52.8),
        ])
    func `cancels are shared by the model's form`(_ name: String, _ expected: Double) throws {
        let model = try Self.model(name)
        var stage = try BookStage(BookStage.settings { $0.queue = model })
        try stage.show(.bid(100, 60), .ask(110, 10), at: 0)
        let order = try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.bid(100, 100), at: 2)
        #expect(stage.engine.quantityAhead(of: order) == 60)
        try stage.show(.bid(100, 80), at: 3)
        let ahead = try #require(stage.engine.quantityAhead(of: order))
        #expect(abs(ahead - expected) < 0.000_005)
    }

    @Test func `a print fills what is beyond the quantity ahead`() throws {
        let model = QueueModel.power(try Self.exponent("1"))
        var stage = try BookStage(BookStage.settings { $0.queue = model })
        try stage.show(.bid(100, 60), .ask(110, 10), at: 0)
        try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.bid(100, 100), .bid(100, 80), at: 2)
        // 48 stand ahead: of 50 two are ours.
        try stage.show(.trade(.sell, 100, 50), at: 3)
        #expect(stage.trades == [[2, 100]])
        #expect(stage.fills[0].liquidity == .maker && stage.fills[0].point == .print)
    }

    /// Joined at 100; print 30, then 100 → 50: 20 are cancels, and nothing stands behind.
    @Test(arguments: ["riskAverse", "power 1", "power 3", "log", "log2", "power2(2)", "power3(2)"])
    func `what was traded is not taken for cancels`(_ name: String) throws {
        let model = try Self.model(name)
        var stage = try BookStage(BookStage.settings { $0.queue = model })
        try stage.show(.bid(100, 100), .ask(110, 10), at: 0)
        let order = try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.trade(.sell, 100, 30), at: 2)
        #expect(stage.engine.quantityAhead(of: order) == 70)
        try stage.show(.bid(100, 50), at: 3)
        #expect(stage.engine.quantityAhead(of: order) == 50)
        #expect(stage.fills.isEmpty)
    }

    @Test func `half exponents are square roots`() throws {
        // b = √40 / (√40 + √60) = 0.449490; 60 − 0.550510 · 20 = 48.98979.
        let model = QueueModel.power(try Self.exponent("0.5"))
        var stage = try BookStage(BookStage.settings { $0.queue = model })
        try stage.show(.bid(100, 60), .ask(110, 10), at: 0)
        let order = try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.bid(100, 100), .bid(100, 80), at: 2)
        let ahead = try #require(stage.engine.quantityAhead(of: order))
        #expect(abs(ahead - 48.989_79) < 0.000_005)
    }

    @Test(arguments: ["0", "0.25", "16.5", "-1"])
    func `other exponents are refused`(_ text: String) throws {
        #expect(try QueueExponent(Rate(text)) == nil)
    }

    @Test func `with steep powers no own order overtakes another one`() throws {
        let model = QueueModel.power(try Self.exponent("8"))
        var stage = try BookStage(BookStage.settings { $0.queue = model })
        try stage.show(.bid(100, 45), .ask(110, 10), at: 0)
        let first = try stage.place(.buy, 5, .limit(100), at: 1)
        try stage.show(.bid(100, 52), at: 2)
        let second = try stage.place(.buy, 5, .limit(100), at: 3)
        try stage.show(.bid(100, 100), .bid(100, 30), at: 4)
        let ahead = try #require(stage.engine.quantityAhead(of: first))
        let behind = try #require(stage.engine.quantityAhead(of: second))
        #expect(ahead <= behind)
    }
}
