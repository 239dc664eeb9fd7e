import LockstepAudit
import LockstepBus

// Specimens of what stands around fields: times, names, causes, marks, blocks, ends.
extension Specimen {
    static let records: [Specimen] = [
        Specimen("empty") { try SpecimenLog().close(.cancelled) },
        Specimen("time") {
            let log = try SpecimenLog()
            try log.topic(32, "time", [.init("at", .time)])
            // Every unit, both signs, before 1970, and the extremes.
            let lengths: [Int64] = [
                1, 999, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000, day,
                365 * day, 8, -8, 7 * 60_000_000_000, 9 * 60_000_000_000, .max, .min,
            ]
            for length in lengths {
                log.time &+= length
                try log.row(32, [.time(log.time &- length)])
            }
            for time in [-1, .min, .max, 0] as [Int64] {
                log.time = time
                try log.row(32, [.time(time)])
                try log.row(32, [.time(1_700_000_000_123_456_789)])
            }
            return try log.end()
        },
        Specimen("symbol") {
            let log = try SpecimenLog()
            try log.topic(33, "note", [.init("name", .symbol), .init("value", .float64)])
            try log.symbol("first")
            try log.row(33, [.symbol(1, text: nil), .float64(1)])
            try log.row(33, [.symbol(2, text: nil), .float64(2)])
            try log.step()
            // Numbers are given as they are needed, also far from the set-up.
            for place in 0..<30 {
                try log.row(33, [.symbol(1, text: nil), .float64(Double(place))])
            }
            try log.symbol("\u{202E}second\u{1B}[2J")
            try log.row(33, [.symbol(2, text: nil), .float64(2)])
            try log.row(33, [.symbol(.max, text: nil), .float64(2)])
            return try log.end()
        },
        Specimen("record") {
            let log = try SpecimenLog()
            try log.topic(34, "order", [.init("intent", .record)])
            for back in [0, 1, 2, 3, 4] as [UInt64] {
                let number = log.sequence + 1
                try log.row(34, [.unsigned(back == 0 ? 0 : number - back)])
            }
            return try log.end()
        },
        Specimen("causes") {
            let log = try SpecimenLog()
            try log.topic(32, "event", [.init("u", .unsigned)])
            // Producers to both sides of where the short form ends.
            for producer in [0, 1, 14, 15, 16, 142, 143, .max] as [UInt16] {
                try log.row(32, cause: log.sequence, producer: producer, [.unsigned(0)])
                try log.row(32, cause: 1, producer: producer, [.unsigned(1)])
                try log.row(32, producer: producer, [.unsigned(2)])
            }
            for _ in 0..<40 { try log.step(0) }
            try log.row(32, cause: 2, [.unsigned(3)])
            return try log.end()
        },
        Specimen("bits") {
            let log = try SpecimenLog()
            try log.topic(
                32, "bits",
                [
                    .init(
                        "side",
                        .inMarks(.enumeration([.init(1, "buy"), .init(2, "sell")]), bits: 2)),
                    .init("open", .inMarks(.boolean, bits: 1)),
                    .init("count", .inMarks(.unsigned, bits: 32)),
                    .init("wide", .inMarks(.boolean, bits: 4)),
                    .init("price", .price),
                    .init("last", .inMarks(.unsigned, bits: 25)),
                ])
            func row(_ side: UInt64, _ open: Bool, _ count: UInt64, _ last: UInt64) throws {
                try log.row(
                    32,
                    [
                        .enumeration(side, name: nil), .boolean(open), .unsigned(count),
                        .boolean(open), .price(-1), .unsigned(last),
                    ])
            }
            try row(0, false, 0, 0)
            try row(1, true, 1, 1)
            try row(2, false, 1 << 31, 0)
            // All 64 bits are taken.
            try row(3, true, 0xFFFF_FFFF, 0x1FF_FFFF)
            return try log.end()
        },
        Specimen("marked") {
            let log = try SpecimenLog()
            try log.topic(
                32, "marked",
                [
                    .init("base", .unsigned), .init("u", .marked(.unsigned)),
                    .init("i", .marked(.integer)), .init("p", .marked(.price)),
                    .init("q", .marked(.quantity)), .init("m", .marked(.money)),
                    .init("d", .marked(.decimal(scale: 3))), .init("at", .marked(.time)),
                    .init("rel", .marked(.relative(.money, to: 0))),
                    .init("sum", .marked(.combined(.money, of: [.init(5), .init(0)]))),
                    .init("from", .marked(.record)), .init("limit", .marked(.optional(.price))),
                    .init("terms", .marked(.optional(.row([.init("a", .marked(.unsigned))])))),
                    .init("list", .marked(.list(.unsigned))),
                ])
            try log.row(
                32,
                [
                    .unsigned(3), .unsigned(0), .integer(0), .price(0), .quantity(0), .money(0),
                    .decimal(0, scale: 3), .time(log.time), .money(3), .money(3), .unsigned(0),
                    .null, .null, .list([]),
                ])
            try log.row(
                32,
                [
                    .unsigned(3), .unsigned(1), .integer(-1), .price(.min), .quantity(.max),
                    .money(5), .decimal(-1, scale: 3), .time(log.time + 1), .money(4), .money(7),
                    .unsigned(1), .price(0), .row([RecordField("a", .unsigned(0))]),
                    .list([.unsigned(0)]),
                ])
            return try log.end()
        },
        Specimen("control") {
            let log = try SpecimenLog()
            try log.topic(32, "sample", Self.everyType)
            try log.topic(62, "", [])
            try log.symbol("")
            try log.symbol("a symbol")
            try log.control(.configuration(json: #"{"strategies":[{"name":"cross"}]}"#))
            try log.step()
            try log.control(.stepEnd)
            for status in ControlEvent.EndStatus.allCases {
                try log.control(.end(status, reason: status == .completed ? nil : "why"))
            }
            try log.control(.recovered(offset: 1 << 40, reason: "the writer died"))
            return try log.end(.failed, reason: "a service threw: \u{1B}]0;title\u{7}")
        },
        Specimen("topics") {
            let log = try SpecimenLog()
            for topic in UInt8(1)...62 {
                try log.topic(topic, "t\(topic)", [.init("u", .unsigned)])
            }
            for topic in UInt8(1)...62 { try log.row(topic, [.unsigned(UInt64(topic))]) }
            return try log.end()
        },
        Specimen("blocks") {
            let log = try SpecimenLog(block: 300, level: 3, salt: 2)
            try log.topic(32, "event", [.init("u", .unsigned), .init("text", .string)])
            var number: UInt64 = 1
            for place in 0..<60 {
                // Numbers that do not compress, of a fixed sequence.
                number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                try log.row(32, cause: log.sequence, [.unsigned(number), .string("n\(place)")])
                if place % 7 == 6 { try log.step() }
            }
            return try log.end(.cancelled, reason: "somebody asked")
        },
        Specimen("lengths") {
            // Records to both sides of 127 and 16383 bytes, whose length takes 1, 2 and 3 bytes.
            let log = try SpecimenLog(block: 4096)
            try log.topic(32, "text", [.init("text", .string)])
            for length in [
                120, 121, 122, 123, 124, 125, 126, 16_375, 16_376, 16_377, 16_378, 16_379,
            ] {
                try log.row(32, [.string(String(repeating: "x", count: length))])
            }
            return try log.end()
        },
    ]

    /// A field of every type, as deep as their combinations go in practice.
    static let everyType: [RecordSchema.Field] = [
        .init("unsigned", .unsigned), .init("integer", .integer), .init("price", .price),
        .init("quantity", .quantity), .init("money", .money), .init("time", .time),
        .init("decimal", .decimal(scale: 18)), .init("float64", .float64),
        .init("boolean", .boolean),
        .init("enumeration", .enumeration([.init(0, "none"), .init(.max, "all")])),
        .init("symbol", .symbol), .init("string", .string), .init("bytes", .bytes),
        .init("optional", .optional(.list(.optional(.price)))),
        .init("row", .row([.init("inner", .list(.row([.init("deep", .marked(.record))])))])),
        .init("relative", .relative(.price, to: 2)),
        .init("combined", .combined(.money, of: [.init(4, times: -1), .init(2, times: 1 << 32)])),
        .init("record", .record),
        .init("bits", .inMarks(.enumeration([.init(5, "five")]), bits: 3)),
        .init("marked", .marked(.optional(.time))),
    ]
}
