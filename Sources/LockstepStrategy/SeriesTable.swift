public import LockstepModel

/// One series of a run: one instrument at one interval.
public struct SeriesDescription: Hashable, Sendable, Codable {
    /// The identity: the position, from 1, in the data.
    public let id: SeriesID
    /// The instrument.
    public let instrument: InstrumentID
    /// The length of the bars.
    public let interval: BarInterval

    /// Describes a series.
    public init(id: SeriesID, instrument: InstrumentID, interval: BarInterval) {
        self.id = id
        self.instrument = instrument
        self.interval = interval
    }
}

/// The series of a run, found by instrument and interval.
@usableFromInline
struct SeriesTable: Sendable {
    private let list: [SeriesDescription]
    /// The place of each instrument's primary series in a frame; -1 where it has none.
    @usableFromInline let primary: ContiguousArray<Int>

    init(_ list: [SeriesDescription], instruments: Instruments) {
        self.list = list
        var primary = ContiguousArray(repeating: -1, count: instruments.count)
        for series in list {
            let place = Int(series.instrument.rawValue) - 1
            if primary.indices.contains(place), primary[place] < 0 {
                primary[place] = Int(series.id.rawValue) - 1
            }
        }
        self.primary = primary
    }

    /// How many slots a frame has.
    var count: Int { list.count }

    /// The series of an instrument at an interval, or its primary one.
    func series(of instrument: InstrumentID, every interval: BarInterval?) -> SeriesID? {
        list.first {
            $0.instrument == instrument && (interval == nil || $0.interval == interval)
        }?.id
    }

    /// The places in a frame of what a strategy subscribes to, ascending.
    func places(
        of subscriptions: Subscriptions, strategy: String, _ instruments: Instruments
    ) throws(StrategyError) -> ContiguousArray<Int> {
        var places: Set<Int> = []
        for wish in subscriptions.bars {
            guard let instrument = instruments[wish.instrument] else {
                throw .unknownInstrument(strategy: strategy, instrument: wish.instrument)
            }
            guard let found = series(of: wish.instrument, every: wish.interval) else {
                throw .unknownSeries(
                    strategy: strategy, symbol: instrument.symbol, interval: wish.interval,
                    known: list.filter { $0.instrument == wish.instrument }.map(\.interval))
            }
            places.insert(Int(found.rawValue) - 1)
        }
        return ContiguousArray(places.sorted())
    }
}
