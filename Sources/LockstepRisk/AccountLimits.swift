public import LockstepModel

/// The bounds of each account of a run, in its currency; nil is no bound.
///
/// Orders that can only bring a position closer to nothing keep all of them.
public struct AccountLimits: Hashable, Sendable {
    /// The greatest sum of the magnitudes of its positions' values.
    ///
    /// Positions are valued at the last price, and with the working orders of the side that makes
    /// them larger.
    public let maxGross: ExactDecimal?
    /// The greatest magnitude of the sum of its positions' values, long ones less short ones.
    ///
    /// Counted with all working purchases filled and no sale, and the other way round.
    public let maxNet: ExactDecimal?
    /// The loss since the beginning of the UTC day from which on nothing more is opened that day.
    public let dailyLoss: ExactDecimal?
    /// The share of its greatest equity that, once lost, lets nothing more be opened.
    public let drawdown: Rate?
    /// What happens when one of the two is reached.
    public let onBreach: BreachResponse

    /// No bounds.
    public static let none = Self()

    /// Makes the limits.
    ///
    /// - Parameters:
    ///   - maxGross: The greatest gross exposure; above zero.
    ///   - maxNet: The greatest net exposure; above zero.
    ///   - dailyLoss: The loss of a day; above zero.
    ///   - drawdown: The share of the greatest equity; above zero, at most one.
    ///   - onBreach: What happens when one of the two is reached.
    /// - Throws: ``RiskError`` for one that is out of range.
    public init(
        maxGross: ExactDecimal? = nil, maxNet: ExactDecimal? = nil,
        dailyLoss: ExactDecimal? = nil, drawdown: Rate? = nil, onBreach: BreachResponse = .reject
    ) throws(RiskError) {
        for (key, value) in [
            ("max_gross", maxGross), ("max_net", maxNet), ("daily_loss", dailyLoss),
        ] {
            if let value, value.mantissa <= 0 { throw .limitNotPositive(key: key, value: value) }
        }
        if let drawdown, drawdown <= .zero || drawdown > .one {
            throw .invalidShare(key: "drawdown", rate: drawdown)
        }
        self.maxGross = maxGross
        self.maxNet = maxNet
        self.dailyLoss = dailyLoss
        self.drawdown = drawdown
        self.onBreach = onBreach
    }

    private init() {
        maxGross = nil
        maxNet = nil
        dailyLoss = nil
        drawdown = nil
        onBreach = .reject
    }

    /// Whether what an account has lost matters.
    var watchesLosses: Bool { dailyLoss != nil || drawdown != nil }

    /// A bound of each account in the unit of its currency.
    ///
    /// - Throws: ``RiskError/limitOutOfRange(key:value:)`` when it is no exact number of units.
    static func amounts(
        _ limit: ExactDecimal?, _ key: String, _ accounts: [Account]
    ) throws(RiskError) -> ContiguousArray<Money?> {
        var amounts: ContiguousArray<Money?> = []
        for account in accounts {
            do {
                amounts.append(try limit.map { try account.currency.money(from: $0) })
            } catch {
                throw .limitOutOfRange(key: key, value: limit ?? .zero)
            }
        }
        return amounts
    }
}
