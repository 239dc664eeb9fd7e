public import LockstepModel

/// One place in a log that breaks a rule.
public struct SemanticFinding: Hashable, Sendable {
    /// The rule.
    public let rule: SemanticRule
    /// The record at which it was noticed.
    public let sequence: SequenceNumber
    /// The step of that record.
    public let step: StepNumber
    /// The simulated time of that record.
    public let time: Timestamp
    /// What a sound log would say.
    public let expected: String
    /// What this one says.
    public let found: String
}

extension SemanticFinding: CustomStringConvertible {
    /// `cash: record 812, step 40, 2004-08-19T00:00:00Z: expected …, found …`.
    public var description: String {
        "\(rule.name): record \(sequence.rawValue), step \(step.rawValue), \(time): "
            + "expected \(expected), found \(found)"
    }
}

/// What the checks have seen and found so far.
struct SemanticFindings: Sendable {
    /// How much a rule has seen and found.
    struct Count: Hashable, Sendable {
        var examined: UInt64 = 0
        var findings: UInt64 = 0
    }

    /// The most findings that are kept; the others are only counted.
    let limit: Int
    private(set) var kept: [SemanticFinding] = []
    private(set) var counts = InlineArray<15, Count>(repeating: Count())
    /// Where the record in hand stands.
    var sequence = SequenceNumber(0)
    var step = StepNumber.setUp
    var time = Timestamp.epoch

    init(limit: Int) { self.limit = limit }

    /// Notes that a rule has looked at a record.
    @inline(__always)
    mutating func examine(_ rule: SemanticRule) { counts[Int(rule.rawValue)].examined &+= 1 }

    /// Notes a finding where something does not hold; the texts are made only then.
    @inline(__always)
    mutating func check(
        _ rule: SemanticRule, _ holds: Bool, expected: @autoclosure () -> String,
        found: @autoclosure () -> String
    ) {
        if !holds { add(rule, expected: expected(), found: found()) }
    }

    /// Notes a finding.
    @inline(never)
    mutating func add(_ rule: SemanticRule, expected: String, found: String) {
        counts[Int(rule.rawValue)].findings &+= 1
        guard kept.count < limit else { return }
        kept.append(
            SemanticFinding(
                rule: rule, sequence: sequence, step: step, time: time, expected: expected,
                found: found))
    }
}
