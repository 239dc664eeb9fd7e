/// A stream of random numbers, named by the run's seed, a component and an entity.
///
/// A draw is a function of these and a counter alone, so a new component or entity shifts nobody
/// else's draws. It is the first word of Philox 2×64 with ten rounds (Salmon, Moraes, Dror, Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3", 2011) at the counter (draw, entity), under a key
/// made of the seed and the component's name. Not for secrets.
@frozen
public struct RandomStream: RandomNumberGenerator, Hashable, Sendable, Codable {
    /// The key: what the seed and the component make.
    public let key: UInt64
    /// The entity.
    public let entity: UInt64
    /// The number of draws so far.
    public var counter: UInt64

    /// Makes the stream of a key and an entity, at a counter.
    ///
    /// - Parameters:
    ///   - key: What ``key(seed:component:)`` gave.
    ///   - entity: The entity.
    ///   - counter: The number of draws so far.
    @inlinable
    public init(key: UInt64, entity: UInt64, counter: UInt64 = 0) {
        self.key = key
        self.entity = entity
        self.counter = counter
    }

    /// Makes the stream of a component and an entity in a run.
    ///
    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - component: The component's name.
    ///   - entity: The entity.
    public init(seed: UInt64, component: String, entity: UInt64 = 0) {
        self.init(key: Self.key(seed: seed, component: component), entity: entity)
    }

    /// The key of a component in a run.
    ///
    /// The 64-bit FNV-1a hash of the name's UTF-8, mixed with the mixed seed by SplitMix64.
    ///
    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - component: The component's name.
    /// - Returns: The key.
    public static func key(seed: UInt64, component: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in component.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return mixed(mixed(seed) ^ hash)
    }

    /// The output function of SplitMix64, one step from a state.
    private static func mixed(_ state: UInt64) -> UInt64 {
        var word = state &+ 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// Both words of Philox 2×64 with ten rounds.
    @inlinable
    static func philox(
        _ first: UInt64, _ second: UInt64, key: UInt64
    ) -> (first: UInt64, second: UInt64) {
        var (first, second, key) = (first, second, key)
        for _ in 0..<10 {
            let product = first.multipliedFullWidth(by: 0xD2B7_4407_B1CE_6E93)
            (first, second) = (product.high ^ key ^ second, product.low)
            key &+= 0x9E37_79B9_7F4A_7C15
        }
        return (first, second)
    }

    /// The next draw: 64 random bits.
    @inlinable
    public mutating func next() -> UInt64 {
        let word = Self.philox(counter, entity, key: key).first
        counter &+= 1
        return word
    }

    /// The next draw below a bound, each number as likely as another.
    ///
    /// Lemire's method: it draws again, rarely, where the range does not divide evenly.
    ///
    /// - Parameter bound: The first number that is not drawn; for 0 and 1 the result is 0.
    /// - Returns: A number from 0 and below the bound.
    @inlinable
    public mutating func next(below bound: UInt64) -> UInt64 {
        if bound <= 1 { return 0 }
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let least = (0 &- bound) % bound
            while product.low < least { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// The next draw from 0 and below 1: a multiple of 2⁻⁵³, each as likely as another.
    @inlinable
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
