import LockstepModel
import LockstepStrategy
import Testing

/// A strategy with parameters of every kind.
private struct Fussy: Strategy {
    struct Inner: Codable, Hashable, Sendable {
        var depth = 2
        var name = "x"
    }
    struct Parameters: StrategyParameters {
        var text = "a"
        var whole = 5
        var small: Int8 = 1
        var number = 0.5
        var flag = false
        var list = [1, 2]
        var limit: Int?
        var interval: BarInterval?
        var inner = Inner()
    }
    enum Refused: Error { case negative }

    let parameters: Parameters

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        if parameters.whole < 0 { throw Refused.negative }
        self.parameters = parameters
    }
    var subscriptions: Subscriptions { Subscriptions.none }
}

@Suite("StrategyRegistry")
struct StrategyRegistryTests {
    private func registry() throws -> StrategyRegistry {
        var registry = StrategyRegistry()
        try registry.register(Fussy.self)
        return registry
    }

    @Test("A listing tells every parameter with its default, in the order of declaration")
    func listing() throws {
        let listing = try #require(try registry().listings.first)
        #expect(listing.name == "Fussy")
        #expect(
            listing.parameters == [
                ParameterEntry("text", .string("a")), ParameterEntry("whole", .integer(5)),
                ParameterEntry("small", .integer(1)), ParameterEntry("number", .number(0.5)),
                ParameterEntry("flag", .boolean(false)),
                ParameterEntry("list", .list([.integer(1), .integer(2)])),
                ParameterEntry("limit", .nothing), ParameterEntry("interval", .nothing),
                ParameterEntry(
                    "inner",
                    .table([
                        ParameterEntry("depth", .integer(2)), ParameterEntry("name", .string("x")),
                    ])),
            ])
    }

    @Test("Given parameters replace defaults, and the plan tells all of them")
    func given() throws {
        let plan = try registry().plan(
            "Fussy",
            [
                ParameterEntry("whole", .integer(9)), ParameterEntry("number", .integer(2)),
                ParameterEntry("limit", .integer(3)), ParameterEntry("interval", .string("5m")),
                ParameterEntry("inner", .table([ParameterEntry("depth", .integer(7))])),
            ], name: "mine")
        #expect(plan.name == "mine")
        #expect(plan.use == "Fussy")
        let values = plan.parameters.map { "\($0.key)=\($0.value)" }
        #expect(
            values == [
                "text=\"a\"", "whole=9", "small=1", "number=2.0", "flag=false", "list=[1, 2]",
                "limit=3", "interval=\"5m\"", "inner={depth = 7, name = \"x\"}",
            ])
    }

    @Test("An unknown parameter is refused by name and place, with the nearest known one")
    func unknownKey() throws {
        let registry = try registry()
        let error = #expect(throws: StrategyError.self) {
            try registry.plan("Fussy", [ParameterEntry("nmber", .integer(1), place: "a.toml:3")])
        }
        let text = try #require(error).description
        #expect(text.hasPrefix("a.toml:3: Fussy has no parameter \"nmber\". Did you mean"))
        #expect(text.contains("\"number\"?"))
    }

    @Test("An unknown parameter inside a table is named with its path")
    func unknownInner() throws {
        let registry = try registry()
        #expect(
            throws: StrategyError.unknownParameter(
                strategy: "Fussy", key: "inner.dept", place: nil,
                known: ["inner.depth", "inner.name"])
        ) {
            try registry.plan(
                "Fussy",
                [ParameterEntry("inner", .table([ParameterEntry("dept", .integer(1))]))])
        }
    }

    @Test(
        "A value of the wrong type is refused with what was expected and found",
        arguments: [
            ("text", ParameterValue.integer(1), "a text in quotes", "1"),
            ("whole", .string("5"), "a whole number", "\"5\""),
            ("whole", .number(5), "a whole number", "5.0"),
            ("small", .integer(128), "a whole number from -128 to 127", "128"),
            ("number", .boolean(true), "a number", "true"),
            ("flag", .integer(0), "true or false", "0"),
            ("list", .integer(0), "a list", "0"),
            ("inner", .integer(0), "a table", "0"),
        ])
    func wrongType(
        _ key: String, _ value: ParameterValue, _ expected: String, _ found: String
    ) throws {
        let registry = try registry()
        #expect(
            throws: StrategyError.wrongParameter(
                strategy: "Fussy", key: key, place: "a.toml:9", expected: expected, found: found)
        ) {
            try registry.plan("Fussy", [ParameterEntry(key, value, place: "a.toml:9")])
        }
    }

    @Test("A wrong value in a list is named with its place in the list")
    func wrongElement() throws {
        let registry = try registry()
        #expect(
            throws: StrategyError.wrongParameter(
                strategy: "Fussy", key: "list.1", place: nil, expected: "a whole number",
                found: "\"b\"")
        ) {
            try registry.plan(
                "Fussy", [ParameterEntry("list", .list([.integer(1), .string("b")]))])
        }
    }

    @Test("A text that its type refuses is refused with the type's reason")
    func refusedText() throws {
        let registry = try registry()
        let error = #expect(throws: StrategyError.self) {
            try registry.plan("Fussy", [ParameterEntry("interval", .string("5x"))])
        }
        #expect(try #require(error).description.contains("5x"))
    }

    @Test("A strategy that refuses its parameters is named when the run is made")
    func refusedParameters() throws {
        let plan = try registry().plan("Fussy", [ParameterEntry("whole", .integer(-1))])
        #expect(throws: StrategyError.refusedParameters(strategy: "Fussy", reason: "negative")) {
            try run([plan], [])
        }
    }

    @Test("A name that is taken, and one that is unknown, are refused")
    func names() throws {
        var registry = try registry()
        #expect(throws: StrategyError.duplicateStrategy(name: "Fussy")) {
            try registry.register(Fussy.self)
        }
        let error = #expect(throws: StrategyError.self) { try registry.plan("Fusy") }
        #expect(
            try #require(error).description
                == "there is no strategy \"Fusy\". Did you mean \"Fussy\"? Known: Fussy.")
    }

    @Test("The built-in strategies are listed by name")
    func builtIn() throws {
        let listings = try StrategyRegistry.builtIn().listings
        #expect(
            listings.map(\.name) == [
                "BuyAndHold", "ContrarianTrader", "InformedTrader", "InventoryMaker",
                "MomentumTrader", "MovingAverageCross", "NoiseTrader", "SetArbitrageur",
                "StrengthRotation", "TopQuoter",
            ])
        #expect(
            listings[5].parameters == [
                ParameterEntry("symbol", .string("AAPL")), ParameterEntry("fast", .integer(10)),
                ParameterEntry("slow", .integer(30)), ParameterEntry("lots", .integer(10)),
            ])
    }
}
