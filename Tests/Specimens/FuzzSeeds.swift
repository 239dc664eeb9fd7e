import LockstepFiles
import LockstepModel

/// What the fuzzer begins with.
package enum FuzzSeeds: Sendable {
    /// Inputs by target, with names.
    package static func all() throws -> [(FuzzTarget, [(String, [UInt8])])] {
        var raw: [(String, [UInt8])] = []
        var signed: [(String, [UInt8])] = []
        for specimen in SpecimenBank.all + [ReleasedLog.specimen] {
            let log = try specimen.bytes()
            raw.append((specimen.name, log))
            // One block and torn; three blocks and closed.
            let stream = try stream(of: log)
            if stream.count > 16 << 10 { continue }
            signed.append((specimen.name + "-torn", stream + [0, 0, 0, 0]))
            signed.append((specimen.name + "-closed", stream + [0x24, 0, 0, 0]))
        }
        var random = RandomStream(seed: 1, component: "fuzz")
        let schema = (0..<64).map { number in
            ("\(number)", (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) })
        }
        return [(.raw, raw), (.signed, signed), (.schema, schema)]
    }

    /// The records of a log, one after another.
    private static func stream(of log: [UInt8]) throws -> [UInt8] {
        var stream: [UInt8] = []
        var decompressor = try ZstdDecompressor()
        for block in LogFrames(log).blocks {
            let raw = (0..<4).reduce(0) { $0 | Int(log[block.lowerBound + 24 + $1]) << (8 * $1) }
            let frame = Array(log[(block.lowerBound + 136)..<block.upperBound])
            var bytes: [UInt8] = []
            try decompressor.decompress(frame.span, size: raw, into: &bytes)
            stream += bytes[..<raw]
        }
        return stream
    }
}
