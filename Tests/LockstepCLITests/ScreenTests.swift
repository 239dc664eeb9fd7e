import Foundation
import Testing

@testable import LockstepCLI

@Suite struct ScreenTests {
    @Test(arguments: [
        (Palette.Choice.auto, ["TERM": "xterm"], true, true),
        (.auto, ["TERM": "xterm"], false, false),
        (.auto, ["TERM": "dumb"], true, false),
        (.auto, [:], true, false),
        (.auto, ["TERM": "xterm", "NO_COLOR": "1"], true, false),
        (.auto, ["TERM": "xterm", "NO_COLOR": ""], true, true),
        (.always, ["TERM": "dumb", "NO_COLOR": "1"], false, true),
        (.never, ["TERM": "xterm"], true, false),
    ])
    func `colours are for people who want them`(
        _ choice: Palette.Choice, _ environment: [String: String], _ isTerminal: Bool, _ isOn: Bool
    ) {
        let palette = Palette(choice, environment: environment, isTerminal: isTerminal)
        #expect(palette.isOn == isOn)
        #expect(palette.strong("a") == (isOn ? "\u{1B}[1ma\u{1B}[0m" : "a"))
        #expect(palette.strong("").isEmpty)
        let line = "1 2020-01-01T00:00:00Z fill cause=3  b"
        #expect(
            palette.record(line)
                == (isOn
                    ? "\u{1B}[2m1 2020-01-01T00:00:00Z\u{1B}[0m \u{1B}[36mfill\u{1B}[0m cause=3  b"
                    : line))
    }

    @Test(
        arguments: [
            (["TERM": "xterm"], true, false, ["less", "-FRX"]),
            (["TERM": "xterm", "PAGER": "more -d"], true, false, ["more", "-d"]),
            (["TERM": "xterm", "PAGER": ""], true, false, nil),
            (["TERM": "xterm", "PAGER": "cat"], true, false, nil),
            (["TERM": "xterm"], true, true, nil), (["TERM": "xterm"], false, false, nil),
            (["TERM": "dumb", "PAGER": "less"], true, false, nil), ([:], true, false, nil),
            // Nothing of it reaches a shell.
            (
                ["TERM": "xterm", "PAGER": "less; rm -rf $HOME"], true, false,
                ["less;", "rm", "-rf", "$HOME"]
            ),
        ] as [([String: String], Bool, Bool, [String]?)])
    func `a pager is for terminals, and is the one of the user`(
        _ environment: [String: String], _ isTerminal: Bool, _ isRefused: Bool, _ words: [String]?
    ) {
        let command = Pager.command(
            environment: environment, isTerminal: isTerminal, isRefused: isRefused)
        #expect(command?.words == words)
    }

    @Test(
        arguments: [
            ("less -R", ["less", "-R"]), ("  a\t b ", ["a", "b"]), ("", []),
            ("'my pager' \"-x y\"", ["my pager", "-x y"]), ("a\\ b", ["a b"]), ("''", [""]),
            ("a'b'c", ["abc"]), ("'it\\'", ["it\\"]), ("\"a\\\"b\"", ["a\"b"]), ("'open", nil),
            ("end\\", nil),
        ] as [(String, [String]?)])
    func `words are split without a shell`(_ text: String, _ words: [String]?) {
        #expect(ShellWords.split(text) == words)
    }
}

/// The tool on a terminal, which `script` of util-linux makes.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
struct TerminalTests {
    /// What the tool finds besides what is given; a sanitizer's options hold for it as well.
    private static func environment(_ given: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
            .merging(["PATH": "/usr/bin:/bin", "TERM": "xterm"]) { $1 }
            .merging(given) { $1 }
    }

    /// Runs the tool on a terminal and gives what stands there.
    private func show(
        _ line: String, _ environment: [String: String], in directory: String
    ) throws -> (code: Int32, text: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/script")
        let tool = try ProcessTests.tool().path
        process.arguments = ["-qec", "'\(tool)' \(line)", "/dev/null"]
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = Self.environment(environment)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test func `on a terminal there is colour and a pager, and one that closes is no error`() throws
    {
        let run = try ExampleRun("demo")
        let (scratch, log) = (run.scratch, "run/audit.lka")
        let colour = try show("dump \(log) --seq 5", ["PAGER": ""], in: scratch.path)
        #expect(colour.code == 0)
        #expect(colour.text.contains("\u{1B}[36mcontrol\u{1B}[0m"))
        // The pager ends after two of thousands of lines.
        let paged = try show("dump \(log)", ["PAGER": "head -n 2"], in: scratch.path)
        #expect(paged.code == 0)
        #expect(paged.text.split(separator: "\r\n").count == 2)
        let gone = try show("dump \(log)", ["PAGER": "true"], in: scratch.path)
        #expect(gone.code == 0 && gone.text.isEmpty)
        let plain = try show(
            "audit why \(log) 87 --no-pager", ["PAGER": "head -n 1", "NO_COLOR": "1"],
            in: scratch.path)
        #expect(!plain.text.contains("\u{1B}"))
        #expect(plain.text.split(separator: "\r\n").count > 5)
        let missing = try show(
            "audit stat \(log) --color never", ["PAGER": "no-such-pager -x"], in: scratch.path)
        #expect(missing.code == 0)
        #expect(missing.text.contains("no-such-pager: cannot start the pager"))
        #expect(missing.text.contains("records  5696"))
    }

    @Test func `messages stand behind the text of the pager, and the code stays`() throws {
        let run = try ExampleRun("portfolio")
        let bytes = try Data(contentsOf: URL(filePath: run.log))
        try bytes.dropLast(20).write(to: URL(filePath: run.scratch("torn.lka")))
        let torn = try show(
            "dump torn.lka --topic lifecycle", ["PAGER": "sed s/^/paged:/", "NO_COLOR": "1"],
            in: run.scratch.path)
        #expect(torn.code == 1)
        let lines = torn.text.split(separator: "\r\n")
        #expect(lines.count == 3)
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("paged:") })
        #expect(lines.last?.hasPrefix("torn.lka: torn at byte") == true)
    }

    @Test func `what is piped is plain, whatever stands in PAGER`() throws {
        let run = try ExampleRun("demo")
        let process = Process()
        let output = Pipe()
        process.executableURL = try ProcessTests.tool()
        process.arguments = ["audit", "why", run.log, "87"]
        process.environment = Self.environment(["PAGER": "head -n 1"])
        process.standardOutput = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(!text.contains("\u{1B}"))
        #expect(text == (try Spoken("audit", "why", run.log, "87").output))
    }
}
