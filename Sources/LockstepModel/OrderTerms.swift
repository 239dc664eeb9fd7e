/// What an order asks for.
///
/// It lies in 72 bytes, since every order is copied from the strategy to its market; each property
/// is read from them and written to them.
@frozen
public struct OrderTerms: Hashable, Sendable {
    /// The instrument.
    public var instrument: InstrumentID
    @usableFromInline var symbol: UInt32 = 0
    /// The lots, or the share of the free margin.
    @usableFromInline var amount: Int64
    @usableFromInline var shape = OrderShape()
    @usableFromInline var sideNumber: UInt8
    @usableFromInline var flags: UInt8 = 0
    @usableFromInline var slippage: Int64 = 0
    @usableFromInline var parent: UInt64 = 0
    @usableFromInline var group: UInt64 = 0

    /// Asks for a number of lots.
    ///
    /// - Parameters:
    ///   - side: The side.
    ///   - quantity: How much.
    ///   - instrument: The instrument.
    ///   - kind: What kind, with prices and time in force.
    ///   - reduceOnly: Whether it may only make the position smaller.
    ///   - autoFill: Whether the venue may fill it from its own pool.
    ///   - maxSlippage: How far from the reference price it may fill; nil for any.
    ///   - link: How it hangs together with others.
    ///   - tag: A text of the strategy's, interned.
    @inlinable
    public init(
        _ side: Side, _ quantity: Quantity, of instrument: InstrumentID,
        _ kind: OrderKind = .market(nil), reduceOnly: Bool = false, autoFill: Bool = false,
        maxSlippage: Rate? = nil, link: OrderLink = .none, tag: SymbolID? = nil
    ) {
        self.init(
            side, size: .quantity(quantity), of: instrument, kind, reduceOnly: reduceOnly,
            autoFill: autoFill, maxSlippage: maxSlippage, link: link, tag: tag)
    }

    /// Asks for a size.
    ///
    /// - Parameters:
    ///   - side: The side.
    ///   - size: How much.
    ///   - instrument: The instrument.
    ///   - kind: What kind, with prices and time in force.
    ///   - reduceOnly: Whether it may only make the position smaller.
    ///   - autoFill: Whether the venue may fill it from its own pool.
    ///   - maxSlippage: How far from the reference price it may fill; nil for any.
    ///   - link: How it hangs together with others.
    ///   - tag: A text of the strategy's, interned.
    @inlinable
    public init(
        _ side: Side, size: OrderSize, of instrument: InstrumentID,
        _ kind: OrderKind = .market(nil), reduceOnly: Bool = false, autoFill: Bool = false,
        maxSlippage: Rate? = nil, link: OrderLink = .none, tag: SymbolID? = nil
    ) {
        self.instrument = instrument
        sideNumber = side.rawValue
        amount = 0
        self.size = size
        self.kind = kind
        self.reduceOnly = reduceOnly
        self.autoFill = autoFill
        self.maxSlippage = maxSlippage
        self.link = link
        self.tag = tag
    }
}

extension OrderTerms {
    /// The side.
    @inlinable
    public var side: Side {
        get { sideNumber == Side.buy.rawValue ? .buy : .sell }
        set { sideNumber = newValue.rawValue }
    }

    /// How much.
    @inlinable
    public var size: OrderSize {
        get {
            has(.share)
                ? .fractionOfFreeMargin(Rate(trillionths: amount))
                : .quantity(Quantity(lots: amount))
        }
        set {
            switch newValue {
            case .quantity(let quantity):
                amount = quantity.lots
                put(.share, false)
            case .fractionOfFreeMargin(let share):
                amount = share.trillionths
                put(.share, true)
            }
        }
    }

    /// What kind, with prices and time in force.
    @inlinable
    public var kind: OrderKind {
        get { shape.kind }
        set { shape = OrderShape(newValue) }
    }

    /// Whether it may only make the position smaller.
    @inlinable
    public var reduceOnly: Bool {
        get { has(.reduceOnly) }
        set { put(.reduceOnly, newValue) }
    }

    /// Whether the venue may fill it from its own pool.
    @inlinable
    public var autoFill: Bool {
        get { has(.autoFill) }
        set { put(.autoFill, newValue) }
    }

    /// How far from the reference price it may fill; nil for any.
    @inlinable
    public var maxSlippage: Rate? {
        get { has(.slippage) ? Rate(trillionths: slippage) : nil }
        set {
            slippage = newValue?.trillionths ?? 0
            put(.slippage, newValue != nil)
        }
    }

    /// How it hangs together with others.
    @inlinable
    public var link: OrderLink {
        get {
            OrderLink(
                parent: has(.parent) ? OrderID(rawValue: parent) : nil,
                group: has(.group) ? OrderID(rawValue: group) : nil)
        }
        set {
            parent = newValue.parent?.rawValue ?? 0
            put(.parent, newValue.parent != nil)
            group = newValue.group?.rawValue ?? 0
            put(.group, newValue.group != nil)
        }
    }

    /// A text of the strategy's, interned.
    @inlinable
    public var tag: SymbolID? {
        get { has(.tag) ? SymbolID(symbol) : nil }
        set {
            symbol = newValue?.rawValue ?? 0
            put(.tag, newValue != nil)
        }
    }

    /// The limit, if the kind has one.
    @inlinable
    public var limitPrice: Price? { shape.limitPrice }

    /// The price that triggers, if the kind has a fixed one.
    @inlinable
    public var triggerPrice: Price? { shape.triggerPrice }

    /// How far a trailing stop follows; nil for other kinds.
    @inlinable
    public var trail: Trail? { shape.number == OrderShape.trailing ? shape.trail : nil }

    /// Whether it is a market order of so many lots, without auto-fill, bound or link; it may have
    /// a time in force, a tag, and be reduce-only.
    @inlinable
    package var isPlainMarket: Bool {
        shape.number == OrderShape.market
            && flags & ~(Flag.reduceOnly.rawValue | Flag.tag.rawValue) == 0
    }

    /// The lots, whatever the size is.
    @inlinable
    package var lots: Quantity { Quantity(lots: amount) }

    /// The number of how it takes, at once or after its trigger; 0 for none.
    @inlinable
    package var takingNumber: UInt8 { (shape.bits & OrderShape.takingBits) &>> 2 }

    /// What a bit of the flags says.
    @usableFromInline @frozen
    enum Flag: UInt8, Sendable {
        case reduceOnly = 1
        case autoFill = 2
        /// The amount is a share of the free margin.
        case share = 4
        case slippage = 8
        case parent = 16
        case group = 32
        case tag = 64
    }

    @inlinable @inline(__always)
    func has(_ flag: Flag) -> Bool { flags & flag.rawValue != 0 }

    @inlinable @inline(__always)
    mutating func put(_ flag: Flag, _ value: Bool) {
        flags = value ? flags | flag.rawValue : flags & ~flag.rawValue
    }
}

extension OrderTerms: Codable {
    private enum CodingKeys: String, CodingKey {
        case instrument, side, size, kind, reduceOnly, autoFill, maxSlippage, link, tag
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Side.self, forKey: .side),
            size: try container.decode(OrderSize.self, forKey: .size),
            of: try container.decode(InstrumentID.self, forKey: .instrument),
            try container.decode(OrderKind.self, forKey: .kind),
            reduceOnly: try container.decode(Bool.self, forKey: .reduceOnly),
            autoFill: try container.decode(Bool.self, forKey: .autoFill),
            maxSlippage: try container.decodeIfPresent(Rate.self, forKey: .maxSlippage),
            link: try container.decode(OrderLink.self, forKey: .link),
            tag: try container.decodeIfPresent(SymbolID.self, forKey: .tag))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(instrument, forKey: .instrument)
        try container.encode(side, forKey: .side)
        try container.encode(size, forKey: .size)
        try container.encode(kind, forKey: .kind)
        try container.encode(reduceOnly, forKey: .reduceOnly)
        try container.encode(autoFill, forKey: .autoFill)
        try container.encodeIfPresent(maxSlippage, forKey: .maxSlippage)
        try container.encode(link, forKey: .link)
        try container.encodeIfPresent(tag, forKey: .tag)
    }
}
