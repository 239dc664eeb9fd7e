public import LockstepBus
public import LockstepModel

extension OutcomeQuote: EventPayload {
    /// The fields of a quote's record; prices of the market maker are in 10⁻¹².
    public static let schema = RecordSchema(
        [
            .init("venue", .unsigned),
            .init("status", .cases(of: OutcomeStatus.self)),
            .init("outcome", .unsigned),
            .init("yes", .unsigned),
            .init("no", .unsigned),
            .init("yesPrice", .decimal(scale: 12)),
            .init("noPrice", .decimal(scale: 12)),
            .init("liquidity", .money),
        ]
            + ["yesBid", "yesAsk", "noBid", "noAsk"].map { name in
                .init(
                    name, .row([.init("price", .price), .init("quantity", .quantity)]))
            })

    /// Writes the fields.
    public func encode(into writer: inout RecordWriter) {
        writer.unsigned(UInt64(venue.rawValue))
        writer.enumeration(status.rawValue)
        writer.identity(outcome)
        writer.identity(yes.rawValue)
        writer.identity(no.rawValue)
        writer.integer(yesPrice.trillionths)
        writer.integer(noPrice.trillionths)
        writer.integer(liquidity.units)
        for level in [yesBid, yesAsk, noBid, noAsk] {
            writer.integer(level.price.ticks)
            writer.unsigned(UInt64(bitPattern: level.quantity.lots))
        }
    }

    /// Reads the fields.
    ///
    /// - Parameter reader: Stands at the first field.
    /// - Throws: ``RecordError`` when the bytes are no such record.
    public init(from reader: inout RecordReader) throws(RecordError) {
        let venue = VenueID(try reader.unsigned(UInt16.self, "venue"))
        let status: OutcomeStatus = try reader.enumeration("status")
        let outcome = try reader.identity("outcome")
        let yes = InstrumentID(try reader.identity("yes"))
        let no = InstrumentID(try reader.identity("no"))
        let yesPrice = Rate(trillionths: try reader.integer())
        let noPrice = Rate(trillionths: try reader.integer())
        let liquidity = try reader.money()
        self.init(
            venue: venue, status: status, outcome: outcome, yes: yes, no: no,
            yesPrice: yesPrice, noPrice: noPrice, yesBid: try reader.level("yesBid"),
            yesAsk: try reader.level("yesAsk"), noBid: try reader.level("noBid"),
            noAsk: try reader.level("noAsk"), liquidity: liquidity)
    }
}

extension RecordReader {
    /// Reads a level of a book.
    fileprivate mutating func level(_ field: String) throws(RecordError) -> QuoteLevel {
        QuoteLevel(price: try price(field), quantity: try quantity(field))
    }
}
