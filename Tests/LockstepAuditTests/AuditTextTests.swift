import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditTextTests {
    /// The first sample of a log, as the decoder and the forms of text see it.
    private func first(_ text: String = "text") throws -> (AuditRecord, AuditDecoder) {
        var log = try SampleLog(steps: 2)
        log.text = text
        let reader = try AuditLogReader(
            bytes: try log.bytes(), filter: AuditFilter(topics: [32]))
        return (try #require(try reader.next()), reader.decoder)
    }

    @Test("a payload is decoded by the schema in the file")
    func decode() throws {
        let (record, decoder) = try first()
        // Number 0: see the encoding of the sample.
        let expected: [RecordField] = [
            .init("instrument", .unsigned(1)), .init("number", .unsigned(0)),
            .init("signed", .integer(0)), .init("price", .price(10_000)),
            .init("high", .price(10_050)), .init("size", .quantity(0)),
            .init("cash", .money(-1_500_000)), .init("at", .time(1_000_000_000 - 60)),
            .init("rate", .decimal(-1_250, scale: 3)), .init("amount", .float64(1.5)),
            .init("open", .boolean(true)), .init("side", .enumeration(0, name: "buy")),
            .init("tag", .symbol(1, text: "first")), .init("text", .string("text")),
            .init("blob", .bytes([0, 255])), .init("limit", .null),
            .init(
                "levels",
                .list([
                    .row([.init("price", .price(1)), .init("size", .quantity(8))]),
                    .row([.init("price", .price(2)), .init("size", .quantity(9))]),
                ])),
            .init(
                "marked",
                .row([
                    .init("kind", .enumeration(5, name: "five")), .init("open", .boolean(true)),
                    .init("base", .unsigned(2)),
                    // 2 · 2³² + 2 − 1
                    .init("sum", .money(1 << 33 + 1)), .init("cause", .unsigned(0)),
                    .init("limit", .price(3)), .init("more", .money(-2)),
                    .init("until", .time(61_000_000_000)), .init("list", .list([.unsigned(7)])),
                ])),
        ]
        #expect(try decoder.decode(record) == .row(expected))
    }

    @Test("a line of text has names and decimals where the configuration tells them")
    func line() throws {
        let (record, decoder) = try first()
        // 10000 ticks of 0.01 = 100; 1.5 million units of 10⁻⁶ = 1.5; a second less 60 ns.
        #expect(
            try AuditText(decoder).line(record)
                == "4 1970-01-01T00:00:01Z sample instrument=AAPL number=0 signed=0 price=100 "
                + "high=100.5 size=0 cash=-1.5 at=1970-01-01T00:00:00.999999940Z rate=-1.25 "
                + "amount=1.5 open=true side=buy tag=\"first\" text=\"text\" blob=0x00ff limit=- "
                + "levels=[{price=0.01 size=8} {price=0.02 size=9}] "
                + "marked={kind=five open=true base=2 sum=8589.934593 cause=0 limit=0.03 "
                + "more=-0.000002 until=1970-01-01T00:01:01Z list=[7]}")
        #expect(
            try AuditText(decoder).line(record, raw: true).hasPrefix(
                "4 1970-01-01T00:00:01Z sample producer=4 0x0100"))
    }

    @Test("a line of JSON has the numbers of the log")
    func json() throws {
        let (record, decoder) = try first()
        #expect(
            try AuditJSON(decoder).line(record)
                == #"{"seq":4,"t":"1970-01-01T00:00:01Z","ns":1000000000,"topic":"sample","#
                + #""parent":null,"producer":4,"fields":{"instrument":1,"number":0,"signed":0,"#
                + #""price":10000,"high":10050,"size":0,"cash":-1500000,"at":999999940,"#
                + #""rate":"-1.25","amount":1.5,"open":true,"side":"buy","tag":"first","#
                + #""text":"text","blob":"0x00ff","limit":null,"#
                + #""levels":[{"price":1,"size":8},{"price":2,"size":9}],"#
                + #""marked":{"kind":"five","open":true,"base":2,"sum":8589934593,"cause":0,"#
                + #""limit":3,"more":-2,"until":61000000000,"list":[7]}}}"#)
    }

    @Test("numbers beyond 2^53 are strings in JSON")
    func largeNumbers() {
        let limit: Int64 = 1 << 53
        #expect(AuditJSON.value(.integer(limit)) == .integer(limit))
        #expect(AuditJSON.value(.integer(limit + 1)) == .string("9007199254740993"))
        #expect(AuditJSON.value(.integer(-limit - 1)) == .string("-9007199254740993"))
        #expect(AuditJSON.value(.unsigned(.max)) == .string("18446744073709551615"))
        #expect(AuditJSON.value(.float64(.infinity)) == .string("inf"))
    }

    @Test("a table of one topic has its fields as columns, one of several has JSON")
    func csv() throws {
        let (record, decoder) = try first("=1+1,\"x\"")
        let one = AuditCSV(decoder, topic: 32)
        #expect(
            one.header == "seq,time,topic,parent,producer,instrument,number,signed,price,high,size,"
                + "cash,at,rate,amount,open,side,tag,text,blob,limit,levels,marked")
        #expect(
            try one.line(record)
                == "4,1970-01-01T00:00:01Z,sample,,4,1,0,0,10000,10050,0,-1500000,"
                + "1970-01-01T00:00:00.999999940Z,-1.25,1.5,true,buy,first,"
                + #""'=1+1,""x""",0x00ff,,"[{""price"":1,""size"":8},{""price"":2,""size"":9}]","#
                + #""{""kind"":""five"",""open"":true,""base"":2,""sum"":8589934593,""cause"":0,"#
                + #"""limit"":3,""more"":-2,""until"":61000000000,""list"":[7]}""#)
        let several = AuditCSV(decoder)
        #expect(several.header == "seq,time,topic,parent,producer,fields")
        #expect(
            try several.line(record).hasPrefix(
                #"4,1970-01-01T00:00:01Z,sample,,4,"{""instrument"":1,"#))
    }

    @Test("hostile text reaches no terminal, no table and no document as it is")
    func hostile() throws {
        let (record, decoder) = try first("\u{1B}[31m\u{202E}\n\"\\\u{7F}\u{E0041}")
        let lines = [
            try AuditText(decoder).line(record), try AuditJSON(decoder).line(record),
            try AuditCSV(decoder, topic: 32).line(record), try AuditCSV(decoder).line(record),
        ]
        for line in lines {
            #expect(!line.unicodeScalars.contains(where: AuditEscaping.isHazard), "\(line)")
        }
        #expect(lines[0].contains(#"text="\u{1b}[31m\u{202e}\u{a}\"\\\u{7f}\u{e0041}""#))
        #expect(lines[1].contains(#""\u001b[31m\u202e\n\"\\\u007f\udb40\udc41""#))
    }

    @Test(
        "amounts are exact decimals without needless zeros",
        arguments: [
            (0, -6, "0"), (1, -6, "0.000001"), (-1_500_000, -6, "-1.5"), (12, 0, "12"),
            (12, 3, "12000"), (-5, -1, "-0.5"), (100, -2, "1"), (0, 5, "0"),
        ])
    func decimals(digits: Int, exponent: Int, text: String) {
        #expect(AuditScope.decimal(Int128(digits), exponent: exponent) == text)
    }

    @Test("control records are shown by their kind")
    func control() throws {
        let reader = try AuditLogReader(
            bytes: SampleLog(steps: 1).bytes(), filter: AuditFilter(topics: [0]))
        var lines: [String] = []
        while let record = try reader.next() {
            lines.append(try AuditText(reader.decoder).line(record))
        }
        #expect(lines.count == 5)
        #expect(
            lines[0].hasPrefix(
                "1 1970-01-01T00:00:01Z control kind=schema topic=32 name=\"sample\" version=1"))
        #expect(lines[1] == "2 1970-01-01T00:00:01Z control kind=symbol id=1 text=\"first\"")
        #expect(lines[3] == "5 1970-01-01T00:00:01Z control kind=stepEnd")
        #expect(
            lines[4]
                == "6 1970-01-01T00:00:01.000000060Z control kind=end status=completed reason=-"
        )
    }

    @Test("a configuration that is not as expected leaves numbers without names")
    func strangeConfiguration() {
        for json in ["", "[]", "{}", #"{"instruments":[{"symbol":1}]}"#, "\u{0}"] {
            #expect(AuditNames(configuration: json).instrument(1) == nil)
        }
        let names = AuditNames(configuration: sampleConfiguration)
        #expect(names.instrument(2)?.symbol == "BTC")
        #expect(names.instrument(0) == nil)
        #expect(names.instrument(.max) == nil)
        #expect(names.strategy(1) == "cross")
    }
}
