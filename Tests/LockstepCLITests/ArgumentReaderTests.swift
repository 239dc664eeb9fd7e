import Testing

@testable import LockstepCLI

@Suite struct ArgumentReaderTests {
    private let root = CommandSyntax(
        name: "tool", summary: "A tool.",
        subcommands: [
            CommandSyntax(
                name: "copy", summary: "Copies.",
                operands: [.init("FROM", "Whence.", isRepeated: true)],
                options: [
                    .value("to", short: "t", "PATH", "Whither."),
                    .value("rule", "TEXT", "How.", isRepeated: true),
                    .flag("dry", "Only say so."),
                ]),
            CommandSyntax(name: "list", summary: "Lists."),
            CommandSyntax(
                name: "group", summary: "Groups.",
                subcommands: [CommandSyntax(name: "one", summary: "One.")]),
        ])

    private func read(_ words: String...) throws -> Arguments {
        try ArgumentReader.read(words, root).0
    }

    @Test func `options take their value after a blank or an equals sign, in any place`() throws {
        let found = try read("copy", "a", "--to=x=y", "b", "--rule", "1", "--dry", "--rule=", "c")
        #expect(found.command == ["tool", "copy"])
        #expect(found.operands == ["a", "b", "c"])
        #expect(found.value("to") == "x=y")
        #expect(found.allValues("rule") == ["1", ""])
        #expect(found.has("dry"))
    }

    @Test func `after two hyphens nothing is an option`() throws {
        #expect(try read("copy", "--", "--to", "-x").operands == ["--to", "-x"])
    }

    @Test func `a negative number may be the value of an option`() throws {
        #expect(try read("copy", "a", "--rule", "-5").allValues("rule") == ["-5"])
    }

    @Test(arguments: [
        ["copy", "a", "-t", "b"], ["copy", "-tb", "a"], ["copy", "a", "--to", "b"],
    ])
    func `some options have a letter too`(_ words: [String]) throws {
        let found = try ArgumentReader.read(words, root).0
        #expect(found.value("to") == "b")
        #expect(found.operands == ["a"])
    }

    @Test func `a group of commands that is named alone is asked for its help`() throws {
        let (found, syntax) = try ArgumentReader.read(["group"], root)
        #expect(found.has("help"))
        #expect(syntax.name == "group")
    }

    @Test(arguments: [
        ["copy", "--help"], ["help", "copy"], ["copy", "-h"], ["copy", "x", "--help"],
    ])
    func `help is found wherever it stands, without the operands`(_ words: [String]) throws {
        let (found, syntax) = try ArgumentReader.read(words, root)
        #expect(found.has("help"))
        #expect(syntax.name == "copy")
    }

    @Test(arguments: [
        (
            ["cpoy"],
            "There is no command \"cpoy\". Did you mean \"copy\"? Known: copy, list, group."
        ),
        (["copy", "a", "--ot", "x"], "There is no option \"--ot\". Did you mean \"--to\"?"),
        (["copy"], "FROM is missing."),
        (["copy", "a", "--to"], "--to lacks its value: --to PATH."),
        (["copy", "a", "--to", "--dry"], "--to lacks its value: --to PATH."),
        (["copy", "a", "--to", "x", "--to", "y"], "--to is given twice."),
        (["copy", "a", "-t", "x", "--to", "y"], "--to is given twice."),
        (["copy", "a", "-hx"], "--help takes no value."),
        (["copy", "a", "--dry=yes"], "--dry takes no value."),
        (["copy", "a", "-d"], "There is no option \"-d\"; options begin with two hyphens."),
        (["list", "a"], "\"a\" is one word too many."),
        ([], "A command is missing: one of copy, list, group."),
    ])
    func `a mistake is told with what was meant`(_ words: [String], _ message: String) throws {
        let error = #expect(throws: CommandError.self) { try ArgumentReader.read(words, root) }
        guard case .usage(_, let told) = try #require(error) else {
            Issue.record("\(words) is no error of usage")
            return
        }
        #expect(told == message)
        #expect(error?.exitCode == .usage)
    }
}

@Suite struct UsageTextTests {
    @Test(arguments: [
        ["--help"], ["run", "--help"], ["strategies", "--help"], ["audit", "--help"],
        ["audit", "dump", "--help"], ["audit", "verify", "--help"], ["audit", "stat", "--help"],
        ["dump", "--help"], ["help", "run"], [], ["audit"], ["check"],
    ])
    func `every command has a help within 79 columns`(_ words: [String]) throws {
        let spoken = try Spoken(words)
        #expect(spoken.code == .success)
        #expect(spoken.output.contains("Usage: lockstep"))
        #expect(spoken.output.contains("--help"))
        #expect(spoken.error.isEmpty)
        for line in spoken.output.split(separator: "\n") { #expect(line.count <= 79, "\(line)") }
    }
}
