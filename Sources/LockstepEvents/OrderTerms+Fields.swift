public import LockstepBus
public import LockstepModel

extension OrderTerms {
    /// The fields of the row `terms`; flags are 1 reduce-only, 2 auto-fill, 4 post-only.
    static let fields: [RecordSchema.Field] =
        [
            .init("instrument", .unsigned),
            .init("side", .cases(of: Side.self)),
            .init(
                "size",
                .row([
                    .init("kind", .cases(from: 1, "quantity", "fractionOfFreeMargin")),
                    .init("value", .unsigned),
                ])),
        ] + OrderKindFields.fields + [
            .init("flags", .unsigned),
            .init("maxSlippage", .optional(.integer)),
            .init("parent", .optional(.unsigned)),
            .init("group", .optional(.unsigned)),
            .init("tag", .optional(.symbol)),
        ]

    /// Writes the fields of the row.
    @inlinable
    func encodeFields(into writer: inout RecordWriter) {
        writer.identity(instrument.rawValue)
        writer.enumeration(side.rawValue)
        switch size {
        case .quantity(let quantity):
            writer.enumeration(1)
            writer.quantity(quantity)
        case .fractionOfFreeMargin(let share):
            writer.enumeration(2)
            writer.unsigned(UInt64(bitPattern: share.trillionths))
        }
        let kind = OrderKindFields(kind)
        kind.encode(into: &writer)
        writer.unsigned((reduceOnly ? 1 : 0) | (autoFill ? 2 : 0) | (kind.isPostOnly ? 4 : 0))
        writer.optional(maxSlippage?.trillionths)
        writer.optional(link.parent?.rawValue)
        writer.optional(link.group?.rawValue)
        if let tag {
            writer.presence(true)
            writer.identity(tag.rawValue)
        } else {
            writer.presence(false)
        }
    }

    /// Reads the fields of the row; sizes and prices as they were asked for, which nobody checked.
    init(fieldsFrom reader: inout RecordReader) throws(RecordError) {
        let instrument = InstrumentID(try reader.identity("instrument"))
        let side: Side = try reader.enumeration("side")
        let size: OrderSize
        switch try reader.unsigned() {
        case 1: size = .quantity(try reader.anyQuantity())
        case 2:
            size = .fractionOfFreeMargin(
                Rate(trillionths: Int64(bitPattern: try reader.unsigned())))
        default: throw .outOfRange(field: "size")
        }
        var kind = try OrderKindFields(from: &reader)
        let flags = try reader.unsigned()
        guard flags < 8 else { throw .outOfRange(field: "flags") }
        kind.isPostOnly = flags & 4 != 0
        let slippage = try reader.optionalInteger()
        let parent = try reader.optionalOrder()
        let group = try reader.optionalOrder()
        let tag = try reader.presence() ? SymbolID(try reader.identity("tag")) : nil
        self.init(
            side, size: size, of: instrument, try kind.kind(), reduceOnly: flags & 1 != 0,
            autoFill: flags & 2 != 0, maxSlippage: slippage.map { Rate(trillionths: $0) },
            link: OrderLink(parent: parent, group: group), tag: tag)
    }
}

extension OrderAmendment {
    /// The fields of the row `amendment`.
    static let fields: [RecordSchema.Field] = [
        .init("quantity", .optional(.quantity)),
        .init("price", .optional(.price)),
        .init("stop", .optional(.price)),
    ]

    /// Writes the fields of the row.
    @inlinable
    func encodeFields(into writer: inout RecordWriter) {
        writer.optional(quantity)
        writer.optional(price)
        writer.optional(stop)
    }

    /// Reads the fields of the row; sizes and prices as they were asked for, which nobody checked.
    init(fieldsFrom reader: inout RecordReader) throws(RecordError) {
        self.init(
            quantity: try reader.presence() ? try reader.anyQuantity() : nil,
            price: try reader.optionalPrice(), stop: try reader.optionalPrice())
    }
}
