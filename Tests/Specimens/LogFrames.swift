/// Where the frames of a log are, found by their lengths alone.
package struct LogFrames: Hashable, Sendable {
    /// The bytes of the head of the file.
    package let head: Int
    /// Each block with its head.
    package private(set) var blocks: [Range<Int>] = []

    /// Finds the frames of a whole log, or of the whole beginning of one.
    package init(_ log: [UInt8]) {
        func number(_ at: Int) -> Int {
            at + 4 <= log.count ? (0..<4).reduce(0) { $0 | Int(log[at + $1]) << (8 * $1) } : 0
        }
        head = 8 + number(4)
        var at = head
        while at + 136 <= log.count, log[at] == 0x51 {
            let next = at + 136 + number(at + 28)
            guard next <= log.count else { return }
            blocks.append(at..<next)
            at = next
        }
    }

    /// Where index and table begin, or the file ends.
    package var end: Int { blocks.last?.upperBound ?? head }
}
