/// The instruments of a run, in their order: by position, by identity and by symbol.
public struct Instruments: Sendable, Hashable, RandomAccessCollection {
    private let list: [Instrument]
    private let places: [String: Int]

    /// Makes the collection.
    ///
    /// - Parameter list: The instruments, numbered from 1 in this order.
    /// - Throws: ``ModelError/duplicateSymbol(symbol:)`` or
    ///   ``ModelError/misplacedInstrument(symbol:id:position:)``.
    public init(_ list: [Instrument]) throws(ModelError) {
        var places: [String: Int] = [:]
        for (place, instrument) in list.enumerated() {
            guard Int(instrument.id.rawValue) == place + 1 else {
                throw .misplacedInstrument(
                    symbol: instrument.symbol, id: instrument.id, position: place + 1)
            }
            guard places.updateValue(place, forKey: instrument.symbol) == nil else {
                throw .duplicateSymbol(symbol: instrument.symbol)
            }
        }
        self.list = list
        self.places = places
    }

    /// The position of the first instrument.
    public var startIndex: Int { 0 }

    /// The position behind the last instrument.
    public var endIndex: Int { list.count }

    /// The instrument at a position, from 0.
    public subscript(position: Int) -> Instrument { list[position] }

    /// The instrument of an identity; nil when the run has none.
    public subscript(id: InstrumentID) -> Instrument? {
        let place = Int(id.rawValue) - 1
        return list.indices.contains(place) ? list[place] : nil
    }

    /// The instrument of a symbol.
    ///
    /// - Parameter symbol: The symbol.
    /// - Returns: The instrument.
    /// - Throws: ``ModelError/unknownInstrument(symbol:known:)``.
    public func callAsFunction(_ symbol: String) throws(ModelError) -> Instrument {
        guard let place = places[symbol] else {
            throw .unknownInstrument(symbol: symbol, known: nearest(to: symbol))
        }
        return list[place]
    }

    /// The at most five symbols that differ least from an unknown one, letter case aside.
    private func nearest(to symbol: String) -> [String] {
        let wanted = Array(symbol.lowercased().prefix(64))
        let ranked = list.enumerated().map { place, instrument in
            let name = Array(instrument.symbol.lowercased())
            return (distance: NearestName.distance(wanted, name), place: place)
        }
        return ranked.sorted { ($0.distance, $0.place) < ($1.distance, $1.place) }.prefix(5)
            .map { list[$0.place].symbol }
    }
}

extension Instruments: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode([Instrument].self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(list)
    }
}
