import LockstepAudit
import LockstepBus

// One specimen for each type of field, with its extremes.
extension Specimen {
    static let day: Int64 = 86_400_000_000_000

    static let scalars = [
        unsigned, integer, amounts, decimal, float64, boolean, enumeration,
    ]

    private static let unsigned = Specimen(
        "unsigned", [.init("u", .unsigned)],
        ([0, 1, 127, 128, 16_383, 16_384, 1 << 32, 1 << 63, .max] as [UInt64]).map {
            [.unsigned($0)]
        })

    private static let integer = Specimen(
        "integer", [.init("i", .integer)],
        ([0, -1, 1, 63, -64, 64, -65, .max, .min] as [Int64]).map { [.integer($0)] })

    private static let amounts = Specimen(
        "amounts",
        [
            .init("instrument", .unsigned), .init("price", .price), .init("size", .quantity),
            .init("cash", .money),
        ],
        [
            [.unsigned(1), .price(0), .quantity(0), .money(0)],
            [.unsigned(1), .price(-1), .quantity(1), .money(-1_500_000)],
            [.unsigned(2), .price(.min), .quantity(.max), .money(.max)],
            [.unsigned(9), .price(.max), .quantity(300), .money(.min)],
        ])

    private static let decimal = Specimen(
        "decimal",
        [
            .init("whole", .decimal(scale: 0)), .init("cents", .decimal(scale: 2)),
            .init("atoms", .decimal(scale: 18)),
        ],
        ([0, 1, -1, 10, 1200, -1250, .max, .min] as [Int64]).map { number in
            ([0, 2, 18] as [UInt8]).map { .decimal(number, scale: $0) }
        })

    private static let float64 = Specimen(
        "float64", [.init("f", .float64)],
        ([
            0, -0.0, 1, -1.5, 0.1, 1e-5, 1e16, 1e300, 123_456_789.125, .pi,
            .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
        ] as [Double]).map { [.float64($0)] })

    private static let boolean = Specimen(
        "boolean", [.init("a", .boolean), .init("b", .boolean)],
        [[.boolean(true), .boolean(false)], [.boolean(false), .boolean(true)]])

    private static let enumeration = Specimen(
        "enumeration",
        [
            .init("side", .enumeration([.init(0, "buy"), .init(1, "sell")])),
            .init("far", .enumeration([.init(1 << 40, "far away")])),
            .init("none", .enumeration([])),
        ],
        ([[0, 1 << 40, 0], [1, 0, 7], [2, .max, .max]] as [[UInt64]]).map { row in
            row.map { .enumeration($0, name: nil) }
        })
}
