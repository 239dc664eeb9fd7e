/// Bounds the depth of a TOML text before it is parsed.
///
/// The library builds and frees its tree by recursion, and dotted keys nest without brackets. So
/// brackets and dots are counted first, outside of strings and comments. A text that is not TOML may
/// be counted wrongly, but only behind the place where the library refuses it.
enum TOMLDepth {
    static func check(_ bytes: Span<UInt8>, file: String, limit: Int) throws(FilesError) {
        var counter = Counter()
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(bytes, &at, &counter)
            case UInt8(ascii: "#"):
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
            default:
                counter.take(byte, at: at)
                at += 1
            }
            if counter.depth > limit {
                throw .toml(
                    TOMLPlace(
                        file: file, line: counter.line, column: max(1, at - counter.lineStart)),
                    message: "nested more than \(limit) deep. Flatten the tables.")
            }
        }
    }

    private struct Counter {
        var line = 1
        var lineStart = 0
        private var header = 0
        private var isHeader = false
        private var isLineBegun = false
        /// The dots of the key before each open bracket.
        private var open: [Int] = []
        private var openSum = 0
        private var dots = 0

        var depth: Int { header + open.count + openSum + dots }

        mutating func take(_ byte: UInt8, at offset: Int) {
            switch byte {
            case 0x0A:
                line += 1
                lineStart = offset + 1
                dots = 0
                isLineBegun = false
                isHeader = false
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if isHeader { return }
                if open.isEmpty && !isLineBegun && byte == UInt8(ascii: "[") {
                    isHeader = true
                    isLineBegun = true
                    header = 1
                } else {
                    open.append(dots)
                    openSum += dots
                    dots = 0
                }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if !isHeader, let last = open.popLast() { openSum -= last }
                dots = 0
            case UInt8(ascii: "."):
                if isHeader { header += 1 } else { dots += 1 }
            case UInt8(ascii: ","): dots = 0
            case 0x20, 0x09, 0x0D: break
            default: isLineBegun = true
            }
        }

        mutating func skipLine(_ offset: Int) {
            line += 1
            lineStart = offset + 1
        }

        mutating func beginLine() { isLineBegun = true }
    }

    /// Passes a string of any of the four kinds, or of one line if it is not closed.
    private static func skipString(_ bytes: Span<UInt8>, _ at: inout Int, _ counter: inout Counter)
    {
        counter.beginLine()
        let quote = bytes[at]
        let isLong = at + 2 < bytes.count && bytes[at + 1] == quote && bytes[at + 2] == quote
        at += isLong ? 3 : 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                // A line break after the backslash is still counted.
                if at + 1 < bytes.count, bytes[at + 1] == 0x0A { counter.skipLine(at + 1) }
                at += 2
                continue
            }
            if byte == 0x0A {
                if !isLong { return }
                counter.skipLine(at)
            }
            at += 1
            guard byte == quote else { continue }
            if !isLong { return }
            if at + 1 < bytes.count, bytes[at] == quote, bytes[at + 1] == quote {
                at += 2
                // Up to two quotes may stand directly before the closing three.
                while at < bytes.count, bytes[at] == quote { at += 1 }
                return
            }
        }
    }
}
