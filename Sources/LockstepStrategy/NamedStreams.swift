import LockstepModel

/// The random streams of one strategy, by name.
@usableFromInline
struct NamedStreams: Sendable {
    private struct Entry: Sendable {
        let name: String
        var stream: RandomStream
    }

    private var entries: ContiguousArray<Entry> = []

    /// The next draw of a stream, which begins with its first use.
    mutating func next(_ name: StaticString, seed: UInt64, strategy: StrategyID) -> UInt64 {
        // Safe because: a static string's bytes last for ever, and are only read.
        let found = name.withUTF8Buffer { text in
            entries.firstIndex { unsafe text.elementsEqual($0.name.utf8) }
        }
        if let found { return entries[found].stream.next() }
        var stream = RandomStream(
            seed: seed, component: "strategies/\(name)", entity: UInt64(strategy.rawValue))
        let draw = stream.next()
        entries.append(Entry(name: name.description, stream: stream))
        return draw
    }
}
