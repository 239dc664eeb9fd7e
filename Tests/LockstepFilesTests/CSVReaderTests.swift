import Foundation
import Testing

@testable import LockstepFiles

@Suite struct CSVReaderTests {
    static func rows(_ reader: CSVReader) throws -> [[String]] {
        var rows: [[String]] = []
        while try reader.next() { rows.append(reader.header.indices.map { reader.text($0) }) }
        return rows
    }

    static func rows(_ text: String) throws -> [[String]] {
        try rows(CSVReader(text: text, name: "t.csv"))
    }

    static func fault(_ bytes: [UInt8]) throws -> FilesError {
        try #require(throws: FilesError.self) { try rows(CSVReader(bytes: bytes, name: "t.csv")) }
    }

    @Test(
        arguments: [
            "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\n3,4", "\u{FEFF}a,b\n1,2\n3,4",
            "\"a\",\"b\"\n\"1\",2\r\n3,\"4\"", "\"a\",\"b\"\r\n\"1\",\"2\"\n3,\"4\"\r\n",
        ])
    func `line ends, a mark and quotes do not matter`(text: String) throws {
        let reader = try CSVReader(text: text, name: "t.csv")
        #expect(reader.header == ["a", "b"])
        #expect(try Self.rows(reader) == [["1", "2"], ["3", "4"]])
    }

    @Test func `quoted fields may hold commas, quotes and line breaks`() throws {
        let text = "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\"\"\n,\"\"\n"
        let reader = try CSVReader(text: text, name: "t.csv")
        var lines: [Int] = []
        var rows: [[String]] = []
        while try reader.next() {
            lines.append(reader.line)
            rows.append([reader.text(0), reader.text(1)])
        }
        #expect(rows == [["x,y", "say \"hi\""], ["two\nlines", "\""], ["", ""]])
        // The second row takes lines 3 and 4.
        #expect(lines == [2, 3, 5])
    }

    @Test(arguments: [1, 2, 3, 5, 7, 64, 1000])
    func `the size of the reads does not matter`(chunk: Int) throws {
        let text =
            "\u{FEFF}é,b\r\n\"1\"\"2\",\"x\r\ny\"\r\n3,ä€😀\n"
            + (0..<50).map { "\($0),\($0 * 7)\r\n" }.joined()
        try withScratch { directory in
            try AtomicWrite.write(text, to: directory + "/t.csv")
            let reader = try CSVReader(path: directory + "/t.csv", chunk: chunk)
            #expect(reader.header == ["é", "b"])
            let expected = try Self.rows(text)
            #expect(expected.count == 52)
            #expect(expected[0] == ["1\"2", "x\r\ny"])
            #expect(try Self.rows(reader) == expected)
        }
    }

    @Test func `a header alone has no rows`() throws { #expect(try Self.rows("a,b\n").isEmpty) }

    @Test(arguments: ["", "\u{FEFF}"])
    func `an empty file is refused`(text: String) throws {
        #expect(
            try Self.fault(Array(text.utf8))
                == .csv(file: "t.csv", line: 1, column: nil, .emptyFile))
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n3\n", 3, nil, CSVFault.columnCount(found: 1, expected: 2)),
            ("a,b\n1,2,3\n", 2, nil, .columnCount(found: 3, expected: 2)),
            ("a,b\n1,2\n\n", 3, nil, .columnCount(found: 1, expected: 2)),
            ("a,b\n1,\"2\n3,4\n", 2, 3, .unterminatedQuote),
            ("a,b\n1,2\"\n", 2, 4, .strayQuote),
            ("a,b\n1,\"2\"x\n", 2, 6, .strayQuote),
            ("a,b\n1,2\r3,4\n", 2, 4, .bareCarriageReturn),
            ("a,b\n1,2\n3,4\0\n", 3, 4, .nulByte),
            ("a,b\n\"1\n2\0\",2\n", 3, 2, .nulByte),
            ("a,b,a\n", 1, nil, .duplicateColumn(name: "a")),
        ] as [(String, Int, Int?, CSVFault)])
    func `bad form is told with its place`(
        text: String, line: Int, column: Int?, fault: CSVFault
    ) throws {
        #expect(
            try Self.fault(Array(text.utf8))
                == .csv(file: "t.csv", line: line, column: column, fault))
    }

    // Lone continuation, overlong slash, surrogate, above the last scalar, cut short.
    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xE2, 0x82], [0xFF], [0xF0, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func `bytes that are no text are told with their place`(bad: [UInt8]) throws {
        #expect(
            try Self.fault(Array("a,b\n1,é".utf8) + bad + Array("\n".utf8))
                == .csv(file: "t.csv", line: 2, column: 5, .notUTF8))
    }

    @Test func `a line of 1 MiB passes and a longer one does not`() throws {
        let limit = 1 << 20
        try withScratch { directory in
            // Header line, then two characters besides the filling: comma and line feed.
            for (extra, passes) in [(0, true), (1, false)] {
                let path = directory + "/\(extra).csv"
                let filling = String(repeating: "x", count: limit - 2 + extra)
                try AtomicWrite.write("a,b\n\(filling),\n", to: path)
                let reader = try CSVReader(path: path, chunk: 65_536)
                if passes {
                    #expect(try reader.next())
                } else {
                    #expect(
                        throws: FilesError.csv(
                            file: path, line: 2, column: nil, .lineTooLong(limit: limit))
                    ) { try reader.next() }
                }
            }
            let path = directory + "/endless.csv"
            try AtomicWrite.write("a,b\n" + String(repeating: "x", count: 3 << 20), to: path)
            let reader = try CSVReader(path: path)
            #expect(
                throws: FilesError.csv(
                    file: path, line: 2, column: nil, .lineTooLong(limit: limit))
            ) { try reader.next() }
        }
    }

    @Test func `a missing column names those found and the nearest`() throws {
        let reader = try CSVReader(text: "timestamp,open,high\n", name: "t.csv")
        #expect(try reader.column("open") == 1)
        let error = try #require(throws: FilesError.self) { try reader.column("timestmap") }
        #expect(
            error.description
                == "t.csv:1: There is no column \"timestmap\"; found are \"timestamp\", \"open\", "
                + "\"high\". Did you mean \"timestamp\"? Correct the header, or name the column in "
                + "the configuration.")
    }

    @Test(arguments: ["date;open", "date\topen", "date|open"])
    func `a header split by other separators is told to use commas`(header: String) throws {
        let reader = try CSVReader(text: header + "\n", name: "t.csv")
        let error = try #require(throws: FilesError.self) { try reader.column("date") }
        #expect(
            error.description.hasSuffix(
                "Separate the columns by commas, and write decimals with a point."))
    }

    @Test func `fields are read as numbers and times`() throws {
        let reader = try CSVReader(
            text: "t,p,n\n2004-08-19,12.50,7\n1,x,1.5\n", name: "t.csv")
        #expect(try reader.next())
        #expect(try reader.instant(0, .iso8601) == 12_649 * 86_400_000_000_000)
        #expect(try reader.decimal(1) == DecimalText(mantissa: 125, exponent: -1))
        #expect(try reader.integer(2) == 7)
        #expect(try reader.next())
        #expect(
            throws: FilesError.csvField(file: "t.csv", line: 3, name: "p", text: "x", .junk)
        ) { try reader.decimal(1) }
        #expect(
            throws: FilesError.csvField(file: "t.csv", line: 3, name: "n", text: "1.5", .notWhole)
        ) { try reader.integer(2) }
    }
}
