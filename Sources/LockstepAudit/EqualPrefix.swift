import LockstepFiles

/// Up to where two logs are equal, as the running digests in the heads of their blocks tell.
///
/// A digest is of everything before the end of its block, so two that are equal vouch for all
/// before. Blocks need not end at the same records everywhere: only ends that both logs have are
/// looked at, and from one on where the digests differ they differ for ever.
struct EqualPrefix {
    /// Where the first log goes on.
    let one: BlockPlace
    /// Where the second log goes on.
    let other: BlockPlace
    /// In what states the logs are, as far as heads tell.
    let oneStatus: AuditStatus
    let otherStatus: AuditStatus

    /// Reads as many heads as a binary search takes.
    init(_ log: AuditLog, _ second: AuditLog) throws(AuditError) {
        let (left, right) = (try BlockMap(log), try BlockMap(second))
        let ends = Self.commonEnds(left, right)
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            let pair = ends[middle]
            let first = try log.digest(left, pair.one)
            let last = try second.digest(right, pair.other)
            if first != nil, first == last {
                low = middle + 1
            } else {
                high = middle
            }
        }
        one = low == 0 ? left.place(0) : left.place(ends[low - 1].one + 1)
        other = low == 0 ? right.place(0) : right.place(ends[low - 1].other + 1)
        oneStatus = left.status
        otherStatus = right.status
    }

    /// The blocks of both logs that end at the same record.
    private static func commonEnds(
        _ left: BlockMap, _ right: BlockMap
    ) -> [(one: Int, other: Int)] {
        var ends: [(one: Int, other: Int)] = []
        var (a, b) = (0, 0)
        while a < left.entries.count, b < right.entries.count {
            let (first, second) = (left.endSequence(a), right.endSequence(b))
            if first == second { ends.append((a, b)) }
            if first <= second { a += 1 }
            if second <= first { b += 1 }
        }
        return ends
    }
}

extension AuditLog {
    /// The digest in the head of a block; `nil` where no right head stands there.
    fileprivate func digest(_ map: BlockMap, _ block: Int) throws(AuditError) -> SHA256Digest? {
        let place = map.place(block)
        guard let bytes = try source.bytes(AuditBlockHead.length, at: place.offset),
            let head = try? AuditBlockHead.decode(bytes.span).head,
            head.salt == header?.salt, head.number == place.number,
            head.firstSequence == place.sequence, head.endSequence == map.endSequence(block)
        else { return nil }
        return head.digest
    }
}
