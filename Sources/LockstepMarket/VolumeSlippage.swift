public import LockstepModel

/// Slippage by half the spread and the share of the bar's volume: reference · (1 ± (spread / 2 + k ·
/// share) / 10⁴).
///
/// The share is that of the account's own fills in the bar, this one included.
@frozen
public struct ShareSlippage: SlippageModel, Hashable {
    /// The spread in basis points, of which a fill pays half; from 0.
    public var spread: Rate
    /// The basis points that a fill of the whole volume pays beside it; from 0.
    public var k: Rate

    /// Makes the model.
    ///
    /// - Parameters:
    ///   - spread: The spread in basis points; from 0.
    ///   - k: The basis points that a fill of the whole volume pays beside it; from 0.
    @inlinable
    public init(spread: Rate, k: Rate) {
        self.spread = spread
        self.k = k
    }

    /// True.
    public var needsVolume: Bool { true }

    public func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        guard let share = try fill.share(of: bar) else { return fill.reference }
        let unit = Int128(Rate.one.trillionths)
        let part = try wideProduct(2 * Int128(k.trillionths), Int128(share.trillionths))
        let whole = try wideSum(Int128(spread.trillionths) * unit, part)
        return try fill.slipped(by: Rate(quotientUp: whole, 20_000 * unit))
    }
}

/// Slippage by the square of the share of the bar's volume: reference · (1 ± k · share²).
///
/// The share is that of the account's own fills in the bar, this one included. zipline's default
/// has a k of 0.1.
@frozen
public struct QuadraticSlippage: SlippageModel, Hashable {
    /// The share of the price that a fill of the whole volume pays; from 0.
    public var k: Rate

    /// Makes the model.
    ///
    /// - Parameter k: The share of the price that a fill of the whole volume pays; from 0.
    @inlinable
    public init(k: Rate) { self.k = k }

    /// True.
    public var needsVolume: Bool { true }

    public func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        guard let share = try fill.share(of: bar) else { return fill.reference }
        let unit = Int128(Rate.one.trillionths)
        let square = try wideProduct(Int128(share.trillionths), Int128(share.trillionths))
        // The square in trillionths; where that is exact, so is the rest.
        let product = try wideProduct((square + unit - 1) / unit, Int128(k.trillionths))
        return try fill.slipped(by: Rate(quotientUp: product, unit))
    }
}

/// Slippage by the square root of the share of a session's volume: reference · (1 ± y · σ · √(Q / V)).
///
/// Q is what the account has filled in the bar, this fill included; σ and V are the volatility and
/// the mean volume of ``PastSessions``. While those are not known, nothing is slipped.
@frozen
public struct ImpactSlippage: SlippageModel, Hashable {
    /// How many daily volatilities a fill of a whole session's volume pays; from 0.
    public var y: Rate

    /// Makes the model.
    ///
    /// - Parameter y: How many daily volatilities a fill of a whole session's volume pays; from 0.
    @inlinable
    public init(y: Rate) { self.y = y }

    /// True.
    public var needsSessions: Bool { true }

    /// The reference: nothing is known of past sessions.
    public func price(
        _ fill: FillTerms, bar: Bar?, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        fill.reference
    }

    public func price(
        _ fill: FillTerms, bar: Bar?, past: PastSessions, random: inout RandomStream
    ) throws(ArithmeticError) -> Price {
        guard let volatility = past.volatility, let volume = past.volume, !volume.isZero
        else { return fill.reference }
        let share = try fill.share(of: volume)
        let unit = Int128(Rate.one.trillionths)
        let root = Int128(squareRoot(of: UInt128(share.trillionths) * UInt128(unit), .up))
        let scale = try Rate(
            quotientUp: wideProduct(Int128(y.trillionths), Int128(volatility.trillionths)), unit)
        let product = try wideProduct(Int128(scale.trillionths), root)
        return try fill.slipped(by: Rate(quotientUp: product, unit))
    }
}

extension FillTerms {
    /// What the account has filled of a bar, this fill included, as a share of its volume; nil for a
    /// bar of unknown or no volume, in which nothing fills.
    func share(of bar: Bar?) throws(ArithmeticError) -> Rate? {
        guard let volume = bar?.volume, !volume.isZero else { return nil }
        return try share(of: volume)
    }

    /// What the account has filled in the bar, this fill included, as a share of a volume above zero,
    /// rounded up to a trillionth.
    func share(of volume: Quantity) throws(ArithmeticError) -> Rate {
        let filled = try FixedPoint.add(filledInBar.lots, quantity.lots)
        return try Rate(
            quotientUp: Int128(filled) * Int128(Rate.one.trillionths), Int128(volume.lots))
    }
}

extension Rate {
    /// The quotient of two numbers above zero in trillionths, rounded up.
    init(quotientUp value: Int128, _ divisor: Int128) throws(ArithmeticError) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        guard let trillionths = Int64(exactly: rest > 0 ? quotient + 1 : quotient) else {
            throw .overflow
        }
        self.init(trillionths: trillionths)
    }
}

/// A product that fits.
private func wideProduct(_ left: Int128, _ right: Int128) throws(ArithmeticError) -> Int128 {
    let (product, isWide) = left.multipliedReportingOverflow(by: right)
    if isWide { throw .overflow }
    return product
}

/// A sum that fits.
private func wideSum(_ left: Int128, _ right: Int128) throws(ArithmeticError) -> Int128 {
    let (sum, isWide) = left.addingReportingOverflow(right)
    if isWide { throw .overflow }
    return sum
}
