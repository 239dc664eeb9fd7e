import Foundation
import Testing

@testable import LockstepCLI

@Suite struct ExportCommandTests {
    /// A Python that has the package `mcap`; nil where there is none.
    static let python: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let own = root.appending(path: ".build/python/bin/python").path
        for candidate in [own, "/usr/bin/env python3"] {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", "\(candidate) -c 'import mcap, zstandard'"]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { continue }
            process.waitUntilExit()
            if process.terminationStatus == 0 { return candidate }
        }
        return nil
    }()

    /// Reads an MCAP file with the package of its makers, twice, and compares it with JSON lines.
    private static let check = """
        import json, struct, sys, zlib
        from mcap.reader import NonSeekingReader, make_reader

        def fits(value, schema, place):
            kinds = {"integer": int, "number": (int, float), "string": str, "boolean": bool,
                     "array": list, "object": dict}
            assert isinstance(value, kinds[schema["type"]]), (place, value, schema)
            if schema["type"] == "object":
                assert set(schema.get("required", [])) <= set(value), (place, value)
                for name, item in value.items():
                    if name in schema["properties"]:
                        fits(item, schema["properties"][name], place + "." + name)
            if schema["type"] == "array":
                for item in value:
                    fits(item, schema["items"], place)

        def plain(value):
            if isinstance(value, dict):
                return {k: plain(v) for k, v in value.items() if v is not None}
            return [plain(v) for v in value] if isinstance(value, list) else value

        data = open(sys.argv[1], "rb").read()
        lines = [json.loads(line) for line in open(sys.argv[2])]
        with open(sys.argv[1], "rb") as file:
            reader = make_reader(file, validate_crcs=True)
            summary = reader.get_summary()
            found = list(reader.iter_messages(log_time_order=False))
        with open(sys.argv[1], "rb") as file:
            again = list(NonSeekingReader(file, validate_crcs=True).iter_messages(log_time_order=False))
        assert len(found) == len(again) == len(lines) == summary.statistics.message_count
        assert [m for _, _, m in found] == [m for _, _, m in again]
        for (schema, channel, message), line in zip(found, lines):
            assert channel.topic == schema.name == line["topic"]
            assert channel.message_encoding == "json" and schema.encoding == "jsonschema"
            assert message.log_time == message.publish_time == int(line["ns"])
            assert message.sequence == line["seq"]
            body = json.loads(message.data)
            fits(body, json.loads(schema.data), channel.topic)
            assert body["seq"] == line["seq"] and body.get("parent") == line["parent"]
            assert body["producer"] == line["producer"]
            assert set(body["fields"]) == set(plain(line["fields"]))
            if channel.topic == "fill":
                for name in ["price", "quantity", "side", "fee", "order"]:
                    assert body["fields"][name] == line["fields"][name]
        # One topic, and one stretch of time, by the index.
        with open(sys.argv[1], "rb") as file:
            reader = make_reader(file)
            fills = [m.sequence for _, _, m in reader.iter_messages(topics=["fill"])]
            assert fills == [l["seq"] for l in lines if l["topic"] == "fill"]
            middle = int(lines[len(lines) // 2]["ns"])
            late = sum(1 for _ in reader.iter_messages(start_time=middle))
            assert late == sum(1 for l in lines if int(l["ns"]) >= middle)
        # The checksums that the package does not look at.
        start, _, crc = struct.unpack("<QQI", data[-28:-8])
        assert zlib.crc32(data[start:-12]) == crc
        assert zlib.crc32(data[:start - 13]) == struct.unpack("<I", data[start - 4:start])[0]
        print("right", len(found), summary.statistics.chunk_count)
        """

    @Test(.enabled(if: python != nil), arguments: ExampleRun.names)
    func `the makers' own reader finds every record in the MCAP file`(_ name: String) throws {
        let run = try ExampleRun(name)
        let scratch = run.scratch
        let spoken = try Spoken("audit", "export", run.log, "--to", "mcap", "-o", scratch("o.mcap"))
        #expect(spoken.code == .success)
        try scratch.write(try Spoken("dump", run.log, "--format", "jsonl").output, "o.jsonl")
        try scratch.write(Self.check, "check.py")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "\(Self.python ?? "python3") -W ignore check.py o.mcap o.jsonl 2>&1",
        ]
        process.currentDirectoryURL = URL(filePath: scratch.path)
        process.standardOutput = output
        try process.run()
        let told = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(told.hasPrefix("right "), "\(told)")
    }

    @Test func `json lines are those of dump, and tables have the rows of their topic`() throws {
        let run = try ExampleRun("demo")
        let scratch = run.scratch
        let lines = try Spoken(
            "audit", "export", run.log, "--to", "jsonl", "-o", scratch("o.jsonl"))
        #expect(lines.output == "\(scratch("o.jsonl")): 5696 records in 1 file\n")
        #expect(
            try scratch.read("o.jsonl") == Spoken("dump", run.log, "--format", "jsonl").output)
        let tables = try Spoken("audit", "export", run.log, "--to=csv", "--out", scratch("tables"))
        #expect(tables.code == .success)
        #expect(
            try scratch.read("tables/fill.csv")
                == Spoken("dump", run.log, "--topic", "fill", "--format", "csv").output)
        let one = try Spoken(
            "audit", "export", run.log, "--to", "csv", "--topic", "fill", "-o", scratch("f.csv"))
        #expect(one.code == .success)
        #expect(try scratch.read("f.csv") == scratch.read("tables/fill.csv"))
    }

    @Test(
        arguments: [
            (["--to", "jsonl"], "-o is missing: give the file or directory to make.", 64),
            (["-o", "x"], "--to is missing: give jsonl, csv or mcap.", 64),
            (["--to", "mcp", "-o", "x"], "Did you mean \"mcap\"?", 64),
            (["--to", "csv", "-o", "x", "--topic", "fil"], "Did you mean \"fill\"?", 64),
            (["--to", "jsonl", "-o", "/"], "/ exists already and is not overwritten.", 73),
            (["--to", "jsonl", "-o", "/none/x"], "/none/x: cannot create", 73),
            (["--to", "jsonl", "-o", "/proc/none"], "/proc/none: cannot create", 73),
        ] as [([String], String, Int32)])
    func `what cannot be made is told in one line`(
        _ words: [String], _ part: String, _ code: Int32
    ) throws {
        let run = try ExampleRun("demo")
        let spoken = try Spoken(["audit", "export", run.log] + words)
        #expect(spoken.code.rawValue == code)
        #expect(spoken.output.isEmpty)
        #expect(spoken.error.contains(part), "\(spoken.error)")
        #expect(spoken.error.split(separator: "\n").count == 1)
    }

    @Test func `a damaged log ends with its code, and nothing is left behind`() throws {
        let run = try ExampleRun("portfolio")
        let scratch = try Scratch()
        let bytes = try Data(contentsOf: URL(filePath: run.log))
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        try changed.write(to: URL(filePath: scratch("changed.lka")))
        try bytes.dropLast(20).write(to: URL(filePath: scratch("torn.lka")))
        let before = try scratch.names
        for format in ["jsonl", "csv", "mcap"] {
            for (name, code) in [("changed.lka", ExitCode.corrupt), ("torn.lka", .finding)] {
                let spoken = try Spoken(
                    "audit", "export", scratch(name), "--to", format, "-o", scratch("out"))
                #expect(spoken.code == code)
                #expect(spoken.output.isEmpty)
                #expect(spoken.error.contains(name) && spoken.error.contains(" at byte "))
                #expect(try scratch.names == before)
            }
        }
    }
}
