import LockstepModel
import LockstepOutcomeMarket

/// What keeps a vector file from being read.
struct VectorError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension OutcomeMarketParameters {
    /// The parameters of a vector file: decimal text, milliseconds; what is missing is the default.
    init(vector: VectorValue) throws {
        let fields = vector.fields ?? [:]
        self.init(outcomes: Int(try Self.whole(fields["outcomes"] ?? .whole(3))))
        var opening: [String: Int64] = [:]
        for (name, value) in fields {
            switch name {
            case "outcomes": continue
            case "Z": subsidy = try Self.scaled(value, 6)
            case "gamma": gamma = try Self.scaled(value, 12)
            case "q0", "q0Yes", "q0No": opening[name] = try Self.scaled(value, 6)
            case "mu": mu = try Self.schedule(value)
            case "nu": nu = try Self.schedule(value)
            case "kappa": kappa = try Self.schedule(value)
            case "zeta": zeta = try Self.schedule(value)
            case "f": fee = try Self.scaled(value, 12)
            case "fMatch": matchFee = try Self.scaled(value, 12)
            case "pMax": maximumPrice = try Self.scaled(value, 12)
            case "pMin": minimumPrice = try Self.scaled(value, 12)
            case "eta": eta = try Self.scaled(value, 12)
            case "tick": tickSize = try Self.scaled(value, 6)
            case "sigma": sigma = try Self.scaled(value, 12)
            case "afCapFrac": autoFillCapShare = try Self.scaled(value, 12)
            case "afMaxPools": autoFillMaximumLevels = Int(try Self.whole(value))
            case "afMaxSurplus": autoFillMaximumSurplus = try Self.scaled(value, 12)
            case "crossMatch": crossMatching = try Self.flag(value)
            case "autoFill": autoFilling = try Self.flag(value)
            case "clock":
                guard let clock = WeightClock(rawValue: value.text ?? "") else {
                    throw VectorError("clock \(value)")
                }
                self.clock = clock
            case "durationMs": duration = try Self.milliseconds(value)
            case "roundEndsMs": roundEnds = try (value.list ?? []).map(Self.milliseconds)
            case "gas": gas = try Self.scaled(value, 6)
            case "startBalance": startBalance = try Self.scaled(value, 6)
            case "opening": if value.text == "coherent" { self.opening = .coherent }
            default: throw VectorError("unknown parameter \(name)")
            }
        }
        if !opening.isEmpty {
            self.opening = .supplies(
                yes: opening["q0Yes"] ?? opening["q0"], no: opening["q0No"] ?? opening["q0"])
        }
    }

    static func milliseconds(_ value: VectorValue) throws -> Int64 {
        try whole(value) * 1_000_000
    }

    private static func whole(_ value: VectorValue) throws -> Int64 { try scaled(value, 0) }

    private static func scaled(_ value: VectorValue, _ decimals: Int) throws -> Int64 {
        guard let text = value.decimal else { throw VectorError("not a number: \(value)") }
        return try ExactDecimal(text).scaled(toDecimals: decimals)
    }

    private static func schedule(_ value: VectorValue) throws -> WeightSchedule {
        let ends = value.list ?? [value, value]
        guard ends.count == 2 else { throw VectorError("not a schedule: \(value)") }
        return WeightSchedule(try scaled(ends[0], 12), try scaled(ends[1], 12))
    }

    private static func flag(_ value: VectorValue) throws -> Bool {
        guard let flag = value.flag else { throw VectorError("not a flag: \(value)") }
        return flag
    }
}
