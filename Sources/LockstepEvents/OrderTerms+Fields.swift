import LockstepBus
import LockstepModel

extension OrderTerms {
    /// The fields of the row `terms`; flags are 1 reduce-only, 2 auto-fill, 4 post-only.
    ///
    /// The marks of a market order, or of a limit without more, take one byte.
    static let fields: [RecordSchema.Field] = [
        .init("instrument", .unsigned),
        .init("side", .inMarks(.cases(of: Side.self), bits: 2)),
        .init(
            "size",
            .row([
                .init("kind", .cases(from: 1, "quantity", "fractionOfFreeMargin")),
                .init("value", .unsigned),
            ])),
        .init("kind", .inMarks(OrderKindFields.kinds, bits: 4)),
        .init("price", .marked(.optional(.price))),
        .init("stop", .marked(.optional(.price))),
        .init("tif", .inMarks(OrderKindFields.timesInForce, bits: 3)),
        .init("then", .inMarks(OrderKindFields.takingAfterwards, bits: 2)),
        .init("flags", .inMarks(.unsigned, bits: 3)),
        .init("trail", .marked(.optional(.integer))),
        .init("trailShare", .marked(.optional(.integer))),
        .init("until", .marked(.optional(.time))),
        .init("maxSlippage", .marked(.optional(.integer))),
        .init("parent", .marked(.optional(.unsigned))),
        .init("group", .marked(.optional(.unsigned))),
        .init("tag", .marked(.optional(.symbol))),
    ]

    /// Writes the fields of the row.
    @inline(__always)
    func encodeFields(into cursor: inout RecordCursor) {
        isPlainMarket ? encodePlain(into: &cursor) : encodeAny(into: &cursor)
    }

    /// Writes a market order of a quantity, which has neither prices nor dates.
    @inline(__always)
    private func encodePlain(into cursor: inout RecordCursor) {
        let taking = UInt64(takingNumber)
        let how = UInt64(side.rawValue) | 1 &<< 2 | (taking == 0 ? 0 : taking &+ 3) &<< 8
        cursor.unsigned(how | mark(reduceOnly, at: 13) | mark(tag != nil, at: 22))
        cursor.small(UInt64(instrument.rawValue), 1, UInt64(bitPattern: lots.lots))
        if let tag { cursor.identity(tag.rawValue) }
    }

    /// Writes an order of any kind.
    @inline(never)
    private func encodeAny(into cursor: inout RecordCursor) {
        let kind = OrderKindFields(kind)
        let how =
            UInt64(side.rawValue) | UInt64(kind.number) &<< 2 | mark(kind.price != nil, at: 6)
            | mark(kind.stop != nil, at: 7) | UInt64(kind.timeInForce) &<< 8
            | UInt64(kind.then) &<< 11
        let flags =
            mark(reduceOnly, at: 13) | mark(autoFill, at: 14) | mark(kind.isPostOnly, at: 15)
        let trail =
            mark(kind.trail != nil, at: 16) | mark(kind.trailShare != nil, at: 17)
            | mark(kind.until != nil, at: 18)
        let links =
            mark(maxSlippage != nil, at: 19) | mark(link.parent != nil, at: 20)
            | mark(link.group != nil, at: 21) | mark(tag != nil, at: 22)
        cursor.unsigned(how | flags | trail | links)
        cursor.identity(instrument.rawValue)
        switch size {
        case .quantity(let quantity):
            cursor.unsigned(1)
            cursor.quantity(quantity)
        case .fractionOfFreeMargin(let share):
            cursor.unsigned(2)
            cursor.unsigned(UInt64(bitPattern: share.trillionths))
        }
        cursor.marked(kind.price)
        cursor.marked(kind.stop)
        cursor.marked(kind.trail)
        cursor.marked(kind.trailShare)
        if let until = kind.until { cursor.time(until) }
        cursor.marked(maxSlippage?.trillionths)
        cursor.marked(link.parent?.rawValue)
        cursor.marked(link.group?.rawValue)
        if let tag { cursor.identity(tag.rawValue) }
    }

    /// Reads the fields of the row; sizes and prices as they were asked for, which nobody checked.
    init(fieldsFrom reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let instrument = InstrumentID(try reader.identity("instrument"))
        let side: Side = try marks.enumeration(2, "side")
        let size: OrderSize
        switch try reader.unsigned() {
        case 1: size = .quantity(try reader.anyQuantity())
        case 2:
            size = .fractionOfFreeMargin(
                Rate(trillionths: Int64(bitPattern: try reader.unsigned())))
        default: throw .outOfRange(field: "size")
        }
        var kind = OrderKindFields(number: UInt8(truncatingIfNeeded: marks.bits(4)))
        kind.price = try reader.anyPrice(marked: marks.flag())
        kind.stop = try reader.anyPrice(marked: marks.flag())
        kind.timeInForce = UInt8(truncatingIfNeeded: marks.bits(3))
        kind.then = UInt8(truncatingIfNeeded: marks.bits(2))
        let reduceOnly = marks.flag()
        let autoFill = marks.flag()
        kind.isPostOnly = marks.flag()
        kind.trail = marks.flag() ? try reader.integer() : nil
        kind.trailShare = marks.flag() ? try reader.integer() : nil
        kind.until = marks.flag() ? try reader.timestamp() : nil
        let slippage = marks.flag() ? try reader.integer() : nil
        let parent = marks.flag() ? try reader.order() : nil
        let group = marks.flag() ? try reader.order() : nil
        let tag = marks.flag() ? SymbolID(try reader.identity("tag")) : nil
        try marks.expectEnd()
        self.init(
            side, size: size, of: instrument, try kind.kind(), reduceOnly: reduceOnly,
            autoFill: autoFill, maxSlippage: slippage.map { Rate(trillionths: $0) },
            link: OrderLink(parent: parent, group: group), tag: tag)
    }
}

extension OrderAmendment {
    /// The fields of the row `amendment`.
    static let fields: [RecordSchema.Field] = [
        .init("quantity", .marked(.optional(.quantity))),
        .init("price", .marked(.optional(.price))),
        .init("stop", .marked(.optional(.price))),
    ]

    /// Writes the fields of the row.
    func encodeFields(into cursor: inout RecordCursor) {
        cursor.unsigned(
            mark(quantity != nil, at: 0) | mark(price != nil, at: 1) | mark(stop != nil, at: 2))
        cursor.marked(quantity)
        cursor.marked(price)
        cursor.marked(stop)
    }

    /// Reads the fields of the row; sizes and prices as they were asked for, which nobody checked.
    init(fieldsFrom reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        self.init(
            quantity: marks.flag() ? try reader.anyQuantity() : nil,
            price: try reader.anyPrice(marked: marks.flag()),
            stop: try reader.anyPrice(marked: marks.flag()))
        try marks.expectEnd()
    }
}
