public import LockstepModel

/// How long messages travel between strategies and a venue, in each direction.
@frozen
public struct Latency: Hashable, Sendable, Codable {
    /// From a strategy's decision to the venue; nothing overtakes what an account sent before.
    public var order: LatencyModel
    /// From the venue to the strategy that hears of its orders; in the order of events.
    public var response: LatencyModel
    /// From the venue to the strategies that hear of its data; in the order of events.
    public var feed: LatencyModel

    /// Makes the value; what is not given takes no time.
    ///
    /// - Parameters:
    ///   - order: From a strategy's decision to the venue.
    ///   - response: From the venue to the strategy that hears of its orders.
    ///   - feed: From the venue to the strategies that hear of its data.
    public init(
        order: LatencyModel = .none, response: LatencyModel = .none, feed: LatencyModel = .none
    ) {
        self.order = order
        self.response = response
        self.feed = feed
    }

    /// Everything takes no time.
    public static var none: Self { Self() }

    /// Checks that the delays make sense.
    ///
    /// - Throws: ``MarketError/invalidSetting(name:why:)``.
    public func validate() throws(MarketError) {
        for (name, model) in [("order", order), ("response", response), ("feed", feed)] {
            if let fault = model.fault {
                throw .invalidSetting(name: "latency.\(name)", why: fault)
            }
        }
    }
}

/// How long messages of one direction travel; all delays are nanoseconds from 0.
public enum LatencyModel: Hashable, Sendable, Codable {
    /// Always as long.
    case constant(Int64)
    /// Drawn evenly between two delays, both included.
    case random(least: Int64, greatest: Int64)
    /// As long as it was measured: the last measure at or before the sending counts, before the
    /// first one the first.
    case recorded([LatencyMeasure])

    // What the values are called where they are written.
    private enum ConstantCodingKeys: String, CodingKey {
        case _0 = "nanoseconds"
    }

    private enum RecordedCodingKeys: String, CodingKey {
        case _0 = "measures"
    }

    /// The greatest delay: a day.
    public static var limit: Int64 { Timestamp.nanosecondsPerDay }

    /// No time at all.
    public static var none: Self { .constant(0) }

    /// Whether a message is there at once.
    public var isNone: Bool { self == .none }

    /// What is wrong with it; nil when nothing is.
    var fault: String? {
        let range = 0...Self.limit
        switch self {
        case .constant(let delay):
            return range.contains(delay) ? nil : "a delay must be from 0 to a day"
        case .random(let least, let greatest):
            return range.contains(least) && range.contains(greatest) && least <= greatest
                ? nil : "delays must be from 0 to a day, the least not above the greatest"
        case .recorded(let measures):
            if measures.isEmpty { return "there must be a measure" }
            for (measure, next) in zip(measures, measures.dropFirst())
            where measure.time >= next.time {
                return "measures must be in order of time, and one for each"
            }
            return measures.allSatisfy { range.contains($0.delay) }
                ? nil : "a delay must be from 0 to a day"
        }
    }
}

/// How long a message travelled that was sent at a time.
@frozen
public struct LatencyMeasure: Hashable, Sendable, Codable {
    /// When it was sent.
    public let time: Timestamp
    /// How many nanoseconds it travelled.
    public let delay: Int64

    /// Makes the measure.
    ///
    /// - Parameters:
    ///   - time: When it was sent.
    ///   - delay: How many nanoseconds it travelled.
    public init(time: Timestamp, delay: Int64) {
        self.time = time
        self.delay = delay
    }
}

/// One way that messages take, on which none overtakes another.
package struct LatencyLine: Hashable, Sendable, Codable {
    private var random: RandomStream
    /// When the last message was there.
    private var last: Timestamp = .distantPast
    /// The measure that counted last.
    private var place = 0

    /// Opens the way.
    ///
    /// - Parameters:
    ///   - seed: The seed of the run.
    ///   - component: Which way it is.
    ///   - entity: Whose way it is.
    package init(seed: UInt64, component: String, entity: UInt64) {
        random = RandomStream(seed: seed, component: component, entity: entity)
    }

    /// When a message arrives.
    ///
    /// - Parameters:
    ///   - time: When it is sent.
    ///   - model: How long it travels.
    /// - Returns: The arrival, never before that of the message sent before it.
    package mutating func arrival(of time: Timestamp, _ model: LatencyModel) -> Timestamp {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(delay(at: time, model))
        last = max(last, overflow ? .distantFuture : Timestamp(nanoseconds: sum))
        return last
    }

    private mutating func delay(at time: Timestamp, _ model: LatencyModel) -> Int64 {
        switch model {
        case .constant(let delay): return delay
        case .random(let least, let greatest):
            let width = UInt64(bitPattern: greatest &- least) &+ 1
            return least &+ Int64(bitPattern: random.next(below: width))
        case .recorded(let measures):
            if place >= measures.count || measures[place].time > time { place = 0 }
            while place + 1 < measures.count, measures[place + 1].time <= time { place += 1 }
            return measures[place].delay
        }
    }
}
