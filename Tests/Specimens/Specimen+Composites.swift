import LockstepAudit
import LockstepBus

// One specimen for each type whose values have parts, or lean on other values.
extension Specimen {
    static let composites = [string, bytes, optional, list, row, relative, combined]

    private static let string = Specimen(
        "string", [.init("text", .string)],
        ([
            "", "plain", "\"quoted\" \\ back", "line\nbreak\ttab\r", "\u{1B}[31mred\u{7}",
            "\u{202E}turned", "zero\0byte", "é ß 漢字 🂡 \u{10FFFF}", "e\u{301}",
            String(repeating: "long ", count: 40),
        ] as [String]).map { [.string($0)] })

    private static let bytes = Specimen(
        "bytes", [.init("blob", .bytes)],
        ([[], [0], [255, 0, 128], Array(repeating: 0xAB, count: 200)] as [[UInt8]]).map {
            [.bytes($0)]
        })

    private static let optional = Specimen(
        "optional",
        [
            .init("limit", .optional(.price)),
            .init("terms", .optional(.row([.init("a", .unsigned), .init("b", .string)]))),
            .init("list", .optional(.list(.integer))),
        ],
        [
            [.null, .null, .null],
            [
                .price(-5),
                .row([RecordField("a", .unsigned(1)), RecordField("b", .string("x"))]),
                .list([]),
            ],
            [.price(0), .null, .list([.integer(-1), .integer(2)])],
        ])

    private static let list = Specimen(
        "list",
        [
            .init("numbers", .list(.unsigned)), .init("texts", .list(.string)),
            .init("lists", .list(.list(.integer))), .init("maybe", .list(.optional(.float64))),
        ],
        [
            [.list([]), .list([]), .list([]), .list([])],
            [
                .list((0..<40 as Range<UInt64>).map { .unsigned($0 * $0 * $0) }),
                .list([.string(""), .string("b")]),
                .list([.list([]), .list([.integer(1), .integer(-1)])]),
                .list([.null, .float64(0.5), .null]),
            ],
        ])

    private static let row = Specimen(
        "row",
        [
            .init(
                "outer",
                .row([
                    .init("instrument", .unsigned),
                    .init(
                        "inner",
                        .row([.init("price", .price), .init("deep", .row([.init("b", .boolean)]))])
                    ),
                ])),
            .init("levels", .list(.row([.init("p", .price), .init("q", .quantity)]))),
        ], [nested(1), nested(2)])

    private static func nested(_ id: UInt64) -> [RecordValue] {
        let deep = RecordValue.row([RecordField("b", .boolean(id == 1))])
        let inner = RecordValue.row([RecordField("price", .price(101)), RecordField("deep", deep)])
        let levels = (0..<id).map { place in
            RecordValue.row([
                RecordField("p", .price(Int64(place))), RecordField("q", .quantity(place + 1)),
            ])
        }
        return [
            .row([RecordField("instrument", .unsigned(id)), RecordField("inner", inner)]),
            .list(levels),
        ]
    }

    private static let relative = Specimen(
        "relative",
        [
            .init("open", .price), .init("high", .relative(.price, to: 0)),
            .init("id", .unsigned), .init("twin", .relative(.unsigned, to: 2)),
            .init("at", .time), .init("later", .relative(.time, to: 4)),
            .init("rate", .relative(.decimal(scale: 4), to: 0)),
            .init("lots", .relative(.quantity, to: 3)),
        ],
        [
            [
                .price(100), .price(105), .unsigned(7), .unsigned(7), .time(day),
                .time(day + 1), .decimal(25, scale: 4), .quantity(5),
            ],
            [
                .price(.max), .price(.min), .unsigned(.max), .unsigned(0), .time(.min),
                .time(.max), .decimal(.min, scale: 4), .quantity(.max >> 1),
            ],
        ])

    private static let combined = Specimen(
        "combined",
        [
            .init("strategy", .unsigned),
            .init("order", .combined(.unsigned, of: [.init(0, times: 1 << 32)])),
            .init("cash", .money), .init("profit", .money),
            .init("equity", .combined(.money, of: [.init(2), .init(3)])),
            .init("net", .combined(.money, of: [.init(4), .init(2, times: -1)])),
            .init("constant", .combined(.integer, of: [])),
        ],
        [
            [
                .unsigned(2), .unsigned(2 << 32 | 9), .money(1000), .money(-50), .money(950),
                .money(-50), .integer(3),
            ],
            [
                .unsigned(.max), .unsigned(0), .money(.max), .money(.max), .money(.min),
                .money(0), .integer(.min),
            ],
        ])
}
