public import LockstepBus
public import LockstepModel

/// An intent's record holds what was asked, sound or not: risk judges it after it is written.
///
/// So sizes and prices out of range are written and read back as they are.
extension Intent: EventPayload {
    /// The fields of an intent's record.
    ///
    /// `target` is the order to amend or cancel; to cancel all it is the instrument, if it is one.
    public static let schema = RecordSchema([
        .init("id", .unsigned),
        .init("strategy", .unsigned),
        .init("account", .unsigned),
        .init("action", .cases(from: 1, "place", "amend", "cancel", "cancelAll")),
        .init("target", .optional(.unsigned)),
        .init("terms", .optional(.row(OrderTerms.fields))),
        .init("amendment", .optional(.row(OrderAmendment.fields))),
    ])

    /// Writes the fields.
    @inlinable
    public func encode(into writer: inout RecordWriter) {
        writer.unsigned(id.rawValue)
        writer.identity(strategy.rawValue)
        writer.identity(account.rawValue)
        switch action {
        case .place(let terms):
            writer.enumeration(1)
            writer.presence(false)
            writer.presence(true)
            terms.encodeFields(into: &writer)
            writer.presence(false)
        case .amend(let order, let amendment):
            writer.enumeration(2)
            writer.presence(true)
            writer.unsigned(order.rawValue)
            writer.presence(false)
            writer.presence(true)
            amendment.encodeFields(into: &writer)
        case .cancel(let order):
            writer.enumeration(3)
            writer.presence(true)
            writer.unsigned(order.rawValue)
            writer.presence(false)
            writer.presence(false)
        case .cancelAll(let instrument):
            writer.enumeration(4)
            if let instrument {
                writer.presence(true)
                writer.identity(instrument.rawValue)
            } else {
                writer.presence(false)
            }
            writer.presence(false)
            writer.presence(false)
        }
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        let id = try reader.order()
        let strategy = StrategyID(try reader.identity("strategy"))
        let account = AccountID(try reader.identity("account"))
        let action = try reader.unsigned()
        let target = try reader.presence() ? try reader.unsigned() : nil
        let terms = try reader.presence() ? try OrderTerms(fieldsFrom: &reader) : nil
        let amendment = try reader.presence() ? try OrderAmendment(fieldsFrom: &reader) : nil
        let asked: OrderAction
        switch (action, target, terms, amendment) {
        case (1, nil, .some(let terms), nil): asked = .place(terms)
        case (2, .some(let order), nil, .some(let amendment)):
            asked = .amend(OrderID(rawValue: order), amendment)
        case (3, .some(let order), nil, nil): asked = .cancel(OrderID(rawValue: order))
        case (4, .some(let number), nil, nil):
            guard let instrument = UInt32(exactly: number) else {
                throw .outOfRange(field: "target")
            }
            asked = .cancelAll(InstrumentID(instrument))
        case (4, nil, nil, nil): asked = .cancelAll(nil)
        default: throw .outOfRange(field: "action")
        }
        self.init(id: id, strategy: strategy, account: account, action: asked)
    }
}
