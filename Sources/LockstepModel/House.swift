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
    ///   - number: Which one, from 1 and beneath 2³¹.
    ///   - liquidates: Whether an account is liquidated by it, or the kill switch sends it.
    @inlinable
    public init(house number: UInt32, liquidates: Bool = false) {
        self.init(
            strategy: .house, ordinal: number | (liquidates ? Self.firstLiquidation : 0))
    }

    /// Whether it is an order of the run itself.
    @inlinable
    public var isOfHouse: Bool { rawValue != 0 && rawValue <= UInt64(UInt32.max) }

    /// What the run cancels for with an intent of this identity.
    @inlinable
    public var houseReason: OrderReason {
        ordinal >= Self.firstLiquidation ? .liquidation : .killed
    }
}
