import LockstepModel

/// The rule `causes`: every envelope comes from a service that may publish it, and was caused by
/// one that may lead to it; only the driver's own have no cause.
///
/// User services may ask, halt, wake and note, and publish to topics of their own, for any cause.
struct CauseCheck: Sendable {
    /// Who may publish a topic, and what may cause it there.
    struct Path: Sendable {
        let topic: UInt32
        let producer: Producer
        /// A bit for each topic; 63 for no cause.
        let causes: UInt64
    }

    /// A service, by its place in the order of registration.
    enum Producer: UInt16, Sendable {
        case driver = 0
        case simulator = 1
        case accountant = 2
        case risk = 3
        case strategies = 4
        case user = 5

        var text: String { self == .user ? "a user's service" : "the \(self)" }
    }

    private static let none: UInt64 = 1 << 63
    private static let anything: UInt64 = ~none

    private static func bits(_ topics: UInt64...) -> UInt64 { topics.reduce(0) { $0 | 1 << $1 } }

    /// What strategies hear of, from which they may ask, note and wake.
    private static let heard = bits(1, 2, 8, 9, 10, 13, 14, 15)

    private static func user(_ topic: UInt32) -> Path {
        Path(topic: topic, producer: .user, causes: anything)
    }

    /// Every way that the standard services have.
    private static let paths: [Path] =
        [
            Path(topic: 1, producer: .driver, causes: none),
            Path(topic: 2, producer: .driver, causes: none),
            Path(topic: 6, producer: .strategies, causes: heard), user(6),
            // The kill switch and liquidations.
            Path(topic: 6, producer: .risk, causes: bits(2, 18)),
            Path(topic: 7, producer: .risk, causes: bits(6)),
            Path(topic: 8, producer: .simulator, causes: bits(2, 7)),
            Path(topic: 8, producer: .risk, causes: bits(6)),
            Path(topic: 9, producer: .simulator, causes: bits(2, 7)),
            Path(topic: 10, producer: .accountant, causes: bits(1, 2, 9, 15, 19)),
            Path(topic: 11, producer: .accountant, causes: bits(2, 9, 15, 19)),
            Path(topic: 12, producer: .accountant, causes: bits(1, 2)),
            Path(topic: 13, producer: .simulator, causes: bits(2, 7)),
            Path(topic: 14, producer: .simulator, causes: bits(2, 7)),
            Path(topic: 15, producer: .simulator, causes: bits(2, 7)),
            // What an agent alone is told.
            Path(topic: 15, producer: .user, causes: bits(2)),
            Path(topic: 16, producer: .strategies, causes: heard), user(16),
            Path(topic: 17, producer: .strategies, causes: heard),
            Path(topic: 17, producer: .simulator, causes: bits(2, 7)), user(17),
            Path(topic: 19, producer: .simulator, causes: bits(2)),
            Path(topic: 18, producer: .risk, causes: bits(2, 6, 8, 9, 10, 12)),
            Path(topic: 18, producer: .strategies, causes: heard), user(18),
        ] + (32...62).map { user($0) }

    /// For each topic and producer, what may cause it; zero where nothing may.
    private let table: ContiguousArray<UInt64>

    init() {
        var table = ContiguousArray<UInt64>(repeating: 0, count: 63 * 6)
        for path in Self.paths {
            table[Int(path.topic) * 6 + Int(path.producer.rawValue)] = path.causes
        }
        self.table = table
    }

    /// Takes a record of another topic than control.
    @inline(__always)
    func take(
        _ topic: UInt32, _ producer: ServiceID, _ cause: SequenceNumber,
        _ scope: borrowing StepScope, _ findings: inout SemanticFindings
    ) {
        findings.examine(.causes)
        let row = min(Int(producer.rawValue), 5)
        let allowed = topic < 63 ? table[Int(topic) * 6 + row] : 0
        let bit: UInt64
        if cause == .none {
            bit = Self.none
        } else {
            // A cause outside of the step is what `parents` tells of.
            guard let of = scope.topic(of: cause.rawValue) else { return }
            bit = 1 << UInt64(min(of, 62))
        }
        if allowed & bit == 0 { report(topic, row, cause, allowed, scope, &findings) }
    }

    @inline(never)
    private func report(
        _ topic: UInt32, _ row: Int, _ cause: SequenceNumber, _ allowed: UInt64,
        _ scope: borrowing StepScope, _ findings: inout SemanticFindings
    ) {
        let producer = Producer(rawValue: UInt16(row))?.text ?? ""
        if allowed == 0 {
            let others = Self.paths.filter { $0.topic == topic }.map(\.producer.text)
            findings.add(
                .causes,
                expected: others.isEmpty
                    ? "no record of topic \(topic)"
                    : "topic \(topic) from \(others.joined(separator: " or "))",
                found: "one from \(producer)")
            return
        }
        let topics = (0..<63).filter { allowed & 1 << UInt64($0) != 0 }.map(String.init)
        let expected =
            allowed == Self.none
            ? "no cause"
            : "a cause"
                + (allowed == Self.anything
                    ? "" : " of topic \(topics.joined(separator: ", "))")
        let of = scope.topic(of: cause.rawValue).map { "record \(cause.rawValue) of topic \($0)" }
        findings.add(
            .causes, expected: "\(expected) for topic \(topic) from \(producer)",
            found: of ?? "none")
    }
}
