/// A way in which a log was damaged.
package enum LogDamage: Hashable, Sendable, CustomStringConvertible {
    case cut(at: Int)
    case flip(bit: Int, of: Int)
    case set(to: UInt8, at: Int)
    case blocks(String, Int, Int)
    case tail(String, Int)

    package var description: String {
        switch self {
        case .cut(let place): "cut at \(place)"
        case .flip(let bit, let place): "bit \(bit) of byte \(place)"
        case .set(let value, let place): "byte \(place) set to \(value)"
        case .blocks(let what, let first, let second): "block \(first) \(what) \(second)"
        case .tail(let what, let place): "\(what) \(place)"
        }
    }

    /// The first byte that is not as it was.
    var place: Int? {
        switch self {
        case .flip(_, let place), .set(_, let place): place
        default: nil
        }
    }

    /// Damages a log in every way, one after another.
    ///
    /// - Parameters:
    ///   - log: A whole log.
    ///   - others: Logs of which blocks are put into this one.
    ///   - step: How far it is from one damaged byte to the next; 1 damages all.
    ///   - moves: Whether blocks are moved and taken from others too.
    ///   - body: Gets the damage and the damaged bytes.
    package static func each(
        of log: [UInt8], others: [[UInt8]], step: Int = 1,
        moves: Bool = true, _ body: (LogDamage, [UInt8]) throws -> Void
    ) rethrows {
        for place in stride(from: 0, to: log.count, by: step) {
            try body(.cut(at: place), Array(log[..<place]))
        }
        var damaged = log
        for place in stride(from: 0, to: log.count, by: step) {
            for bit in 0..<8 {
                damaged[place] = log[place] ^ 1 << bit
                try body(.flip(bit: bit, of: place), damaged)
            }
            for value in [0, 255, log[place] &+ 1] where value != log[place] {
                damaged[place] = value
                try body(.set(to: value, at: place), damaged)
            }
            damaged[place] = log[place]
        }
        if moves { try eachMove(of: log, others, body) }
    }

    /// Blocks that are swapped, dropped, doubled, or taken from another log.
    private static func eachMove(
        of log: [UInt8], _ others: [[UInt8]], _ body: (LogDamage, [UInt8]) throws -> Void
    ) rethrows {
        let frames = LogFrames(log)
        let blocks = frames.blocks
        func with(_ order: [ArraySlice<UInt8>]) -> [UInt8] {
            Array(log[..<frames.head]) + order.joined() + log[frames.end...]
        }
        let parts = blocks.map { log[$0] }
        for first in parts.indices {
            var dropped = parts
            dropped.remove(at: first)
            try body(.blocks("dropped", first, first), with(dropped))
            // The last block without what follows it is a cut, and no damage to what is before.
            for second in parts.indices {
                var doubled = parts
                doubled.insert(parts[first], at: second)
                try body(.blocks("again before", first, second), with(doubled))
                guard second > first else { continue }
                var swapped = parts
                swapped.swapAt(first, second)
                try body(.blocks("swapped with", first, second), with(swapped))
            }
            try body(.blocks("again at the end", first, first), with(parts + [parts[first]]))
        }
        for (number, other) in others.enumerated() {
            let foreign = LogFrames(other)
            for (place, block) in foreign.blocks.enumerated() where place < parts.count {
                var spliced = parts
                spliced[place] = other[block]
                try body(.blocks("taken from log", place, number), with(spliced))
                let before = Array(log[..<frames.head]) + parts[..<place].joined()
                try body(
                    .blocks("and all after it from log", place, number),
                    before + Array(other[block.lowerBound...]))
            }
            try body(
                .tail("end of log", number),
                Array(log[..<frames.end]) + Array(other[foreign.end...]))
            // A log without blocks has nothing that its head could belong to.
            if !blocks.isEmpty {
                try body(
                    .tail("head of log", number),
                    Array(other[..<foreign.head]) + Array(log[frames.head...]))
            }
            try body(.tail("before log", number), log + other)
        }
        for extra in 0..<4 {
            try body(
                .tail("zero bytes after it", extra), log + Array(repeating: 0, count: extra + 1))
        }
        try body(.tail("zero page after it", 0), log + Array(repeating: 0, count: 4096))
        try body(.tail("twice", 0), log + log)
        let head = log[..<frames.head]
        try body(.tail("head of the file twice", 0), head + log)
        try body(.tail("without index", 0), Array(log[..<frames.end]))
    }
}
