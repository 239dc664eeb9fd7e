public import LockstepModel

/// How far an own order moves up in its queue when what is displayed there grows less and no trade
/// explains it: some of the cancels were ahead of it, some behind.
///
/// Where the market's orders are known one by one, nothing has to be assumed and none of these
/// counts. The forms are those of E. Rigtorp, "Estimating order queue position" (2013), and of
/// hftbacktest, with b the share of the cancels that was behind.
public enum QueueModel: Hashable, Sendable {
    /// All of them were behind, as far as there was so much.
    case riskAverse
    /// b = backⁿ / (backⁿ + aheadⁿ).
    case power(QueueExponent)
    /// b = backⁿ / (back + ahead)ⁿ.
    case power2(QueueExponent)
    /// b = 1 − (ahead / (ahead + back))ⁿ.
    case power3(QueueExponent)
    /// b = ln(1 + back) / (ln(1 + back) + ln(1 + ahead)).
    case log
    /// b = ln(1 + back) / ln(1 + back + ahead).
    case log2

    /// The share of the cancels that was behind an order.
    ///
    /// - Parameters:
    ///   - ahead: What stands before the order.
    ///   - back: What stands behind it.
    /// - Returns: A share from 0 to 1; 1 where nothing stands there.
    func behind(ahead: Double, back: Double) -> Double {
        if ahead == 0 && back == 0 { return 1 }
        switch self {
        case .riskAverse: return 1
        case .power(let n):
            let (back, ahead) = (n.power(back), n.power(ahead))
            return back / (back + ahead)
        case .power2(let n): return n.power(back) / n.power(back + ahead)
        case .power3(let n): return 1 - n.power(ahead / (ahead + back))
        case .log:
            let (back, ahead) = (QueueMath.ln(1 + back), QueueMath.ln(1 + ahead))
            return back / (back + ahead)
        case .log2: return QueueMath.ln(1 + back) / QueueMath.ln(1 + back + ahead)
        }
    }

    /// What stands before an order after what is displayed at its price has changed.
    ///
    /// - Parameters:
    ///   - ahead: What stood before it.
    ///   - before: What was displayed.
    ///   - now: What is displayed.
    ///   - traded: What was traded there meanwhile, which `ahead` counts already.
    /// - Returns: What stands before it, from 0.
    func ahead(_ ahead: Double, _ before: Int64, _ now: Int64, traded: Int64) -> Double {
        let cancelled = Double(before &- traded &- now)
        let most = min(ahead, Double(now))
        if cancelled <= 0 { return most }
        if case .riskAverse = self { return most }
        let back = max(0, Double(before &- traded) - ahead)
        let behind = behind(ahead: ahead, back: back)
        let moved = ahead - (1 - behind) * cancelled + min(back - behind * cancelled, 0)
        return max(0, min(moved, Double(now)))
    }
}

/// The exponent of a queue model: a multiple of one half.
public struct QueueExponent: Hashable, Sendable {
    /// Twice the exponent: 1 to 32.
    let halves: Int

    /// Makes the exponent.
    ///
    /// - Parameter rate: The exponent; nil is given for what is no multiple of one half from 0.5 to
    ///   16.
    public init?(_ rate: Rate) {
        let half = Rate.one.trillionths / 2
        guard rate.trillionths % half == 0, (1...32).contains(rate.trillionths / half) else {
            return nil
        }
        halves = Int(rate.trillionths / half)
    }

    /// The exponent as a rate.
    public var rate: Rate { Rate(trillionths: Int64(halves) * (Rate.one.trillionths / 2)) }

    func power(_ base: Double) -> Double { QueueMath.power(base, halves: halves) }
}

extension QueueModel: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, exponent
    }

    /// The model's name in configurations.
    public var kind: String {
        switch self {
        case .riskAverse: "riskAverse"
        case .power: "power"
        case .power2: "power2"
        case .power3: "power3"
        case .log: "log"
        case .log2: "log2"
        }
    }

    /// The names of all models, those with an exponent first.
    public static var kinds: [String] {
        ["power", "power2", "power3", "log", "log2", "riskAverse"]
    }

    /// The exponent; nil for a model that has none.
    public var exponent: QueueExponent? {
        switch self {
        case .power(let exponent), .power2(let exponent), .power3(let exponent): exponent
        case .riskAverse, .log, .log2: nil
        }
    }

    /// The model of a name; nil for an unknown name, and where an exponent is missing or too many.
    ///
    /// - Parameters:
    ///   - kind: The name.
    ///   - exponent: The exponent; nil where the model has none.
    public init?(_ kind: String, exponent: QueueExponent? = nil) {
        switch (kind, exponent) {
        case ("riskAverse", nil): self = .riskAverse
        case ("power", let exponent?): self = .power(exponent)
        case ("power2", let exponent?): self = .power2(exponent)
        case ("power3", let exponent?): self = .power3(exponent)
        case ("log", nil): self = .log
        case ("log2", nil): self = .log2
        default: return nil
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let rate = try container.decodeIfPresent(Rate.self, forKey: .exponent)
        let exponent = rate.flatMap(QueueExponent.init)
        guard
            let model = Self(
                try container.decode(String.self, forKey: .kind), exponent: exponent),
            rate == nil || exponent != nil
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container, debugDescription: "This is no queue model.")
        }
        self = model
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        if let exponent { try container.encode(exponent.rate, forKey: .exponent) }
    }
}
