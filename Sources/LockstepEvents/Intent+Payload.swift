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
        .init("strategy", .unsigned),
        .init("id", .combined(.unsigned, of: [.init(0, times: 1 << 32)])),
        .init("account", .unsigned),
        .init(
            "action", .inMarks(.cases(from: 1, "place", "amend", "cancel", "cancelAll"), bits: 3)),
        .init("target", .marked(.optional(.unsigned))),
        .init("terms", .marked(.optional(.row(OrderTerms.fields)))),
        .init("amendment", .marked(.optional(.row(OrderAmendment.fields)))),
    ])

    /// Writes the fields.
    @inline(__always)
    public func encode(into writer: inout RecordWriter) {
        // Terms have 14 numbers, and two more for the size.
        var cursor = writer.cursor(numbers: 24)
        switch action {
        case .place(let terms):
            encode(1 | 1 << 4, into: &cursor)
            terms.encodeFields(into: &cursor)
        case .amend(let order, let amendment):
            encode(2 | 1 << 3 | 1 << 5, into: &cursor)
            cursor.unsigned(order.rawValue)
            amendment.encodeFields(into: &cursor)
        case .cancel(let order):
            encode(3 | 1 << 3, into: &cursor)
            cursor.unsigned(order.rawValue)
        case .cancelAll(let instrument):
            encode(4 | mark(instrument != nil, at: 3), into: &cursor)
            if let instrument { cursor.identity(instrument.rawValue) }
        }
        writer.take(cursor)
    }

    /// Writes the marks, and whose intent it is.
    @inline(__always)
    private func encode(_ marks: UInt64, into cursor: inout RecordCursor) {
        cursor.small(marks, UInt64(strategy.rawValue))
        cursor.order(id, of: strategy)
        cursor.identity(account.rawValue)
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        var marks = try reader.marks()
        let strategy = StrategyID(try reader.identity("strategy"))
        let id = try reader.order(of: strategy)
        let account = AccountID(try reader.identity("account"))
        let action = marks.bits(3)
        let target = marks.flag() ? try reader.unsigned() : nil
        let terms = marks.flag() ? try OrderTerms(fieldsFrom: &reader) : nil
        let amendment = marks.flag() ? try OrderAmendment(fieldsFrom: &reader) : nil
        try marks.expectEnd()
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
