/// A dated event as a datum of the feed: its kind, what is there, then numbers of eight bytes, the
/// lowest first.
extension MarketEvent {
    /// The number of this kind of datum.
    public static var datumKind: UInt8 { 32 }

    /// The datum in a frame.
    public var datum: MarketDatum {
        var flags: UInt8 = 0
        if price != nil { flags |= 1 }
        if quantity != nil { flags |= 2 }
        if payment != nil { flags |= 4 }
        var bytes = [kind.rawValue, flags]
        for number in [
            rate.trillionths, new, old, price?.ticks ?? 0, quantity?.lots ?? 0,
            payment?.nanoseconds ?? 0,
        ] {
            for shift in 0..<8 as Range<UInt64> {
                bytes.append(
                    UInt8(truncatingIfNeeded: UInt64(bitPattern: number) >> (shift * 8)))
            }
        }
        return MarketDatum(kind: Self.datumKind, instrument: instrument, bytes: bytes)
    }

    /// Reads a datum; nil when it is no event.
    ///
    /// - Parameters:
    ///   - datum: A datum of any kind.
    ///   - time: When it happens.
    public init?(_ datum: MarketDatum, at time: Timestamp) {
        guard datum.kind == Self.datumKind, datum.bytes.count == 50,
            let kind = MarketEventKind(rawValue: datum.bytes[0])
        else { return nil }
        let flags = datum.bytes[1]
        func number(_ place: Int) -> Int64 {
            var word: UInt64 = 0
            for byte in 0..<8 {
                word |= UInt64(datum.bytes[2 + place * 8 + byte]) << UInt64(byte * 8)
            }
            return Int64(bitPattern: word)
        }
        self.init(
            kind, of: datum.instrument, at: time,
            price: flags & 1 != 0 ? Price(ticks: number(3)) : nil,
            rate: Rate(trillionths: number(0)), new: number(1), old: number(2),
            quantity: flags & 2 != 0 ? Quantity(lots: number(4)) : nil,
            payment: flags & 4 != 0 ? Timestamp(nanoseconds: number(5)) : nil)
    }
}
