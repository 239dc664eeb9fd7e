public import LockstepModel

/// What was traded in the sessions before the one of a fill: figures, never the sessions themselves.
public struct PastSessions: Hashable, Sendable {
    /// How many sessions count; fewer while there are not so many.
    public static let most = 20

    /// How much closes vary from session to session.
    ///
    /// The standard deviation of the returns, with the number of returns less one as its divisor; nil
    /// before there are two returns.
    public let volatility: Rate?
    /// The mean volume of a session, rounded down; nil before there was a session.
    public let volume: Quantity?

    /// Nothing is known.
    public static let none = Self(volatility: nil, volume: nil)

    /// Makes the figures.
    ///
    /// - Parameters:
    ///   - volatility: How much closes vary from session to session.
    ///   - volume: The mean volume of a session.
    public init(volatility: Rate?, volume: Quantity?) {
        self.volatility = volatility
        self.volume = volume
    }
}

/// The last sessions of one instrument, from which ``PastSessions`` are computed.
///
/// All of it is computed in integers, so it is the same on every machine.
package struct SessionHistory: Hashable, Sendable, Codable {
    /// The closes of the last sessions, oldest first: one more than count, for the first return.
    private var closes: [Int64] = []
    /// The volumes of the last sessions, oldest first.
    private var volumes: [Int64] = []
    /// When the session in progress ends.
    private var end = Timestamp.distantPast
    private var close: Int64?
    private var volume: Int64 = 0

    /// Nothing was traded.
    package init() {}

    /// Closes the session in progress where another one has begun.
    ///
    /// - Parameter next: When the session ends whose bars are to follow.
    package mutating func go(on next: Timestamp) {
        if next <= end { return }
        if let close {
            closes.append(close)
            volumes.append(volume)
            if closes.count > PastSessions.most + 1 { closes.removeFirst() }
            if volumes.count > PastSessions.most { volumes.removeFirst() }
        }
        (end, close, volume) = (next, nil, 0)
    }

    /// Takes a bar of the session in progress.
    package mutating func add(_ bar: Bar) {
        close = bar.close.ticks
        let (sum, isWide) = volume.addingReportingOverflow(bar.volume?.lots ?? 0)
        volume = isWide ? .max : sum
    }

    /// The figures of the sessions before the one in progress.
    package var past: PastSessions {
        get throws(ArithmeticError) {
            PastSessions(volatility: try volatility, volume: try meanVolume)
        }
    }

    private var meanVolume: Quantity? {
        get throws(ArithmeticError) {
            if volumes.isEmpty { return nil }
            let sum = volumes.reduce(Int128(0)) { $0 + Int128($1) }
            return Quantity(lots: Int64(sum / Int128(volumes.count)))
        }
    }

    private var volatility: Rate? {
        get throws(ArithmeticError) {
            let count = Int128(closes.count - 1)
            if count < 2 { return nil }
            var (sum, squares) = (Int128(0), Int128(0))
            for (before, after) in zip(closes, closes.dropFirst()) {
                // A return from nothing, or from a price below it, is none.
                if before <= 0 { return nil }
                let change = Int128(
                    try FixedPoint.multiplyDivide(
                        FixedPoint.subtract(after, before), Rate.one.trillionths, den: before,
                        .halfEven))
                let (square, isWide) = change.multipliedReportingOverflow(by: change)
                let (total, isWider) = squares.addingReportingOverflow(square)
                if isWide || isWider { throw .overflow }
                sum += change
                squares = total
            }
            // The sum of squared distances from the mean, times the number of returns.
            let (wide, isWide) = squares.multipliedReportingOverflow(by: count)
            let (square, isWider) = sum.multipliedReportingOverflow(by: sum)
            if isWide || isWider { throw .overflow }
            let variance = UInt128(wide - square) / UInt128(count * (count - 1))
            guard let root = Int64(exactly: squareRoot(of: variance, .halfEven)) else {
                throw .overflow
            }
            return Rate(trillionths: root)
        }
    }
}

/// The square root of an integer as an integer: rounded up, down, or to the nearest.
func squareRoot(of value: UInt128, _ rounding: FixedPoint.Rounding) -> UInt64 {
    var (root, rest) = (UInt128(0), value)
    // Digit by digit in base two; the value is beneath 2¹²⁸, its root beneath 2⁶⁴.
    var bit = UInt128(1) << 126
    while bit > rest { bit >>= 2 }
    while bit != 0 {
        if rest >= root + bit {
            rest -= root + bit
            root = (root >> 1) + bit
        } else {
            root >>= 1
        }
        bit >>= 2
    }
    let goesUp =
        switch rounding {
        case .up, .ceiling: rest > 0
        case .down, .floor: false
        // The root and a half, squared, lies between two integers.
        case .halfEven: rest > root
        }
    return UInt64(goesUp ? root + 1 : root)
}
