import Testing

@testable import LockstepFiles

@Suite struct TOMLReaderTests {
    static let sample = """
        [run]
        seed = 7
        name = "ma-cross"   # a comment
        start = 2000-01-01
        at = 2000-01-01 10:00:00.5+01:00

        [[data]]
        rate = 0.0010
        "päth" = 'C:\\x'
        flag = true
        list = [1, -2, 3.50e+1]
        inner = { b = 1, a.c = "x" }
        [[data]]
        rate = -inf
        """

    @Test func `values of all kinds come with their places`() throws {
        let root = try TOMLReader.read(text: Self.sample, file: "c.toml")
        let run = try #require(root.table?["run"]?.table)
        #expect(run.keys == ["seed", "name", "start", "at"])
        #expect(run["seed"]?.integer == 7)
        #expect(run["seed"]?.place == TOMLPlace(file: "c.toml", line: 2, column: 8))
        #expect(run.entry("name")?.keyPlace == TOMLPlace(file: "c.toml", line: 3, column: 1))
        #expect(run["name"]?.string == "ma-cross")
        #expect(run["start"]?.content == .date("2000-01-01"))
        #expect(run["at"]?.timeText == "2000-01-01 10:00:00.5+01:00")
        let data = try #require(root.table?["data"]?.array)
        #expect(data.count == 2)
        let first = try #require(data.first?.table)
        #expect(first.keys == ["rate", "päth", "flag", "list", "inner"])
        #expect(first["rate"]?.content == .float(0.001, text: "0.0010"))
        #expect(first["rate"]?.decimalText == nil)
        #expect(first["päth"]?.string == "C:\\x")
        #expect(first["päth"]?.place == TOMLPlace(file: "c.toml", line: 9, column: 10))
        #expect(first["flag"]?.boolean == true)
        let list = try #require(first["list"]?.array)
        #expect(list.map(\.number) == [1, -2, 35])
        #expect(list.last?.content == .float(35, text: "3.50e+1"))
        let inner = try #require(first["inner"]?.table)
        #expect(inner.keys == ["b", "a"])
        #expect(inner["a"]?.table?["c"]?.string == "x")
        #expect(data.last?.table?["rate"]?.number == -.infinity)
    }

    @Test(
        arguments: [
            ("a = 1\na = 2\n", 2), ("a = \n", 1), ("\n\n[x\n", 3), ("a = \"x\n", 1),
            ("[t]\nb = 1\n[t]\n", 3), ("a = 1979-13-01\n", 1), ("x = 99999999999999999999\n", 1),
            ("a = \"\u{0}\"\n", 1),
        ])
    func `what is no TOML is refused with its place`(text: String, line: Int) throws {
        let error = try #require(throws: FilesError.self) {
            try TOMLReader.read(text: text, file: "c.toml")
        }
        guard case .toml(let place, let message) = error else {
            Issue.record("another error: \(error)")
            return
        }
        #expect(place.file == "c.toml")
        #expect(place.line == line)
        #expect(!message.isEmpty)
        #expect(error.description.hasPrefix("c.toml:\(line):"))
    }

    @Test(
        arguments: [
            { "a = " + String(repeating: "[", count: $0) + String(repeating: "]", count: $0) },
            { "a" + String(repeating: ".a", count: $0) + " = 1" },
            { "[a" + String(repeating: ".a", count: $0) + "]" },
            { "x = 'it''s'\n[a" + String(repeating: ".a", count: $0) + "]\nb = 1" },
            {
                "a = " + String(repeating: "{ a = ", count: $0) + "1"
                    + String(repeating: " }", count: $0)
            },
        ] as [@Sendable (Int) -> String])
    func `depth is bounded`(make: @Sendable (Int) -> String) throws {
        for depth in [66, 5000, 300_000] {
            let error = try #require(throws: FilesError.self) {
                try TOMLReader.read(text: make(depth), file: "c.toml")
            }
            guard case .toml = error else {
                Issue.record("another error: \(error)")
                return
            }
        }
    }

    @Test func `sixty levels pass, and dots in strings and comments do not count`() throws {
        let dots = String(repeating: ".", count: 100)
        let text = """
            # \(dots)
            a = '\(dots)'
            b = "\\"\(dots)"
            c = \"\"\"
            [\(dots)
            \"\"\"
            d = \(String(repeating: "[", count: 60))\(String(repeating: "]", count: 60))
            \(String(repeating: "e.", count: 60))e = 1
            """
        let root = try TOMLReader.read(text: text, file: "c.toml")
        #expect(root.table?.keys == ["a", "b", "c", "d", "e"])
        #expect(root.table?["c"]?.string == "[\(dots)\n")
    }

    @Test func `long arrays of numbers and tables do not count as depth`() throws {
        let numbers = Array(repeating: "1.5", count: 500).joined(separator: ", ")
        let tables = Array(repeating: "[[t]]\nx = { y = 1.5 }", count: 500).joined(separator: "\n")
        let root = try TOMLReader.read(text: "a = [\(numbers)]\n\(tables)\n", file: "c.toml")
        #expect(root.table?["a"]?.array?.count == 500)
        #expect(root.table?["t"]?.array?.count == 500)
    }

    @Test func `a file above 16 MiB is refused`() {
        #expect(throws: FilesError.self) {
            try TOMLReader.read(text: String(repeating: "\n", count: (16 << 20) + 1), file: "c")
        }
    }
}

@Suite struct TOMLOverrideTests {
    static let text = """
        [run]
        seed = 1
        [[strategies]]
        name = "cross"
        parameters = { fast = 5 }
        [[strategies]]
        name = "other"
        [[instruments]]
        symbol = "BRK.B"
        """

    static func changed(_ path: String, _ text: String) throws -> TOMLValue {
        var root = try TOMLReader.read(text: Self.text, file: "c.toml")
        try root.set(path, to: TOMLReader.overrideValue(text, name: "--set \(path)=\(text)"))
        return root
    }

    @Test(
        arguments: [
            ("run.seed", "7", TOMLValue.Content.integer(7)),
            ("run.name", "plain-text", .string("plain-text")),
            ("run.name", "\"7\"", .string("7")),
            ("strategies.cross.parameters.fast", "9", .integer(9)),
            ("strategies.1.parameters.slow", "0.50", .float(0.5, text: "0.50")),
            ("instruments.\"BRK.B\".lot", "true", .boolean(true)),
            ("new.table.key", "x = 1", .string("x = 1")),
        ])
    func `a value is set and found again`(
        path: String, text: String, expected: TOMLValue.Content
    ) throws {
        let value = try #require(try Self.changed(path, text).value(at: path))
        #expect(value.content == expected)
        #expect(value.isOverride)
        #expect(value.place.description == "--set \(path)=\(text)")
    }

    @Test func `the rest of the tree stays`() throws {
        let root = try Self.changed("strategies.cross.parameters.slow", "0.5")
        #expect(root.value(at: "strategies.cross.parameters.fast")?.integer == 5)
        #expect(root.value(at: "strategies.cross.parameters.slow")?.decimalText == "0.5")
        #expect(root.table?.keys == ["run", "strategies", "instruments"])
    }

    @Test(arguments: ["", ".", "run.", "a..b", "\"open", "run.seed.deeper", "strategies.2.x"])
    func `a path that leads nowhere is refused`(path: String) {
        #expect(throws: FilesError.self) { try Self.changed(path, "1") }
    }

    @Test func `a mistyped entry is answered with the nearest`() throws {
        let error = try #require(throws: FilesError.self) {
            try Self.changed("strategies.corss.use", "1")
        }
        #expect(error.description.contains("Did you mean \"cross\"?"))
    }
}
