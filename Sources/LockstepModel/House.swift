extension StrategyID {
    /// Nobody's strategy: the run itself, which cancels and closes where a rule says so.
    @inlinable
    public static var house: Self { Self(0) }
}

extension OrderID {
    /// The first number of the orders by which accounts are liquidated.
    @usableFromInline static var firstLiquidation: UInt32 { 1 << 31 }

    /// An order of the run itself.
    ///
    /// - Parameters:
    ///   - number: Which one, from 1 and beneath 2³⁰.
    ///   - liquidates: Whether an account is liquidated by it, or the kill switch sends it.
    @inlinable
    public init(house number: UInt32, liquidates: Bool = false) {
        self.init(
            strategy: .house, ordinal: number | (liquidates ? Self.firstLiquidation : 0))
    }

    /// An order by which a venue liquidates what an account holds.
    ///
    /// - Parameter number: Which one, from 1 and beneath 2³⁰.
    @inlinable
    public init(liquidationAtVenue number: UInt32) {
        self.init(house: number | 1 << 30, liquidates: true)
    }

    /// Whether it is an order by which an account is liquidated.
    @inlinable
    public var isLiquidation: Bool { isOfHouse && ordinal >= Self.firstLiquidation }

    /// Whether a venue liquidates by it of its own accord: risk has not seen it.
    @inlinable
    public var isLiquidationAtVenue: Bool { isLiquidation && ordinal & 1 << 30 != 0 }

    /// Whether it is an order of the run itself.
    @inlinable
    public var isOfHouse: Bool { rawValue != 0 && rawValue <= UInt64(UInt32.max) }

    /// What the run cancels for with an intent of this identity.
    @inlinable
    public var houseReason: OrderReason {
        ordinal >= Self.firstLiquidation ? .liquidation : .killed
    }
}
