import Foundation
import Testing

@testable import LockstepCLI

@Suite struct CompletionTests {
    /// Runs a shell over a file of a directory, and gives what it printed.
    private func shell(
        _ shell: String, _ arguments: [String], in directory: String
    ) throws -> (code: Int32, text: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [shell] + arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Whether a shell is there.
    private static func has(_ shell: String) -> Bool {
        ["/bin/", "/usr/bin/", "/usr/local/bin/"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + shell)
        }
    }

    @Test(arguments: ["bash", "zsh"].filter(has))
    func `the script is one that its shell can read`(_ name: String) throws {
        let scratch = try Scratch()
        let spoken = try Spoken("completion", name)
        #expect(spoken.code == .success)
        try scratch.write(spoken.output, "script")
        let checked = try shell(name, ["-n", "script"], in: scratch.path)
        #expect(checked.code == 0 && checked.text.isEmpty, "\(checked.text)")
    }

    /// What is typed, word by word, and what is offered for the last one.
    static let cases: [([String], [String])] = [
        (["au"], ["audit"]),
        (["audit", "w"], ["why"]),
        (["audit", "dump", "--to"], ["--topic", "--to"]),
        (["audit", "dump", "--topic", "fi"], ["fill"]),
        (["dump", "--topic", "fi"], ["fill"]),
        (["audit", "dump", "a.lka", "--topic", "order", "--format", "c"], ["csv"]),
        (["audit", "stat", "a"], ["a b.lka", "a.lka"]),
        (["audit", "why", "a.lka", ""], []),
        (["audit", "export", "a.lka", "--to", ""], ["jsonl", "csv", "mcap"]),
        (["audit", "export", "a.lka", "-o", "di"], ["dir"]),
        (["run", "--out", "d"], ["dir"]),
        (["run", "c.toml", "--seed", "1", "c"], ["c.toml"]),
        (["completion", ""], ["bash", "zsh"]),
        (["completion", "bash", ""], []),
        (["audit", "dump", "--", "--t"], []),
        (["audit", "dump", "--color", "al"], ["always"]),
    ]

    private func prepare() throws -> Scratch {
        let scratch = try Scratch()
        for name in ["a.lka", "a b.lka", "c.toml"] { try scratch.write("", name) }
        try FileManager.default.createDirectory(
            atPath: scratch("dir"), withIntermediateDirectories: false)
        return scratch
    }

    @Test func `bash completes commands, options, values and files`() throws {
        let scratch = try prepare()
        try scratch.write(try Spoken("completion", "bash").output, "script")
        let assigned = (["audit", "dump", "--format", "=", "j"], ["jsonl"])
        for (words, offers) in Self.cases + [assigned] {
            let line = """
                source ./script; COMP_WORDS=(lockstep "$@"); COMP_CWORD=$#; _lockstep
                printf '%s\\n' "${COMPREPLY[@]}" | sort
                """
            let found = try shell("bash", ["-c", line, "x"] + words, in: scratch.path)
            let lines = found.text.split(separator: "\n").map(String.init)
            #expect(lines == offers.sorted(), "\(words)")
        }
    }

    @Test(.enabled(if: has("zsh")))
    func `zsh is offered the same`() throws {
        let scratch = try prepare()
        try scratch.write(try Spoken("completion", "zsh").output, "script")
        // What the completion system of zsh would do with what it is told.
        let stubs = """
            compdef() { : }
            compset() { word=${word#*=} }
            compadd() { shift; for each in "$@"; do [[ $each == $word* ]] && print -r -- $each; done }
            _describe() {
                local list=${@[-1]}
                for each in ${(P)list}; do
                    [[ ${each%%:*} == $word* ]] && print -r -- ${each%%:*}
                done
            }
            _files() {
                local each
                for each in $word*(N); do
                    [[ $1 == -/ && ! -d $each ]] || print -r -- $each
                done
            }
            source ./script
            words=(lockstep "$@"); CURRENT=$#words; _lockstep
            """
        try scratch.write(stubs, "stubs")
        let assigned = (["audit", "dump", "--format=j"], ["jsonl"])
        for (words, offers) in Self.cases + [assigned] {
            let found = try shell("zsh", ["-f", "stubs"] + words, in: scratch.path)
            let lines = found.text.split(separator: "\n").map(String.init)
            #expect(lines.sorted() == offers.sorted(), "\(words): \(found.text)")
        }
    }

    @Test func `every command and option of the help is in the scripts`() throws {
        let root = CommandSyntax(
            name: "my tool's", summary: "A tool.",
            options: [.value("rule", short: "r", "TEXT", "It's a rule: with a colon.")],
            subcommands: [CommandSyntax(name: "copy", summary: "Copies $HOME `now`.")])
        let table = CompletionTable(root)
        #expect(table.function == "_my_tool_s")
        for script in [BashCompletion(table).script, ZshCompletion(table).script] {
            #expect(script.contains("'my tool'\\''s'"))
            #expect(script.contains("copy"))
            #expect(script.contains("--rule"))
        }
        let scratch = try Scratch()
        try scratch.write(BashCompletion(table).script, "script")
        #expect(try shell("bash", ["-n", "script"], in: scratch.path).code == 0)
        if Self.has("zsh") {
            try scratch.write(ZshCompletion(table).script, "script.zsh")
            #expect(try shell("zsh", ["-n", "script.zsh"], in: scratch.path).code == 0)
        }
    }

    @Test func `a shell without a script is refused`() throws {
        let spoken = try Spoken("completion", "fish")
        #expect(spoken.code == .usage)
        #expect(spoken.error.contains("There is no script for \"fish\", only for bash and zsh."))
    }
}
